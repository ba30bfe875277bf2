"""From clip to clip of the folder that the one on stage lies in, by key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from viewer.model.clip import OpenMotion
from viewer.model.language import tr
from viewer.model.listing import beside_in_folder
from viewer.model.notice import told
from viewer.ui.background import Background
from viewer.workbench import Workbench

NO_CLIP = tr("Open a clip first; its folder is gone through from there.")
ALONE = tr("{path} is the only BVH file of its folder.")


class FolderStep(QObject):
    """Opens the next clip of the folder, or the one before; many strokes at once end in one.

    open_: opens the clip at a path. ``stepping``: the path of a clip that will be opened, and is to
    be seen from where the one before was.
    """

    stepping = Signal(object)

    def __init__(self, bench: Workbench, open_: Callable[[str], None]) -> None:
        super().__init__(bench.studio)
        self._studio, self._open = bench.studio, open_
        self._background = Background(self, "folder")
        self._steps = 0
        self._reached: Path | None = None
        self._waiting = False
        for name, text, tip, way, keys in (
            ("next", tr("Next clip of the folder"), tr("Open the BVH file after this one"), 1,
             "Ctrl+PgDown"),
            ("previous", tr("Previous clip of the folder"),
             tr("Open the BVH file before this one"), -1,
             "Ctrl+PgUp"),
        ):  # fmt: skip
            step = partial(self.step, way)
            bench.actions.add(f"clip.{name}", text, tip, step, keys=keys, menu="Clip")
        bench.studio.opening_changed.connect(self._note_opening)
        bench.studio.motion_changed.connect(self._note_motion)

    def close(self) -> None:
        """Look no more."""
        self._background.close()

    def step(self, way: int) -> None:
        """Go ``way`` files on, round at the ends."""
        if self._reached is None and self._studio.motion is None:
            self._studio.notify("info", NO_CLIP)
            return
        self._steps += way
        self._go_on()

    def _go_on(self) -> None:
        """What was asked for, once nothing is being opened."""
        motion = self._studio.motion
        here = self._reached or (motion.path if motion else None)
        if not self._steps or here is None or self._background.busy or self._waiting:
            return
        steps, self._steps = self._steps, 0
        self._background.run(lambda: beside_in_folder(here, steps), self._take)

    def _take(self, found: object) -> None:
        motion = self._studio.motion
        if isinstance(found, OSError):
            self._studio.notify("error", told(found))
        elif isinstance(found, Exception):
            raise found
        elif isinstance(found, Path):
            self._reached = found
            if motion is None or motion.path.resolve() != found:
                self._waiting = True
                self.stepping.emit(found)
                self._open(str(found))
            self._go_on()
        else:
            self._studio.notify("info", ALONE.format(path=motion.path.name if motion else tr("It")))

    def _note_opening(self, name: str) -> None:
        """What was to be opened is there, or is told to be none."""
        if not name:
            self._waiting = False
            self._go_on()

    def _note_motion(self, motion: OpenMotion | None) -> None:
        """A clip that was come to in another way is where one goes on from."""
        if motion is None or motion.path.resolve() != self._reached:
            self._reached = None
        self._waiting = False
        self._go_on()
