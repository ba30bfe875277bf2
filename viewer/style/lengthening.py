"""A clip made longer, so that a motion made of keys can go on beyond its content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QWidget

from inference.worker.messages import Result
from motion.bvh import BvhError, write_bvh
from motion.files import CannotWrite
from viewer.model.clip import OpenMotion
from viewer.model.language import tr
from viewer.model.notice import Refused, sentence
from viewer.model.style_edits import put_keys
from viewer.studio.live_phase import MODEL
from viewer.ui.background import Background
from viewer.workbench import Workbench

LONGEST_S = 600.0


def longer_folder() -> Path:
    """Where clips that were made longer lie: the user's data folder."""
    return Path(platformdirs.user_data_dir("stridescope", appauthor=False)) / "longer"


class ClipLengthening(QObject):
    """Opens the clip on stage as one that goes on: from a late frame back to an early one whose
    pose, velocity and phase are like its own. Style keys come along. parent: of the dialog.
    """

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench, self._parent = bench, parent
        self._background = Background(self, "longer clip")
        self.action = bench.actions.add(
            "clip.longer",
            tr("Make the clip longer…"),
            tr("Let the clip go on beyond its end, from a frame that is like its last"),
            self._ask,
            menu="Clip",
        )
        bench.studio.motion_changed.connect(self._allow)
        bench.bridge.model_loaded.connect(self._allow)
        self._allow()

    def close(self) -> None:
        self._background.close()

    def lengthen(self, seconds: float) -> None:
        """Open the clip on stage made so long, or say why it cannot be."""
        motion = self._bench.studio.motion
        if motion is None or motion.phase_frames is None:
            return

        def go_on(result: Result) -> None:
            phases = result.outputs["phase"]
            path = longer_folder() / f"{motion.path.stem} {seconds:g} s.bvh"
            work = lambda: _write(motion, seconds, phases, path)  # noqa: E731
            self._background.run(work, self._opening(motion, path))

        self._bench.bridge.bulk(MODEL, {"frame": motion.phase_frames}, go_on)

    def _opening(self, motion: OpenMotion, path: Path) -> Callable[[object], None]:
        def receive(result: object) -> None:
            studio = self._bench.studio
            if isinstance(result, Refused | BvhError | CannotWrite | OSError):
                studio.notify("error", sentence(result))
            elif isinstance(result, Exception):
                raise result
            else:
                studio.motion_opened.connect(self._bring_keys(motion, path))
                studio.open_paths([path], style=motion.style)

        return receive

    def _bring_keys(self, motion: OpenMotion, path: Path) -> Callable[[OpenMotion], None]:
        """Gives the keys of ``motion`` to the clip of ``path``, once, when that is open."""
        store, studio = self._bench.store, self._bench.studio

        def bring(opened: OpenMotion) -> None:
            if opened.path.resolve() != path.resolve():
                return
            studio.motion_opened.disconnect(bring)
            source, target = store.document.clip(motion.key), store.document.clip(opened.key)
            if source is not None and target is not None and source.keys and not target.keys:
                name = tr("Bring the keys of {name}", name=source.name)
                store.apply(put_keys(name, opened.key, 0.0, np.inf, source.keys))

        return bring

    def _ask(self) -> None:
        motion = self._bench.studio.motion
        if motion is None:
            return
        dialog = QInputDialog(self._parent)
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setWindowTitle(tr("Make the clip longer"))
        dialog.setLabelText(tr("Seconds that {title} is to last:", title=motion.title))
        dialog.setDoubleRange(motion.clip.duration, LONGEST_S)
        dialog.setDoubleValue(3 * motion.clip.duration)
        dialog.doubleValueSelected.connect(self.lengthen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _allow(self, *_: object) -> None:
        motion = self._bench.studio.motion
        there = motion is not None and motion.phase_frames is not None
        self.action.setEnabled(there and MODEL in self._bench.bridge.models)


def _write(motion: OpenMotion, seconds: float, phases: np.ndarray, path: Path) -> None:
    """The clip made so long, in a file. Raises Refused, BvhError and OSError."""
    from viewer.model.restyling import lasting  # takes 0.07 s to load, which the start need not

    clip = lasting(motion, seconds, lambda _: phases)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bvh(clip, path)
