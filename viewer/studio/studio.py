"""What is open and shown; turns moments of the transport into scenes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from inference.worker.messages import Priority, Result
from motion.features import FPS, phase_frames
from render.scene import Scene
from viewer.model.clip import OpenMotion
from viewer.model.figure import Figure, LiveFigure, Look, build_scene
from viewer.model.notice import Level, Notice

from .bridge import Bridge
from .loader import Loader, OpenRequest
from .transport import Driver, Transport

MAX_OPEN = 24
READING_MS = 150
LIVE_CHANNEL = "phase.live"
Source = Literal["clip", "latent", "character"]

log = logging.getLogger("stridescope")


@dataclass(frozen=True)
class PhaseLive:
    """DeepPhase of one displayed frame; times in milliseconds.

    latency: from asking to the answer; compute: the run itself. reference: x and y by the
    reference, when compared with it; reference_ms: what that took on top.
    """

    frame: int
    x: float
    y: float
    latency_ms: float
    compute_ms: float
    engine: str
    reference: tuple[float, float] | None = None
    reference_ms: float = 0.0


class Studio(QObject):
    """Holds the open motions, the decoded latent and the character, and shows one of them."""

    motion_opened = Signal(object)
    motion_changed = Signal(object)
    motion_closed = Signal(str)
    files_listed = Signal(object)
    source_changed = Signal(str)
    character_wanted = Signal()
    character_told = Signal()
    figure_changed = Signal()
    frame_changed = Signal(int)
    scene_changed = Signal(object)
    phase_live = Signal(object)
    latency_changed = Signal(float)
    look_changed = Signal(object)
    opening_changed = Signal(str)
    comparing_changed = Signal(bool)
    notice = Signal(object)

    def __init__(
        self,
        transport: Transport,
        bridge: Bridge,
        loader: Loader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._transport, self._bridge, self._loader = transport, bridge, loader
        self._motions: dict[str, OpenMotion] = {}
        self._shown_request: OpenRequest | None = None
        self.opening = ""
        self._latent: Figure | None = None
        self._latent_phase: np.ndarray | None = None
        self._character: tuple[LiveFigure, Driver] | None = None
        self.times: dict[Source, float] = {"clip": 0.0, "latent": 0.0}
        self._preview: np.ndarray | None = None
        self._paint: np.ndarray | None = None
        self.comparing = False
        self._phase: PhaseLive | None = None
        self.motion: OpenMotion | None = None
        self.latent_label = self.character_label = ""
        self.source: Source = "clip"
        self.look = Look()
        self.scene = Scene()
        self.latency_ms: float | None = None
        self._reading = QTimer(self, singleShot=True, interval=READING_MS)
        self._reading.timeout.connect(self._read_latency)
        self._reading_due = False
        self._unsubscribe = bridge.subscribe(LIVE_CHANNEL, self._take_phase)
        bridge.failed.connect(lambda text: self.notify("error", text))
        bridge.model_loaded.connect(self._ask_when_loaded)
        transport.frame_changed.connect(self._show_frame)
        loader.opened.connect(self.take_motion)
        loader.failed.connect(lambda text, details: self.notify("error", text, details))
        loader.listed.connect(self.files_listed)
        loader.opening.connect(self.note_opening)
        loader.idle.connect(lambda: self.note_opening(""))

    @property
    def motions(self) -> tuple[OpenMotion, ...]:
        return tuple(self._motions.values())

    @property
    def figure(self) -> Figure | LiveFigure | None:
        """What the stage animates now."""
        if self.source == "latent":
            return self._latent
        if self.source == "character":
            return self._character and self._character[0]
        return self.motion.figure if self.motion else None

    @property
    def has_latent(self) -> bool:
        return self._latent is not None

    @property
    def has_character(self) -> bool:
        return self._character is not None

    def open_paths(
        self, paths: Iterable[Path | str], *, style: str = "", title: str | None = None
    ) -> None:
        """Load files or folders in the background; the first becomes current."""
        self._loader.open(OpenRequest(tuple(Path(p) for p in paths), style=style, title=title))

    def reload(self, units: str = "auto", up_axis: str = "auto") -> None:
        """Read the current file again, with these units and this up axis."""
        if self.motion is not None:
            motion = self.motion
            self._loader.open(
                OpenRequest((motion.path,), units, up_axis, motion.style, motion.title)
            )

    def show_motion(self, key: str) -> None:
        """Make an open motion the one the clip source shows."""
        self._set_motion(self._motions[key])

    def close_motion(self, key: str) -> None:
        """Forget an open motion; the newest of the others takes its place on stage."""
        closed = self._motions.pop(key)
        self.motion_closed.emit(key)
        if closed is self.motion:
            self._set_motion(next(reversed(self._motions.values()), None))

    def show_latent(self, positions: np.ndarray, contacts: np.ndarray, label: str = "") -> None:
        """Show a decoded window, (60, 22, 3) metres and (60, 4), as a loop at 30 fps."""
        self._latent = Figure(positions, 1 / FPS, None, contacts)
        self._latent_phase = None
        self.latent_label = label
        if self.source == "latent":
            self._show_frame(self._transport.frame)
            self.figure_changed.emit()
        else:
            self.set_source("latent")

    def set_character(self, figure: LiveFigure, driver: Driver) -> None:
        """The character that ``set_source`` may put on stage; ``driver`` moves its playhead."""
        self._character = (figure, driver)
        if self.source == "character":
            self._load_figure(0.0)

    def drop_character(self) -> None:
        """There is no character any more."""
        if self.source == "character":
            self.set_source("clip")
        self._character = None

    def set_character_label(self, text: str) -> None:
        """What stands over the stage while the character is on it."""
        if text != self.character_label:
            self.character_label = text
            self.character_told.emit()

    def set_source(self, source: Source) -> None:
        """Put the clip, the decoded latent or the character on stage; each keeps its own time.

        A character that is not there yet is asked for by ``character_wanted``.
        """
        absent = {"latent": self._latent is None, "character": self._character is None}
        if source == "character" and absent[source]:
            self.character_wanted.emit()
        if source == self.source or absent.get(source, False):
            return
        self.times[self.source] = self._transport.time_s
        self.source, self._paint = source, None
        self.source_changed.emit(source)
        self._load_figure(self.times.get(source, 0.0))

    def refresh(self) -> None:
        """Build the scene again: what is on stage looks different."""
        self._build_scene()

    def preview(self, positions: np.ndarray | None) -> None:
        """A ghost on the stage: a pose (22, 3), a window (60, 22, 3), or None for none."""
        if positions is None and self._preview is None:
            return
        self._preview = positions
        self._build_scene()

    def paint(self, shares: np.ndarray | None) -> None:
        """Colour the joints of the figure, (22,) or one row per frame, by the scheme's heat.

        Shares in 0..1; None gives the figure its own colours, as another figure does.
        Playing, it is seen with the next frame.
        """
        if shares is None and self._paint is None:
            return
        self._paint = shares
        if not self._transport.playing:
            self._build_scene()

    def set_comparing(self, on: bool) -> None:
        """Run the reference beside the engine for what is on stage, or stop that."""
        if on != self.comparing:
            self.comparing = on
            self.comparing_changed.emit(on)

    def set_look(self, **changes: Any) -> None:
        """Change what is shown besides the figure; fields of figure.Look."""
        self.look = replace(self.look, **changes)
        self.look_changed.emit(self.look)
        self._build_scene()

    def note_latency(self, milliseconds: float) -> None:
        """Remember the latency of an inference; it is shown as often as one can read it.

        Playing, it is shown with the next picture rather than in one of its own.
        """
        self.latency_ms = milliseconds
        if self._reading_due:
            self._reading_due = False
            self.latency_changed.emit(milliseconds)
        if not self._reading.isActive():
            self._reading.start()

    def notify(self, level: Level, text: str, details: str = "") -> None:
        """Tell the user once, on screen and in the log."""
        levels = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
        log.log(levels[level], "%s%s", text, f"\n{details}" if details else "")
        self.notice.emit(Notice(level, text, details))

    def close(self) -> None:
        self._unsubscribe()

    def note_opening(self, name: str) -> None:
        """The file in hand; "" when none is."""
        self.opening = name
        self.opening_changed.emit(name)

    def take_motion(self, motion: OpenMotion, request: OpenRequest | None = None) -> None:
        """A motion is open; the first of a request becomes current."""
        replaced = [m.key for m in self.motions if m.path == motion.path and m.key != motion.key]
        self._motions.pop(motion.key, None)
        self._motions[motion.key] = motion
        self.motion_opened.emit(motion)
        if request is not None and request is not self._shown_request:
            self._shown_request = request
            self._set_motion(motion)
            self.set_source("clip")
        self._tell_about(motion)
        for key in replaced:
            if self.motion is None or key != self.motion.key:
                self.close_motion(key)
        spare = [key for key, held in self._motions.items() if held is not self.motion]
        for key in spare[: max(len(self._motions) - MAX_OPEN, 0)]:
            self.close_motion(key)

    def _tell_about(self, motion: OpenMotion) -> None:
        title = motion.title if len(motion.title) <= 40 else f"{motion.title[:39]}…"
        if motion.not_human:
            self.notify("warning", f"{title}: {motion.not_human}")
        if motion.warnings:
            more = len(motion.warnings) - 1
            rest = f" ({more} more in the details.)" if more else ""
            details = "\n".join(motion.warnings) if more else ""
            self.notify("warning", f"{title}: {motion.warnings[0]}{rest}", details)

    def _set_motion(self, motion: OpenMotion | None) -> None:
        self.motion = motion
        if self.source == "clip":
            self._paint = None
        self.times["clip"] = 0.0
        self.motion_changed.emit(motion)
        if self.source == "clip":
            self._load_figure(0.0)

    def _load_figure(self, time_s: float) -> None:
        figure = self.figure
        self._bridge.forget(LIVE_CHANNEL)
        if isinstance(figure, Figure):
            self._transport.set_timing(figure.frame_count, figure.frame_time, time_s)
        elif self._character is not None and figure is not None:
            self._transport.follow(self._character[1], 1 / FPS)
        else:
            self._transport.set_timing(0, 1 / FPS)
        self.figure_changed.emit()

    def _show_frame(self, frame: int) -> None:
        self._build_scene()
        self.ask_phase()
        self._tell_phase()
        self.frame_changed.emit(frame)

    def _build_scene(self) -> None:
        figure, frame = self.figure, self._transport.frame
        preview = _at(self._preview, 2, frame)
        if figure is None:
            self.scene = Scene(scheme=self.look.stage_scheme)
        elif isinstance(figure, Figure):
            paint = _at(self._paint, 1, frame)
            self.scene = build_scene(figure, frame, self.look, preview, paint)
        else:
            self.scene = figure.scene(self.look, preview)
        self.scene_changed.emit(self.scene)

    def _ask_when_loaded(self, model: str) -> None:
        if model == "deepphase":
            self.ask_phase()

    def ask_phase(self) -> None:
        """Run DeepPhase on the frame on stage; ``phase_live`` brings the answer."""
        frame = self._transport.frame
        row = self._phase_row(frame) if "deepphase" in self._bridge.models else None
        if row is not None:
            self._bridge.infer(
                "deepphase", {"frame": row}, LIVE_CHANNEL, Priority.LIVE,
                frame + self._first(), self.comparing,
            )  # fmt: skip

    def _first(self) -> int:
        """The number of the first frame of what is on stage: the character forgets its oldest."""
        live = self._character[0] if self._character and self.source == "character" else None
        return live.first if live else 0

    def _phase_row(self, frame: int) -> np.ndarray | None:
        """DeepPhase's input (1, 132) of one frame of what is on stage."""
        if self.source == "character":
            found = self._character and self._character[0].phase_frame(frame)
            return None if found is None else found[None]
        inputs = self._phase_inputs()
        return None if inputs is None else np.ascontiguousarray(inputs[frame : frame + 1])

    def _phase_inputs(self) -> np.ndarray | None:
        """DeepPhase inputs (T, 132) of what is on stage."""
        if self.source == "clip":
            return self.motion.phase_frames if self.motion else None
        if self._latent_phase is None and self._latent is not None:
            self._latent_phase = phase_frames(self._latent.positions, self._latent.frame_time)
        return self._latent_phase

    def _read_latency(self) -> None:
        if self._transport.playing:
            self._reading_due = True
        else:
            self.latency_changed.emit(self.latency_ms)

    def _take_phase(self, result: Result) -> None:
        x, y = result.outputs["phase"][0]
        latency, compute = result.latency * 1e3, result.duration * 1e3
        frame = int(str(result.request.context))
        live = PhaseLive(frame, float(x), float(y), latency, compute, result.engine)
        if result.reference is not None:
            rx, ry = result.reference["phase"][0]
            took = result.reference_duration * 1e3
            live = replace(live, reference=(float(rx), float(ry)), reference_ms=took)
        self._phase = live
        if not self._transport.playing:
            self._tell_phase()

    def _tell_phase(self) -> None:
        """Pass on the newest phase; playing, with the next frame: one picture shows both."""
        if self._phase is not None:
            phase, self._phase = self._phase, None
            phase = replace(phase, frame=max(phase.frame - self._first(), 0))
            self.phase_live.emit(phase)
            self.note_latency(phase.latency_ms)


def _at(values: np.ndarray | None, dimensions: int, frame: int) -> np.ndarray | None:
    """The row of ``frame`` where ``values`` has one per frame of a loop, else all of it."""
    if values is None or values.ndim == dimensions:
        return values
    return values[frame % len(values)]
