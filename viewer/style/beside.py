"""Tells of a dot of the style map, and plays the window that it is beside the figure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from motion.bvh import BvhError
from motion.features import FPS, WINDOW
from motion.rigs import NotHuman
from viewer.model.beside import beside, standing_poses, window_poses
from viewer.model.demo import demo_clips
from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.model.library_reading import features_of
from viewer.model.notice import sentence
from viewer.model.restyle_job import RestyleJob, Worn
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .atlases import Atlases
from .dot_labels import window_name
from .heard import HeardRow
from .restyling import Restyling

JOB = "style.beside"
GHOST = "style.beside"
"""Its name among those who show a ghost."""
SETTLE_MS = 120
"""The ghost follows another style of the figure once that rests for so long."""
NOT_HERE = tr("its motion is not here, so this clip is shown in its style")


@dataclass(frozen=True, eq=False)
class HeardDot:
    """A dot as it was when it was clicked. file: of its clip, None where that is not here."""

    name: str
    label: str
    style: np.ndarray
    start_s: float
    file: Path | None


class Beside(QObject):
    """The line under the map, and the ghost beside the figure while "Play beside" is on.

    The ghost is the dot's own two seconds, read again from its clip; of a dot whose motion is not
    on this machine it is the clip on stage in the style of the dot. dot: which one is told of.
    ghost: what is beside, (T, 22, 3) metres, a pose for each frame of the clip. ``begun`` brings
    points (N, 3) about both when the ghost comes up, with the figure in their middle.
    """

    begun = Signal(object)

    def __init__(
        self,
        bench: Workbench,
        restyling: Restyling,
        atlases: Atlases,
        row: HeardRow,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bench, self._restyling, self._atlases, self._row = bench, restyling, atlases, row
        self._background = Background(self, "beside", wait=False)
        self._demo = {clip.title: clip.path for clip in demo_clips(bench.assets)}
        self.dot: HeardDot | None = None
        self._poses: tuple[np.ndarray, float] | None = None
        self.ghost: np.ndarray | None = None
        self._asked = 0
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._place)
        self.action = bench.actions.add(
            "style.beside",
            tr("Play beside"),
            tr("Play the two seconds of the dot that was clicked beside the figure"),
            lambda _: self._find(),
            menu="Style",
            checkable=True,
        )
        self.action.setEnabled(False)
        bench.icons.bind(self.action, "play")
        row.set_action(self.action)
        studio = bench.studio
        restyling.peeked.connect(self._show)
        studio.restyled_changed.connect(self._settle.start)
        studio.figure_changed.connect(self._follow)
        studio.source_changed.connect(lambda _: self._follow())

    def close(self) -> None:
        self._settle.stop()
        self._bench.bridge.detach(JOB)
        self._background.close()

    def tell(self, row: int) -> None:
        """Say what the dot ``row`` is; beside the figure it takes the place of the one before."""
        atlas = self._atlases.atlas
        if atlas is None:
            return
        clip, file = str(atlas.clips[row]), self._atlases.file(row)
        path = Path(file) if file else self._demo.get(clip)
        label = str(atlas.labels[row]).replace("_", " ")
        style, start_s = atlas.styles[row].copy(), float(atlas.starts_s[row])
        self.dot = HeardDot(window_name(atlas, row), label, style, start_s, path)
        said = f"{self.dot.name} · {label}"
        where = str(path) if path else f"{clip}: {NOT_HERE}"
        self._row.tell(said if path else f"{said} · {NOT_HERE}", where)
        self.action.setEnabled(True)
        self._find()

    def _find(self) -> None:
        """Get the poses of the dot, if it is to be seen."""
        self._asked += 1
        self._poses = None
        self._bench.bridge.detach(JOB)
        self._put(None)
        dot = self.dot
        if dot is None or not self.action.isChecked() or self._shown() is None:
            return
        if dot.file is None:
            self._restyle(dot.style)
            return
        path, start = dot.file.resolve(), round(dot.start_s * FPS)
        known = next((m for m in self._bench.studio.motions if m.path.resolve() == path), None)
        if known is not None and known.features is not None:
            self._take(self._asked, known.features[start : start + WINDOW])
            return
        asked = self._asked
        self._background.run(
            lambda: features_of(path)[start : start + WINDOW],
            lambda found: self._take(asked, found),
        )

    def _take(self, asked: int, found: object) -> None:
        if asked != self._asked:
            return
        if isinstance(found, BvhError | NotHuman | OSError):
            self._bench.studio.notify("warning", sentence(found))
            self.action.setChecked(False)
        elif isinstance(found, Exception):
            raise found
        elif isinstance(found, np.ndarray) and len(found):
            self._poses = window_poses(found), 1 / FPS
            self._place()

    def _restyle(self, style: np.ndarray) -> None:
        """Have the clip on stage made in ``style``, by a job of its own."""
        wish, bridge = self._restyling.wish_of(style), self._bench.bridge
        if wish is None:
            return
        asked = self._asked

        def take(messages: list[object]) -> None:
            made = [message for message in messages if isinstance(message, Worn)]
            if made and asked == self._asked:
                figure = made[-1].figure
                time_s = figure.frame_time
                self._poses = standing_poses(figure.positions, time_s), time_s
                self._place()

        bridge.attach(JOB, RestyleJob(bridge.clock), take)
        bridge.command(JOB, wish)

    def _follow(self) -> None:
        """Another clip is on stage, or something else than a clip."""
        if self.action.isChecked():
            self._find()

    def _place(self) -> None:
        """Put the poses beside the figure, along all of its way."""
        shown, poses, asked = self._shown(), self._poses, self._asked
        if shown is None or poses is None or not self.action.isChecked():
            return
        positions, time_s = shown.positions, shown.frame_time

        def take(made: object) -> None:
            if isinstance(made, Exception):
                raise made
            if asked == self._asked and isinstance(made, np.ndarray):
                begins = self.ghost is None
                self._put(made)
                if begins:
                    self.begun.emit(_about(shown, made, self._bench.transport.frame))

        self._background.run(lambda: beside(positions, time_s, *poses), take)

    def _shown(self) -> Figure | None:
        """The figure of the clip on stage, where it is a human one."""
        studio = self._bench.studio
        human = studio.motion is not None and studio.motion.positions is not None
        figure = studio.figure
        return figure if studio.source == "clip" and human and isinstance(figure, Figure) else None

    def _put(self, ghost: np.ndarray | None) -> None:
        if ghost is not self.ghost:
            self.ghost = ghost
            self._bench.studio.ghost.show(GHOST, ghost)

    def _show(self, peek: np.ndarray | None) -> None:
        """A peek at another dot stands for the ghost as long as it lasts."""
        self._bench.studio.ghost.show(GHOST, self.ghost if peek is None else peek)


def _about(shown: Figure, ghost: np.ndarray, frame: int) -> np.ndarray:
    """Points (24, 3) about the figure, the ghost, and a second one at its other side."""
    frame = min(frame, len(ghost) - 1)
    aside = (ghost[frame, 0] - shown.positions[frame, 0]) * np.array([1, 0, 1], np.float32)
    reach = shown.reach(frame)
    return np.concatenate([reach, reach + aside, reach - aside])
