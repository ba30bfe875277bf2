"""Where the restyled clip goes: to a file, on the canonical body or its own rig; to the physics."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from viewer.model.language import tr
from viewer.workbench import Workbench


class RestyledOutlets(QObject):
    """Commands about the restyled clip, there while one is.

    ``export_asked``: it is to be exported, on the skeleton "canonical" or "source".
    ``physics_asked``: the physics character is to try it. parent: of the menu.
    """

    export_asked = Signal(str)
    physics_asked = Signal()

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = bench.studio
        self.action = bench.actions.add(
            "style.export",
            tr("Export restyled…"),
            tr("Write the restyled clip on the canonical body as BVH, GLB or NPZ"),
            lambda: self.export_asked.emit("canonical"),
            menu="Style",
        )
        self.rig_action = bench.actions.add(
            "style.export_rig",
            tr("Export restyled on its own rig…"),
            tr(
                "Write the restyled clip on its file's skeleton, at its frame rate, as BVH, GLB "
                "or NPZ"
            ),
            lambda: self.export_asked.emit("source"),
            menu="Style",
        )
        self.physics = bench.actions.add(
            "style.physics",
            tr("Let the physics try it"),
            tr("Give the restyled clip to the physics character as the motion to imitate"),
            self.physics_asked.emit,
            menu="Style",
        )
        self.action.setIconText(tr("Export…"))
        bench.icons.bind(self.action, "export")
        bench.icons.bind(self.rig_action, "export")
        bench.icons.bind(self.physics, "character")
        self.menu = QMenu(parent)
        self.menu.addActions([self.action, self.rig_action])
        bench.studio.restyled_changed.connect(self._allow)
        bench.studio.motion_changed.connect(self._allow)
        self._allow()

    def _allow(self, *_: object) -> None:
        there = self._studio.restyled is not None
        for action in (self.action, self.rig_action, self.physics):
            action.setEnabled(there)
