"""Style keys of the clip on stage: placed, moved, eased, copied, deleted and recorded."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication

from motion.restyling.course import EASES, Ease, StyleAt, thinned
from viewer.model import style_edits as edits
from viewer.model.document import Document, Latent, OpenClip, StyleKey
from viewer.model.language import tr
from viewer.model.style_keys import keys_text
from viewer.ui.gesture import Gesture
from viewer.workbench import Workbench

from .key_lane import KeyLane
from .key_row import KeyRow
from .recorder import Recorder

TOLERANCE = 0.08
"""How far thinned keys may be from what was recorded, as a part of how far that moved."""
_EASES: dict[Ease, tuple[str, str]] = {
    "smooth": (
        tr("Smooth to the next key"),
        tr("Leave the key slowly and come to the next one slowly"),
    ),
    "linear": (
        tr("Straight to the next key"),
        tr("Go to the next key at the same pace all the way"),
    ),
    "hold": (tr("Hold until the next key"), tr("Stay in the style of the key until the next one")),
}
_COMMANDS = (
    ("key", tr("Key"), tr("Place a style key at the playhead, or replace the one there"), "S"),
    (
        "key_previous",
        tr("Previous key"),
        tr("Go to the style key before the playhead"),
        "Ctrl+Left",
    ),
    ("key_next", tr("Next key"), tr("Go to the style key after the playhead"), "Ctrl+Right"),
    ("key_earlier", tr("Key earlier"), tr("Move the chosen style keys one frame back"), "Alt+Left"),
    ("key_later", tr("Key later"), tr("Move the chosen style keys one frame on"), "Alt+Right"),
    (
        "key_copy",
        tr("Copy keys"),
        tr("Copy the chosen style keys: to paste, and as a file of keys"),
        "Ctrl+C",
    ),
    (
        "key_paste",
        tr("Paste keys"),
        tr("Place the copied style keys from the playhead on"),
        "Ctrl+V",
    ),
    (
        "key_delete",
        tr("Delete keys"),
        tr("Delete the style keys that are chosen on the timeline"),
        "Del",
    ),
)
_SWITCHES = (
    ("record", tr("Record"), tr("Armed, what you drag while the clip plays becomes style keys; "
     "paused, each change places one"), "A"),
    ("follow_keys", tr("Follow keys"),
     tr("Wear what the style keys say, or what is set by hand"), "Q"),
)  # fmt: skip
_ICONS = {
    "key": "key", "key_previous": "key-previous", "key_next": "key-next",
    "key_delete": "key-delete", "record": "record", "follow_keys": "follow-keys",
}  # fmt: skip


class StyleKeys(QObject):
    """Shows the keys that the document has for the clip on stage, and what one can do to them.

    recorder: makes keys of what a person drags. lane: on the timeline while there are keys, or
    while it is armed.
    """

    def __init__(
        self, bench: Workbench, row: KeyRow, current: Callable[[], Latent], parent: QObject
    ) -> None:
        """``current``: the style that is set, which a new key takes."""
        super().__init__(parent)
        self._bench, self._row, self._current = bench, row, current
        self._ease: Ease = "smooth"
        self._selected: frozenset[float] = frozenset()
        self._copied: tuple[StyleKey, ...] = ()
        self._drags, self._nudges = 0, Gesture()
        self._drag: tuple[StyleKey, tuple[StyleKey, ...], tuple[StyleKey, ...]] | None = None
        self._frames: list[int] = []
        self._showing = self._lane_shown = False
        self._add_actions()
        offered = (*self._eases.values(), self._of("key_copy"), self._of("key_delete"))
        self.lane = KeyLane(offered, self)
        self.recorder = Recorder(bench, current, self)
        self._connect()
        self._show()

    @property
    def clip(self) -> OpenClip | None:
        """The open clip that is on stage, if the clip source is."""
        return self._bench.clip

    @property
    def keys(self) -> tuple[StyleKey, ...]:
        """Those of the clip on stage."""
        clip = self.clip
        return clip.keys if clip else ()

    @property
    def selected(self) -> tuple[StyleKey, ...]:
        """The keys that are chosen."""
        return tuple(key for key in self.keys if key.time_s in self._selected)

    def select(self, keys: Collection[StyleKey]) -> None:
        """Choose ``keys`` and no others."""
        self._selected = frozenset(key.time_s for key in keys)
        self._nudges.release()
        self._show()

    def _of(self, name: str) -> QAction:
        return self._bench.actions[f"style.{name}"]

    def _add_actions(self) -> None:
        add, icons = self._bench.actions.add, self._bench.icons
        does: dict[str, Callable[[], None]] = {
            "key": self._place, "key_previous": lambda: self._go(-1),
            "key_next": lambda: self._go(1), "key_earlier": lambda: self._nudge(-1),
            "key_later": lambda: self._nudge(1), "key_copy": self._copy, "key_paste": self._paste,
            "key_delete": self._delete,
        }  # fmt: skip
        for name, text, tip, keys in _COMMANDS:
            add(f"style.{name}", text, tip, does[name], keys=keys, menu="Style/Keys")
        switches = {"record": lambda on: self.recorder.arm(on), "follow_keys": self._follow_keys}
        for name, text, tip, keys in _SWITCHES:
            add(
                f"style.{name}", text, tip, switches[name], keys=keys, menu="Style/Keys",
                checkable=True,
            )  # fmt: skip
        group = QActionGroup(self)
        self._eases: dict[Ease, QAction] = {}
        for ease in EASES:
            text, tip = _EASES[ease]
            action = add(
                f"style.ease_{ease}", text, tip, lambda on, ease=ease: self._take_ease(ease, on),
                menu="Style/Keys", checkable=True, checked=ease == self._ease,
            )  # fmt: skip
            group.addAction(action)
            icons.bind(action, f"ease-{ease}")
            self._eases[ease] = action
        for name, icon in _ICONS.items():
            icons.bind(self._of(name), icon)
        of = self._of
        self._row.set_actions(
            of("key"), of("record"), of("key_previous"), of("key_next"), of("follow_keys"),
            of("key_delete"), self._eases.values(),
        )  # fmt: skip

    def _connect(self) -> None:
        bench, lane = self._bench, self.lane
        bench.store.changed.connect(self._follow)
        bench.studio.motion_changed.connect(lambda _: self._show())
        bench.studio.source_changed.connect(lambda _: self._show())
        bench.transport.frame_changed.connect(lambda _: self._allow_going())
        bench.transport.timing_changed.connect(self._show)
        bench.themes.changed.connect(self._show)
        self.recorder.recorded.connect(self._take_recorded)
        self.recorder.armed_changed.connect(lambda _: self._show())
        self.recorder.going.connect(self._show_take)
        lane.pressed.connect(self._press)
        lane.dragged.connect(self._move)
        lane.released.connect(self._let_go)

    def _follow(self, old: Document, new: Document) -> None:
        if old.clips is not new.clips or old.style.keyed != new.style.keyed:
            self._show()

    def _show(self) -> None:
        """Bring lane, row and actions to what the document has."""
        bench, clip, keys, selected = self._bench, self.clip, self.keys, self.selected
        armed = self.recorder.armed
        self._frames = [round(key.time_s / bench.transport.frame_time) for key in keys]
        self.lane.show(keys, selected, bench.transport.frame_time, armed)
        shown = clip is not None and (bool(keys) or armed)
        if shown != self._lane_shown:
            self._lane_shown = shown
            timeline = bench.timeline
            (timeline.add_lane if shown else timeline.remove_lane)(self.lane)
        elif shown:
            bench.timeline.track.refresh()
        ease = selected[0].ease if selected else self._ease
        self._showing = True
        self._eases[ease].setChecked(True)
        self._of("follow_keys").setChecked(bool(keys) and bench.store.document.style.keyed)
        self._of("record").setChecked(armed)
        self._showing = False
        able = {
            "key": clip is not None, "record": clip is not None or armed,
            "key_copy": bool(selected), "key_delete": bool(selected),
            "key_earlier": bool(selected), "key_later": bool(selected),
            "key_paste": clip is not None and bool(self._copied), "follow_keys": bool(keys),
        }  # fmt: skip
        for name, on in able.items():
            self._of(name).setEnabled(on)
        for action in self._eases.values():
            action.setEnabled(clip is not None)
        self._row.show_ease(bench.icons.icon(f"ease-{ease}"), clip is not None)
        self._row.show_for(clip=bench.studio.source != "character")
        self._allow_going()

    def _show_take(self) -> None:
        """The stretch that is being recorded, on the lane."""
        stretch_s = self.recorder.stretch_s
        if stretch_s != self.lane.recording_s:
            self.lane.recording_s = stretch_s
            self._bench.timeline.track.refresh()

    def _allow_going(self) -> None:
        for name, way in (("key_previous", -1), ("key_next", 1)):
            self._of(name).setEnabled(self._beside(way) is not None)

    def _now_s(self) -> float:
        """The time of the frame on stage."""
        return self._bench.transport.frame * self._bench.transport.frame_time

    def _beside(self, way: int) -> StyleKey | None:
        """The next key after the playhead, or before it."""
        frame, frames = self._bench.transport.frame, self._frames
        at = bisect_right(frames, frame) if way > 0 else bisect_left(frames, frame) - 1
        return self.keys[at] if 0 <= at < len(frames) else None

    def _go(self, way: int) -> None:
        key = self._beside(way)
        if key is not None:
            self.select([key])
            self._bench.transport.seek(key.time_s)

    def _place(self) -> None:
        clip = self.clip
        if clip is None:
            return
        key = self._key_now(clip)
        self._bench.store.apply(edits.place_keys(tr("Place style key"), clip.key, [key]))
        self.select([key])

    def _key_now(self, clip: OpenClip) -> StyleKey:
        """What is worn at the playhead: what the keys say there, or what is set by hand."""
        document, at_s = self._bench.store.document, self._now_s()
        if document.style.keyed and len({len(key.style.values) for key in clip.keys}) == 1:
            worn = document.worn_at(clip, at_s)
            if worn is not None:
                return replace(worn, ease=self._ease)
        return StyleKey(at_s, self._current(), document.style.strength, self._ease)

    def _copy(self) -> None:
        """For paste, and as the text of a file of keys for the command line."""
        self._copied = self.selected
        QGuiApplication.clipboard().setText(keys_text(self._copied))
        self._show()

    def _paste(self) -> None:
        clip, transport = self.clip, self._bench.transport
        if clip is None or not self._copied:
            return
        later_s = self._now_s() - self._copied[0].time_s
        times = [round((key.time_s + later_s) / transport.frame_time) for key in self._copied]
        pasted = [
            replace(key, time_s=frame * transport.frame_time)
            for key, frame in zip(self._copied, times, strict=True)
            if frame < transport.frame_count
        ]
        self._bench.store.apply(edits.place_keys(tr("Paste style keys"), clip.key, pasted))
        self.select(pasted)

    def _delete(self) -> None:
        clip = self.clip
        if clip is not None and self.selected:
            self._bench.store.apply(edits.delete_keys(clip.key, self.selected))

    def _follow_keys(self, on: bool) -> None:
        if not self._showing:
            self._bench.store.apply(edits.follow_keys(on))

    def _take_ease(self, ease: Ease, on: bool) -> None:
        """Of the chosen keys; without any, of those to come."""
        clip = self.clip
        if self._showing or not on or clip is None:
            return
        self._ease = ease
        if self.selected:
            self._bench.store.apply(edits.ease_keys(clip.key, self.selected, ease))
        self._show()

    def _press(self, key: StyleKey, adding: bool) -> None:
        chosen = self.selected
        if adding:
            others = tuple(held for held in chosen if held != key)
            chosen = others if key in chosen else (*chosen, key)
        elif key not in chosen:
            chosen = (key,)
        self.select(chosen)
        if key in chosen:
            self._drags += 1
            self._drag = (key, self.keys, self.selected)
            self._bench.transport.seek(key.time_s)

    def _move(self, by_s: float) -> None:
        """Move what was chosen as the mouse went down so that the pressed key is on a frame."""
        clip, transport = self.clip, self._bench.transport
        if clip is None or self._drag is None:
            return
        pressed, before, moving = self._drag
        frame_time = transport.frame_time
        frames = round((pressed.time_s + by_s) / frame_time) - round(pressed.time_s / frame_time)
        self._shift(clip, before, moving, frames, (tr("style key"), self._drags))

    def _nudge(self, frames: int) -> None:
        clip, moving = self.clip, self.selected
        if clip is not None and moving:
            self._shift(clip, clip.keys, moving, frames, self._nudges.of(tr("nudge style key")))

    def _shift(
        self, clip: OpenClip, before: tuple[StyleKey, ...], moving: tuple[StyleKey, ...],
        frames: int, gesture: Hashable,
    ) -> None:  # fmt: skip
        """Move ``moving`` of the keys ``before`` as far as the clip goes; they stay chosen."""
        transport = self._bench.transport
        first, last = (round(key.time_s / transport.frame_time) for key in (moving[0], moving[-1]))
        frames = min(max(frames, -first), transport.frame_count - 1 - last)
        later_s = frames * transport.frame_time
        self._selected = frozenset(key.time_s + later_s for key in moving)
        self._bench.store.apply(edits.move_keys(clip.key, before, moving, later_s, gesture))

    def _let_go(self) -> None:
        self._drag = None

    def _take_recorded(
        self, clip: str, recorded: Sequence[StyleKey], gesture: Hashable | None
    ) -> None:
        """Make keys of a take, one step with the drag that it ended with."""
        done = self._bench.store.history.done
        if not done or done[-1].gesture != gesture:
            gesture = None
        if len(recorded) == 1:
            placed = [replace(recorded[0], ease=self._ease)]
            edit = edits.place_keys(tr("Place style key"), clip, placed, gesture)
        else:
            ways = [StyleAt(k.time_s, k.style.values, k.strength) for k in recorded]
            kept = [recorded[index] for index in thinned(ways, TOLERANCE)]
            first_s, last_s = recorded[0].time_s, recorded[-1].time_s
            edit = edits.put_keys(tr("Record style keys"), clip, first_s, last_s, kept, gesture)
        self._bench.store.apply(edit)
