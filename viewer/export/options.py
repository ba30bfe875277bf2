"""What is asked besides, kind by kind: unit and rig of a motion, size and rate of pictures."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from viewer.model.export.order import Look, Rig
from viewer.model.language import tr
from viewer.ui.choice_box import ComboBox
from viewer.ui.theme import GAP, Theme

from .choices import Group

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1080, 1080), (1080, 1920))
RATES = (24.0, 25.0, 30.0, 50.0, 60.0)
MAX_SIDE = 8192
_OWN = (0, 0)


class Options:
    """Shows the rows of ``form`` that a kind of file needs. stage: its size in pixels."""

    def __init__(self, form: QFormLayout, stage: tuple[int, int], theme: Theme) -> None:
        choice = partial(ComboBox, theme=theme)
        self.units = choice(
            tr("Unit of the BVH"), tr("BVH states no unit; others expect centimetres")
        )
        self.units.addItem(tr("Centimetres, as Blender expects"), "cm")
        self.units.addItem(tr("Metres"), "m")
        self.rig = choice(
            tr("Skeleton of the restyled clip"), tr("On which skeleton it is written")
        )
        self.rig.addItem(tr("The canonical body, 30 fps"), "canonical")
        self.rig.addItem(tr("Its own rig and rate"), "source")
        self.sizes = choice(tr("Size of the pictures"), tr("Width and height in pixels"))
        self.sizes.addItem(
            tr("As the stage, {width} × {height}", width=stage[0], height=stage[1]), stage
        )
        for width, height in SIZES:
            self.sizes.addItem(f"{width} × {height}", (width, height))
        self.sizes.addItem(tr("Another size"), _OWN)
        self.width_, self.height_ = (
            _side(tr("Width in pixels"), 1920),
            _side(tr("Height in pixels"), 1080),
        )
        self.rates = choice(
            tr("Pictures a second"), tr("Frame by frame, or so many for each second")
        )
        self.rates.addItem(tr("Every frame of the motion"), None)
        for rate in RATES:
            self.rates.addItem(tr("{rate:g} a second", rate=rate), rate)
        self.turn_s = QDoubleSpinBox(minimum=0.5, maximum=60.0, value=4.0, decimals=1)
        self.turn_s.setSuffix(" s")
        self.turn_s.setAccessibleName(tr("Seconds for once around"))
        self.turn_s.setToolTip(tr("How long the camera takes to go once around the figure"))
        self.transparent = QCheckBox(tr("Transparent background"))
        self.transparent.setToolTip(
            tr("Only the figure and its shadow, without background and ground")
        )
        self._form = form
        rows: tuple[tuple[str, QWidget, tuple[Group, ...]], ...] = (
            (tr("Unit"), self.units, ("motion",)),
            (tr("Skeleton"), self.rig, ("motion",)),
            (tr("Size"), self._size_row(), ("picture", "film", "turntable")),
            (tr("Rate"), self.rates, ("film",)),
            (tr("Once around"), self.turn_s, ("turntable",)),
            ("", self.transparent, ("picture", "film")),
        )
        self._rows = [(widget, groups) for _, widget, groups in rows]
        for words, widget, _ in rows:
            form.addRow(words, widget)
        self.sizes.currentIndexChanged.connect(self._show_sides)
        self._show_sides()

    @property
    def unit(self) -> str:
        return str(self.units.currentData())

    @property
    def skeleton(self) -> Rig:
        return cast("Rig", self.rig.currentData())

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of pictures."""
        chosen = tuple(self.sizes.currentData())
        return (self.width_.value(), self.height_.value()) if chosen == _OWN else chosen

    def look(self, group: Group) -> Look:
        """How pictures of this group are taken."""
        return Look(
            size=self.pixels,
            fps=self.rates.currentData() if group == "film" else None,
            turn_s=self.turn_s.value() if group == "turntable" else 0.0,
            transparent=self.transparent.isChecked() and self._form.isRowVisible(self.transparent),
        )

    def show_for(self, group: Group, suffix: str, restyled: bool) -> None:
        """The rows of a kind of file; restyled: the skeleton can be chosen."""
        for widget, groups in self._rows:
            wanted = group in groups
            wanted &= widget is not self.units or suffix == ".bvh"
            wanted &= widget is not self.rig or restyled
            wanted &= widget is not self.transparent or suffix != ".mp4"
            self._form.setRowVisible(widget, wanted)

    def _size_row(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        self._times = QLabel("×")
        layout.addWidget(self.sizes, 1)
        for widget in (self.width_, self._times, self.height_):
            layout.addWidget(widget)
        return row

    def _show_sides(self) -> None:
        own = tuple(self.sizes.currentData()) == _OWN
        for widget in (self.width_, self._times, self.height_):
            widget.setVisible(own)


def _side(name: str, pixels: int) -> QSpinBox:
    side = QSpinBox(minimum=16, maximum=MAX_SIDE, value=pixels)
    side.setAlignment(Qt.AlignmentFlag.AlignCenter)
    side.setAccessibleName(name)
    side.setToolTip(tr("{name}, 16 to {max_side}", name=name, max_side=MAX_SIDE))
    return side
