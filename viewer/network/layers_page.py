"""The page of the layers: maps of input and hidden layers, and what drives a unit."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget

from viewer.model.language import tr
from viewer.ui.mode_row import mode_row
from viewer.ui.readout import value_readout
from viewer.ui.segments import Segments
from viewer.ui.theme import Theme

from .bars import BarList
from .canvas import MapCanvas
from .parts import stack_map_page, text_label

ORDERS = {
    "activity": (
        tr("Activity"),
        tr("Units in the order in which they first rise above their middle"),
    ),
    "cluster": (tr("Cluster"), tr("Units that rise and fall together side by side")),
    "index": (tr("Index"), tr("Units as the file has them")),
}
INPUTS = 8


class LayersPage(QWidget):
    """Maps above; below them the unit that was picked, with its strongest inputs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = MapCanvas(
            tr("Input and hidden layers over time"),
            tr("Click a row to pick it and to go there; drag to seek, wheel to zoom in time, "
            "Shift+drag to pan, double-click to see all"),
            theme, 400,
        )  # fmt: skip
        self.order = Segments(tr("Order of the units"), ORDERS)
        self.modes, modes = mode_row()
        self.paint = QToolButton()
        self.note = text_label("hint", tr("About the maps"))
        self.unit = value_readout(
            theme, tr("Layer 1, unit 255: 0.0000"), tr("The row that was picked, and its value now")
        )
        self.inputs = BarList(
            tr("Strongest inputs of the unit"),
            tr("How far the unit goes with each input on the clip"),
            theme, ("strength",), INPUTS, signed=True,
        )  # fmt: skip
        rows = ((self.note, modes), (self.unit, self.paint))
        stack_map_page(self, self.order, self.canvas, rows, self.inputs)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.canvas.set_theme(theme)
        self.inputs.set_theme(theme)
        self.unit.set_theme(theme)


def label_of(layer: int, unit: int) -> str:
    """What a unit is called: layers from 1, units as the file numbers them."""
    return tr("Layer {layer}, unit {unit}", layer=layer + 1, unit=unit)
