"""Markers of the clip on stage: placed, moved, named, coloured, deleted, gone to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from viewer.model import marker_edits as edits
from viewer.model.document import COLOURS, Document, Marker, OpenClip
from viewer.model.language import tr
from viewer.workbench import Workbench

from .marker_dialog import MarkerDialog, swatch
from .marker_lane import MarkerLane

_COMMANDS = (
    ("place", tr("Place marker"), tr("Mark the frame at the playhead; again to name it"), "Ctrl+M"),
    ("previous", tr("Previous marker"), tr("Go to the marker before the playhead"), "PgUp"),
    ("next", tr("Next marker"), tr("Go to the marker after the playhead"), "PgDown"),
    ("edit", tr("Name marker…"), tr("Name, colour and note of the marker at the playhead"),
     "Ctrl+Shift+M"),
    ("delete", tr("Delete marker"), tr("Take away the marker at the playhead"), "Shift+Del"),
)  # fmt: skip


class Markers(QObject):
    """Shows the markers that the document has for the clip on stage, and what one can do to them.

    The lane is on the timeline while there are any.
    """

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._frames: list[int] = []
        self._drags, self._lane_shown = 0, False
        self._drag: tuple[Marker, tuple[Marker, ...]] | None = None
        self._offered: QMenu | None = None
        self.lane = MarkerLane(self._actions_of, self)
        does: dict[str, Callable[[], None]] = {
            "place": self._place, "previous": lambda: self._go(-1), "next": lambda: self._go(1),
            "edit": self._edit_here, "delete": self._delete_here,
        }  # fmt: skip
        for name, text, tip, keys in _COMMANDS:
            bench.actions.add(
                f"marker.{name}", text, tip, does[name], keys=keys, menu="Playback/Markers"
            )
        bench.store.changed.connect(self._follow)
        bench.studio.motion_changed.connect(lambda _: self._show())
        bench.studio.source_changed.connect(lambda _: self._show())
        bench.transport.timing_changed.connect(self._show)
        bench.transport.frame_changed.connect(lambda _: self._allow())
        self.lane.pressed.connect(self._press)
        self.lane.dragged.connect(self._move)
        self.lane.released.connect(self._let_go)
        self._show()

    @property
    def held(self) -> tuple[Marker, ...]:
        """Those of the clip on stage, in the order of their times."""
        clip = self._bench.clip
        return clip.markers if clip else ()

    @property
    def here(self) -> Marker | None:
        """The one at the playhead."""
        frame, frames = self._bench.transport.frame, self._frames
        at = bisect_left(frames, frame)
        return self.held[at] if at < len(frames) and frames[at] == frame else None

    def edit(self, marker: Marker) -> None:
        """Ask for another name, colour and note of ``marker``."""
        clip = self._bench.clip
        if clip is None:
            return
        dialog = MarkerDialog(marker, self._bench.themes.current, self._bench.timeline.window())
        dialog.given.connect(
            lambda name, colour, note: self._change(clip, marker, name, colour, note)
        )
        dialog.open()

    def _frame_of(self, marker: Marker) -> int:
        return round(marker.time_s / self._bench.transport.frame_time)

    def _change(self, clip: OpenClip, marker: Marker, name: str, colour: str, note: str) -> None:
        self._bench.store.apply(edits.change_marker(clip.key, marker, name, colour, note))

    def _follow(self, old: Document, new: Document) -> None:
        if old.clips is not new.clips:
            self._show()

    def _show(self) -> None:
        """Bring lane and actions to what the document has."""
        timeline, markers = self._bench.timeline, self.held
        changed = markers != self.lane.markers
        self._frames = [self._frame_of(marker) for marker in markers]
        self.lane.show(markers, self._bench.transport.frame_time)
        if bool(markers) != self._lane_shown:
            self._lane_shown = bool(markers)
            (timeline.add_lane if markers else timeline.remove_lane)(self.lane)
        elif changed:
            timeline.track.refresh()
        self._allow()

    def _allow(self) -> None:
        here = self.here is not None
        able = {
            "place": self._bench.clip is not None, "edit": here, "delete": here,
            "previous": self._beside(-1) is not None, "next": self._beside(1) is not None,
        }  # fmt: skip
        for name, on in able.items():
            self._bench.actions[f"marker.{name}"].setEnabled(on)

    def _beside(self, way: int) -> Marker | None:
        """The next marker after the playhead, or before it, of those within the clip."""
        frame, frames = self._bench.transport.frame, self._frames
        at = bisect_right(frames, frame) if way > 0 else bisect_left(frames, frame) - 1
        there = 0 <= at < len(frames) and frames[at] < self._bench.transport.frame_count
        return self.held[at] if there else None

    def _go(self, way: int) -> None:
        marker = self._beside(way)
        if marker is not None:
            self._bench.transport.seek_frame(self._frame_of(marker))

    def _place(self) -> None:
        clip, transport = self._bench.clip, self._bench.transport
        if clip is None:
            return
        if self.here is not None:
            self._edit_here()
            return
        number = len(clip.markers)
        marker = Marker(
            edits.next_name(clip.markers),
            transport.frame * transport.frame_time,
            COLOURS[(number + 1) % len(COLOURS)],
        )
        self._bench.store.apply(edits.place_marker(clip.key, marker))

    def _edit_here(self) -> None:
        if (marker := self.here) is not None:
            self.edit(marker)

    def _delete_here(self) -> None:
        if (marker := self.here) is not None:
            self._delete(marker)

    def _delete(self, marker: Marker) -> None:
        if (clip := self._bench.clip) is not None:
            self._bench.store.apply(edits.delete_marker(clip.key, marker))

    def _actions_of(self, marker: Marker) -> Sequence[QAction]:
        """The menu of one marker."""
        clip, theme = self._bench.clip, self._bench.themes.current
        if clip is None:
            return ()
        if self._offered is not None:
            self._offered.deleteLater()
        menu = self._offered = QMenu(self._bench.timeline)
        menu.addAction(tr("Name and note…"), lambda: self.edit(marker))
        colours = menu.addMenu(tr("Colour"))
        for number, colour in enumerate(COLOURS):
            action = QAction(swatch(theme, number), tr(colour.capitalize()), colours)
            action.setCheckable(True)
            action.setChecked(colour == marker.colour)
            dye = partial(self._change, clip, marker, marker.name, colour, marker.note)
            action.triggered.connect(lambda _=False, dye=dye: dye())
            colours.addAction(action)
        menu.addAction(tr("Delete"), lambda: self._delete(marker))
        return menu.actions()

    def _press(self, marker: Marker) -> None:
        self._drags += 1
        self._drag = (marker, self.held)
        self._bench.transport.seek_frame(self._frame_of(marker))

    def _move(self, by_s: float) -> None:
        """Move what was pressed to another frame of the clip."""
        clip, transport = self._bench.clip, self._bench.transport
        if clip is None or self._drag is None:
            return
        marker, before = self._drag
        frame = round((marker.time_s + by_s) / transport.frame_time)
        frame = min(max(frame, 0), transport.frame_count - 1)
        time_s, gesture = frame * transport.frame_time, ("marker", self._drags)
        self._bench.store.apply(edits.move_marker(clip.key, before, marker, time_s, gesture))

    def _let_go(self) -> None:
        self._drag = None
