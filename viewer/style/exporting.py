"""The restyled clip as a file: BVH, GLB or NPZ, written in the background."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from motion.files import CannotWrite
from motion.pose import to_clip
from viewer.model.clip import OpenMotion
from viewer.model.exports import export_clip
from viewer.model.figure import Figure
from viewer.model.notice import Refused, sentence
from viewer.model.sources import Source
from viewer.ui.background import Background
from viewer.workbench import Workbench

FILTERS = "BVH (*.bvh);;GLB (*.glb);;NPZ (*.npz)"


class RestyledExport(QObject):
    """Writes what the clip on stage looks like in its style. parent: of the file dialog.

    ``physics_asked``: the physics character is to try it.
    """

    physics_asked = Signal()

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench, self._parent = bench, parent
        self._background = Background(self, "export")
        self.action = bench.actions.add(
            "style.export",
            "Export restyled…",
            "Write the restyled clip as BVH, GLB or NPZ",
            self._ask,
            menu="Style",
        )
        self.action.setIconText("Export…")
        bench.icons.bind(self.action, "export")
        self.physics = bench.actions.add(
            "style.physics",
            "Let the physics try it",
            "Give the restyled clip to the physics character as the motion to imitate",
            self.physics_asked.emit,
            menu="Style",
        )
        bench.icons.bind(self.physics, "character")
        bench.studio.restyled_changed.connect(self._allow)
        bench.studio.motion_changed.connect(self._allow)
        self._allow()

    def close(self) -> None:
        self._background.close()

    def export(self, path: Path) -> None:
        """Write the restyled clip to ``path`` and say so, or why not."""
        studio = self._bench.studio
        motion, figure = studio.motion, studio.restyled
        if motion is None or figure is None:
            return

        def say(result: object) -> None:
            if isinstance(result, Refused | CannotWrite):
                studio.notify("error", sentence(result))
            elif isinstance(result, Exception):
                raise result
            else:
                studio.notify("info", f"Wrote {figure.frame_count} frames to {path}, in {result}.")

        self._background.run(lambda: _write(motion, figure, path), say)

    def _ask(self) -> None:
        motion = self._bench.studio.motion
        stem = f"{motion.title} restyled" if motion else "restyled"
        dialog = QFileDialog(self._parent, "Export restyled clip", f"{stem}.bvh", FILTERS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("bvh")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _allow(self, *_: object) -> None:
        there = self._bench.studio.restyled is not None
        for action in (self.action, self.physics):
            action.setEnabled(there)


def _write(motion: OpenMotion, figure: Figure, path: Path) -> str:
    """The unit of the lengths in the file. Raises Refused, CannotWrite."""
    if path.suffix.lower() not in (".bvh", ".glb", ".npz"):
        raise Refused(f"{path}: write .bvh, .glb or .npz.")
    clip = to_clip(figure.positions, figure.frame_time, f"{motion.title} restyled")
    return export_clip(Source(clip), path)
