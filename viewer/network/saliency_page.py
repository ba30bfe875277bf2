"""The page of saliency: which joints move the output, over time and in the frame on display."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget

from motion.canonical import JOINTS
from viewer.model.language import tr
from viewer.ui.mode_row import mode_row
from viewer.ui.readout import value_readout
from viewer.ui.theme import Theme

from .bars import BarList
from .canvas import MapCanvas
from .parts import scalar_choice, stack_map_page, text_label


class SaliencyPage(QWidget):
    """A map of the 22 joints over time, and all of them in the frame on display, by share."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.of = scalar_choice()
        self.paint = QToolButton()
        self.modes, modes = mode_row()
        self.canvas = MapCanvas(
            tr("Saliency of the joints over time"),
            tr("How much the output moves with each joint: click a row to see it as a curve; "
            "drag to seek, wheel to zoom in time, Shift+drag to pan, double-click to see all"),
            theme, 300,
        )  # fmt: skip
        self.scale = text_label("hint", tr("What the colors of the map stand for"))
        self.heading = value_readout(
            theme, tr("Frame 100000, in amplitude"), tr("The frame whose saliency is listed")
        )
        self.joints = BarList(
            tr("Saliency of the frame on display"),
            tr("How much the output moves with each joint, at most: when it is moved by 1 cm, "
            "when it is faster by 1 m/s, and its share of both"),
            theme, ("", "", "share"), len(JOINTS),
        )  # fmt: skip
        rows = ((self.scale, modes), (self.heading, self.paint))
        stack_map_page(self, self.of, self.canvas, rows, self.joints)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.canvas.set_theme(theme)
        self.joints.set_theme(theme)
        self.heading.set_theme(theme)
