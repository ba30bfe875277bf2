"""A direction of style that has a name: how strong, with what it looks like at both ends."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from viewer.model.language import tr, within
from viewer.ui.icons import Icons
from viewer.ui.theme import Theme

from .sigma_slider import SigmaEditor
from .thumbnail import FRONT_DEG, SIDE_DEG, PoseView

BUTTON = QSize(22, 20)
SEEN_FROM_FRONT = {"elbows out", "step width", "toes out", "asymmetry", "hands up"}
"""Directions that change widths, which the side hides."""


class NamedSlider(SigmaEditor):
    """A pose at each end; between them the name, a typed value, lock, reset and the slider.

    ``pressed`` and ``released`` enclose a drag. A locked one stays as it is: it cannot be
    moved until it is unlocked. Poses are seen from the side, or from where their difference is.
    """

    lock_toggled = Signal(bool)
    pressed = Signal()
    released = Signal()

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        title = tr(name.capitalize())
        super().__init__(title, title, theme, parent)
        self.name = name
        self.setObjectName(f"style{name.title().replace(' ', '')}")
        view_deg = FRONT_DEG if name.lower() in SEEN_FROM_FRONT else SIDE_DEG
        self.low = PoseView(tr("Less {name}", name=within(title)), theme, view_deg)
        self.high = PoseView(tr("More {name}", name=within(title)), theme, view_deg)
        self.lock = QToolButton()
        self.lock.setCheckable(True)
        self.lock.setAccessibleName(tr("Lock {name}", name=within(title)))
        self.lock.setToolTip(tr("Lock {name}: it stays as it is", name=within(title)))
        self.lock.setIconSize(QSize(12, 12))
        self._icons: Icons | None = None
        self._lay_out()
        self.lock.toggled.connect(self._show_lock)
        self.lock.clicked.connect(self.lock_toggled)
        self.slider.sliderPressed.connect(self.pressed)
        self.slider.sliderReleased.connect(self.released)

    def bind_icons(self, icons: Icons) -> None:
        """Take the pictures of the buttons, which follow the theme."""
        self._icons = icons
        icons.bind(self.reset, "reset")
        self._show_lock(self.locked())

    def set_theme(self, theme: Theme) -> None:
        for part in (self.slider, self.low, self.high):
            part.set_theme(theme)

    def set_poses(self, low: np.ndarray | None, high: np.ndarray | None) -> None:
        """What both ends look like: poses (22, 3), metres; None: not known yet."""
        self.low.set_pose(low)
        self.high.set_pose(high)

    def set_effect(self, text: str) -> None:
        """What it does, measured, for the tooltip: ``+2 σ: arm swing +38 %``."""
        how = tr("Drag, wheel or arrow keys; double-click resets.")
        tip = f"{self.name}\n{text}\n{how}" if text else f"{self.name}. {how}"
        for part in (self.slider, self.label):
            part.setToolTip(tip)
        self.slider.setAccessibleDescription(text)

    def locked(self) -> bool:
        """Whether it is to stay as it is."""
        return self.lock.isChecked()

    def set_locked(self, locked: bool) -> None:
        """Lock or unlock it, without a signal."""
        self.lock.setChecked(locked)

    def _lay_out(self) -> None:
        self.spin.setProperty("role", "compact")
        self.spin.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.slider.setFixedHeight(20)
        for button in (self.lock, self.reset):
            button.setProperty("role", "small")
            button.setFixedSize(BUTTON)
        top, middle, row = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        for box, spacing in ((top, 1), (middle, 0), (row, 6)):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(spacing)
        top.addWidget(self.label, 1)
        for control in (self.spin, self.lock, self.reset):
            top.addWidget(control)
        middle.addLayout(top)
        middle.addWidget(self.slider)
        row.addWidget(self.low)
        row.addLayout(middle, 1)
        row.addWidget(self.high)

    def _show_lock(self, locked: bool) -> None:
        for part in (self.slider, self.spin, self.low, self.high):
            part.setEnabled(not locked)
        self._show()
        if self._icons is not None:
            self._icons.bind(self.lock, "lock" if locked else "unlock")

    def _show(self) -> None:
        super()._show()
        if self.locked():
            self.reset.setEnabled(False)
