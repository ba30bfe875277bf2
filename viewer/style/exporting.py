"""The restyled clip as a file, on the canonical body or its own rig, written in the background."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from motion.conventions import UNIT_NAMES
from motion.files import CannotWrite
from viewer.model.document import Marker
from viewer.model.exports import MOTION_KINDS, doubt_of, export_clip, kind_of
from viewer.model.notice import Notice, Refused, sentence
from viewer.model.restyled_clip import MakeWhole, RestyledClip, WholeClips
from viewer.model.sources import Source
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .restyling import Restyling

JOB = "style.export"
FILTERS = "BVH (*.bvh);;GLB (*.glb);;NPZ (*.npz)"
Rig = Literal["canonical", "source"]


@dataclass(frozen=True)
class _Asked:
    path: Path
    rig: Rig
    markers: tuple[Marker, ...]


class RestyledExport(QObject):
    """Writes all of the clip on stage in its style, as ``main.py restyle`` does.

    parent: of the file dialog. ``physics_asked``: the physics character is to try it.
    """

    physics_asked = Signal()

    def __init__(self, bench: Workbench, restyling: Restyling, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench, self._restyling, self._parent = bench, restyling, parent
        self._background = Background(self, "export")
        self._asked: deque[_Asked] = deque()
        self.action = bench.actions.add(
            "style.export",
            "Export restyled…",
            "Write the restyled clip on the canonical body as BVH, GLB or NPZ",
            lambda: self._ask("canonical"),
            menu="Style",
        )
        self.rig_action = bench.actions.add(
            "style.export_rig",
            "Export restyled on its own rig…",
            "Write the restyled clip on its file's skeleton, at its frame rate, as BVH, GLB or NPZ",
            lambda: self._ask("source"),
            menu="Style",
        )
        self.physics = bench.actions.add(
            "style.physics",
            "Let the physics try it",
            "Give the restyled clip to the physics character as the motion to imitate",
            self.physics_asked.emit,
            menu="Style",
        )
        self.action.setIconText("Export…")
        bench.icons.bind(self.action, "export")
        bench.icons.bind(self.rig_action, "export")
        bench.icons.bind(self.physics, "character")
        self.menu = QMenu(parent)
        self.menu.addActions([self.action, self.rig_action])
        bench.studio.restyled_changed.connect(self._allow)
        bench.studio.motion_changed.connect(self._allow)
        self._allow()

    def close(self) -> None:
        self._bench.bridge.detach(JOB)
        self._background.close()

    def export(self, path: Path, rig: Rig = "canonical") -> None:
        """Write the restyled clip to ``path`` and say so, or why not."""
        motion, wish = self._bench.studio.motion, self._restyling.worn_wish()
        if motion is None or wish is None:
            return
        try:
            kind_of(path, MOTION_KINDS, source=motion.path)
        except Refused as error:
            self._bench.studio.notify("error", sentence(error))
            return
        bridge = self._bench.bridge
        if not self._asked:
            bridge.attach(JOB, WholeClips(), self._take, self._fail)
        clip = self._bench.clip
        self._asked.append(_Asked(path, rig, clip.markers if clip else ()))
        bridge.command(JOB, MakeWhole(motion.clip, wish))

    def _take(self, made: list[RestyledClip]) -> None:
        """Each is written as it was asked for; the job ends with the last."""
        for clip in made:
            self._write(clip, self._asked.popleft())
        if not self._asked:
            self._bench.bridge.detach(JOB)

    def _write(self, clip: RestyledClip, asked: _Asked) -> None:
        def say(result: object) -> None:
            if isinstance(result, Refused | CannotWrite):
                self._bench.studio.notify("error", sentence(result))
            elif isinstance(result, Exception):
                raise result
            else:
                assert isinstance(result, Notice)
                self._bench.studio.tell(result)

        self._background.run(lambda: _written(clip, asked), say)

    def _fail(self, text: str) -> None:
        self._asked.clear()
        self._bench.studio.notify("error", text)

    def _ask(self, rig: Rig) -> None:
        motion = self._bench.studio.motion
        stem = f"{motion.title} restyled" if motion else "restyled"
        where = "its own rig" if rig == "source" else "the canonical body"
        title = f"Export restyled clip on {where}"
        dialog = QFileDialog(self._parent, title, f"{stem}.bvh", FILTERS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("bvh")
        dialog.fileSelected.connect(lambda name: self.export(Path(name), rig))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _allow(self, *_: object) -> None:
        there = self._bench.studio.restyled is not None
        for action in (self.action, self.rig_action, self.physics):
            action.setEnabled(there)


def _written(made: RestyledClip, asked: _Asked) -> Notice:
    """Writes the file, and says what is in it. Raises Refused, CannotWrite."""
    own = asked.rig == "source"
    clip = made.on_source_rig() if own else made.canonical()
    units = export_clip(Source(clip), asked.path, markers=asked.markers)
    where = "its own rig" if own else "the canonical body"
    text = f"Wrote {clip.frame_count} frames on {where} to {asked.path}, in {UNIT_NAMES[units]}"
    doubt = doubt_of(asked.path, clip, units)
    return Notice("warning", f"{text}; {doubt}.") if doubt else Notice("info", f"{text}.")
