"""What is shown of the document: its clips, its latent or its character, at the playhead."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable
from operator import attrgetter
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.features import FPS
from render.scene import Scene
from viewer.model.clip import OpenMotion
from viewer.model.document import Document, Range, Source
from viewer.model.edits import (
    put_on_stage,
    set_character_speed,
    set_looks,
    set_loop,
    set_range,
    set_speed,
    show_clip,
)
from viewer.model.figure import DecodedFigure, Figure, LiveFigure
from viewer.model.notice import Level, Notice
from viewer.model.shown import Shown, shown

from .bridge import Bridge
from .latency import Latency
from .live_phase import LivePhase
from .loader import Loader
from .motions import Motions
from .pictures import Pictures
from .store import DocumentStore
from .transport import Driver, Transport, allowed_speed
from .turns import Turns

log = logging.getLogger("stridescope")
_DRAWN = attrgetter("looks", "scheme", "joints")


class Studio(QObject):
    """Follows the document: puts on stage what it wants there, as soon as that can be shown.

    paint: shares in 0..1 of the joints, (22,) or one row per frame, which colour the figure by the
    heat of the scheme; None its own colours. ghost: a pose (22, 3) or a window (60, 22, 3). latent:
    what was decoded last.
    """

    motion_opened = Signal(object)
    motion_changed = Signal(object)
    motion_closed = Signal(str)
    files_listed = Signal(object)
    source_changed = Signal(str)
    character_told = Signal()
    restyled_changed = Signal()
    figure_changed = Signal()
    frame_changed = Signal(int)
    scene_changed = Signal(object)
    phase_live = Signal(object)
    opening_changed = Signal(str)
    comparing_changed = Signal(bool)
    notice = Signal(object)

    def __init__(
        self,
        store: DocumentStore,
        transport: Transport,
        bridge: Bridge,
        loader: Loader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store, self._transport, self._bridge = store, transport, bridge
        self._clips, self._phase = Motions(store, loader, self), LivePhase(bridge, self)
        self.latent: Figure | None = None
        self._latent_due = self.comparing = False
        self._worn: tuple[str, Figure] | None = None
        self._character: tuple[LiveFigure, Driver] | None = None
        self.times: dict[Source, float] = {"clip": 0.0, "latent": 0.0}
        self.paint, self.ghost = Turns(self), Turns(self)
        self.motion: OpenMotion | None = None
        self.opening = self.latent_label = self.character_label = ""
        self.source: Source = "clip"
        self._shown: Shown | None = None
        self.scene = Scene()
        self.latency, self.pictures = Latency(transport, self), Pictures(bridge, transport)
        self._connect()

    @property
    def motions(self) -> tuple[OpenMotion, ...]:
        """The open motions that are here, in the order in which they were opened."""
        return self._clips.all

    @property
    def figure(self) -> Figure | LiveFigure | None:
        """What the stage animates now."""
        if self.source == "latent":
            return self.latent
        if self.source == "character":
            return self.character
        return (self.restyled or self.motion.figure) if self.motion else None

    @property
    def restyled(self) -> Figure | None:
        """The clip that the clip source shows in the style that it wears, once that is made; None
        where a comparison shows it as it is."""
        return None if self.store.document.comparison.plain else self.styled

    @property
    def styled(self) -> Figure | None:
        """That clip in its style, whether it is seen in it or not."""
        clip, figure = self._worn or ("", None)
        return figure if self.motion is not None and clip == self.motion.key else None

    @property
    def character(self) -> LiveFigure | None:
        """The character, on stage or not."""
        return self._character and self._character[0]

    def open_paths(
        self, paths: Iterable[Path | str], *, style: str = "", title: str | None = None
    ) -> None:
        """Load files or folders in the background; the first becomes current."""
        self._clips.open([Path(path) for path in paths], style, title)

    def open_demo(self, path: Path, style: str, title: str) -> None:
        """Load a clip that nobody asked for: opening it is no step to undo."""
        self._clips.open([path], style, title, asked=False)

    def bring(self, motions: Iterable[OpenMotion]) -> None:
        """Motions that were read elsewhere, for a document that will name them."""
        self._clips.bring(motions)

    def reload(self, units: str = "auto", up_axis: str = "auto") -> None:
        """Read the current file again, with these units and this up axis."""
        if self.motion is not None:
            self._clips.read(self.motion, units, up_axis)

    def show_motion(self, key: str) -> None:
        """Make an open motion the one the clip source shows."""
        self.store.apply(show_clip(key))

    def close_motion(self, key: str) -> None:
        """Close an open motion; the newest of the others takes its place on stage."""
        self._clips.close(key)

    def set_source(self, source: Source) -> None:
        """Put the clip, the decoded latent or the character on stage; each keeps its own time.

        A character that is not there yet is made; what is on stage stays there meanwhile.
        """
        if source != "latent" or self.latent is not None:
            self.store.apply(put_on_stage(source))

    def set_range(self, first: int, last: int, gesture: Hashable | None = None) -> None:
        """Loop frames ``first`` to ``last`` of what is on stage, in either order."""
        if self.source != "character":
            self._set_range(self._transport.clamped(first, last), gesture)

    def clear_range(self) -> None:
        """Play all of what is on stage."""
        self._set_range(None)

    def set_speed(self, speed: float) -> None:
        """The signed speed of what is on stage."""
        speed = allowed_speed(speed, self._transport.driver is not None)
        driven = self.source == "character"
        self.store.apply(set_character_speed(speed) if driven else set_speed(speed))

    def set_loop(self, loop: bool) -> None:
        """Start over at the end, or stop there."""
        self.store.apply(set_loop(loop))

    def set_look(self, **changes: bool) -> None:
        """Change what is shown besides the figure; fields of ``Looks``."""
        self.store.apply(set_looks(**changes))

    def show_latent(self, positions: np.ndarray, contacts: np.ndarray, label: str = "") -> None:
        """The latent is decoded: a window, (60, 22, 3) metres and (60, 4), a loop at 30 fps."""
        first = self.latent is None
        self._latent_due = False
        self.latent = DecodedFigure(positions, 1 / FPS, None, contacts)
        self.latent_label = label
        if self.source == "latent":
            self._show_frame(self._transport.frame)
            self.figure_changed.emit()
        else:
            self._settle_source()
            if first:
                self.figure_changed.emit()

    def wear(self, clip: str, figure: Figure | None) -> None:
        """The clip of this key in its style, frame by frame; None: in its own."""
        before = self.styled
        self._worn = (clip, figure) if figure is not None else None
        if self.styled is not before and self.source == "clip":
            self._show_other_looks()

    def _show_other_looks(self) -> None:
        """The clip on stage moves in another way."""
        self._build_scene()
        self.ask_phase()
        self.restyled_changed.emit()

    def set_character(self, figure: LiveFigure, driver: Driver) -> None:
        """The character that the document may want on stage; ``driver`` moves its playhead."""
        self._character = (figure, driver)
        if self.source == "character":
            self._load_figure(0.0)
        else:
            self._settle_source()

    def drop_character(self) -> None:
        """There is no character any more."""
        self._character = None
        if self.store.document.view.source == "character":
            self.store.correct(put_on_stage("clip").change)
        self._settle_source()

    def set_character_label(self, text: str) -> None:
        """What stands over the stage while the character is on it."""
        if text != self.character_label:
            self.character_label = text
            self.character_told.emit()

    def refresh(self) -> None:
        """Draw again, if what is on stage looks different."""
        self._build_scene()

    def set_comparing(self, on: bool) -> None:
        """Run the reference beside the engine for what is on stage, or stop that."""
        if on != self.comparing:
            self.comparing = on
            self.comparing_changed.emit(on)

    def notify(self, level: Level, text: str, details: str = "") -> None:
        """Tell the user once, on screen and in the log."""
        self.tell(Notice(level, text, details))

    def tell(self, notice: Notice) -> None:
        """Tell the user once, on screen and in the log."""
        levels = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
        details = f"\n{notice.details}" if notice.details else ""
        log.log(levels[notice.level], "%s%s", notice.text, details)
        self.notice.emit(notice)

    def close(self) -> None:
        self._phase.close()

    def note_opening(self, name: str) -> None:
        """The file in hand; "" when none is."""
        self.opening = name
        self.opening_changed.emit(name)

    def ask_phase(self) -> None:
        """Run DeepPhase on the frame on stage; ``phase_live`` brings the answer."""
        self._phase.ask(self.figure, self._transport.frame, self.comparing)

    def _connect(self) -> None:
        clips, phase, bridge = self._clips, self._phase, self._bridge
        self.store.changed.connect(self._follow)
        clips.opened.connect(self._take_motion)
        clips.closed.connect(self.motion_closed)
        clips.listed.connect(self.files_listed)
        clips.failed.connect(lambda text, details: self.notify("error", text, details))
        clips.opening.connect(self.note_opening)
        phase.answered.connect(self._take_phase)
        bridge.failed.connect(lambda text: self.notify("error", text))
        phase.ready.connect(self.ask_phase)
        self._transport.frame_changed.connect(self._show_frame)
        self.paint.changed.connect(self._repaint)
        self.ghost.changed.connect(lambda _: self._build_scene())
        self._transport.set_speed(self.store.document.view.speed)
        self._transport.set_loop(self.store.document.view.loop)

    def _follow(self, old: Document, new: Document) -> None:
        if new.style.latent != old.style.latent:
            self._latent_due = new.style.latent is not None
            if new.style.latent is None:
                self._drop_latent()
        self._settle_motion()
        self._settle_source()
        view = new.view
        if new.range_of(self.source) != old.range_of(self.source):
            self._settle_range()
        if view.loop != old.view.loop:
            self._transport.set_loop(view.loop)
        self._settle_speed()
        if _DRAWN(view) != _DRAWN(old.view) or new.clips is not old.clips:
            self._build_scene()
        if new.comparison.plain != old.comparison.plain and self.source == "clip":
            self._show_other_looks()

    def _settle_motion(self) -> None:
        """The clip source shows what the document names, once that is here."""
        key = self.store.document.view.clip
        wanted = self._clips.get(key)
        if wanted is self.motion or (wanted is None and self.store.document.clip(key)):
            return
        self.motion = wanted
        if self.source == "clip":
            self.paint.clear()
        self.times["clip"] = 0.0
        self.motion_changed.emit(wanted)
        if self.source == "clip":
            self._load_figure(0.0)

    def _settle_source(self) -> None:
        wanted, here = self.store.document.view.source, self.source
        absent = {"latent": self.latent is None, "character": self._character is None}
        pending = absent | {"latent": self.latent is None or self._latent_due}
        if absent.get(here, False) and pending.get(wanted, False):
            wanted = "clip"
        if wanted == here or pending.get(wanted, False):
            return
        self.times[self.source] = self._transport.time_s
        self.source = wanted
        self.paint.clear()
        self.source_changed.emit(wanted)
        self._load_figure(self.times.get(wanted, 0.0))

    def _settle_range(self) -> None:
        ends = self.store.document.range_of(self.source)
        if ends is None:
            self._transport.clear_range()
        elif self._transport.frame_count:
            self._transport.set_range(*ends)

    def _settle_speed(self) -> None:
        view = self.store.document.view
        speed = view.character_speed if self._transport.driver is not None else view.speed
        if speed != self._transport.speed:
            self._transport.set_speed(speed)

    def _set_range(self, ends: Range | None, gesture: Hashable | None = None) -> None:
        key = self.store.document.view.clip
        self.store.apply(set_range(self.source, key, ends, gesture))

    def _drop_latent(self) -> None:
        self.latent, self.latent_label = None, ""
        self._settle_source()
        self.figure_changed.emit()

    def _take_motion(self, motion: OpenMotion) -> None:
        self.motion_opened.emit(motion)
        self._settle_motion()
        self._build_scene()
        for notice in motion.doubts():
            self.tell(notice)

    def _load_figure(self, time_s: float) -> None:
        figure = self.figure
        self._phase.forget()
        if isinstance(figure, Figure):
            self._transport.set_timing(figure.frame_count, figure.frame_time, time_s)
        elif self._character is not None and figure is not None:
            self._transport.follow(self._character[1], 1 / FPS)
        else:
            self._transport.set_timing(0, 1 / FPS)
        self._settle_speed()
        self._settle_range()
        self.figure_changed.emit()

    def _show_frame(self, frame: int) -> None:
        self._build_scene()
        self.ask_phase()
        self._tell_phase()
        self.frame_changed.emit(frame)

    def _build_scene(self) -> None:
        """Resolve what is to be seen; what looks the same is not drawn again."""
        self.pictures.begin_scene()
        view, frame = self.store.document.view, self._transport.frame
        others = self._clips.beside(self.motion) if view.looks.company else ()
        wanted = shown(view, self.figure, frame, self.ghost.value, self.paint.value, others)
        if not wanted.same_as(self._shown):
            self._shown = wanted
            self.scene = wanted.scene()
            self.scene_changed.emit(self.scene)
            self.pictures.end_scene()

    def _repaint(self, at_once: bool) -> None:
        """Playing, it is seen with the next frame where that is soon enough."""
        if at_once or not self._transport.playing:
            self._build_scene()

    def _take_phase(self) -> None:
        if not self._transport.playing:
            self._tell_phase()

    def _tell_phase(self) -> None:
        """Pass on the newest phase; playing, with the next frame: one picture shows both."""
        phase = self._phase.pop(self.figure.first if self.figure else 0)
        if phase is not None:
            self.phase_live.emit(phase)
            self.latency.note(phase.latency_ms, phase.network_s)
