"""Mix A B C D: four pinned styles at the corners of a square, and a handle among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from viewer.model.language import tr
from viewer.ui.theme import Theme

from .mix_pin import MixPin
from .mix_square import CORNERS, LETTERS, MixSquare

Pin = tuple[str, np.ndarray | None] | None
"""A name and a pose (22, 3), metres, if one is known; None: nothing is pinned."""


class MixPad(QWidget):
    """Says shares (4,) of the corners A, B, C, D and which corner is to be pinned or cleared.

    square: with its signals ``pressed`` and ``released`` around a drag; pins: the corners.
    """

    mixed = Signal(object)
    pin_asked = Signal(int)
    unpin_asked = Signal(int)
    pressed = Signal()
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Mix of four styles"))
        self.square = MixSquare(theme)
        self.pins = [MixPin(letter, theme) for letter in LETTERS]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self.square, 0, 1, 2, 1, Qt.AlignmentFlag.AlignCenter)
        for index, pin in enumerate(self.pins):
            right, down = CORNERS[index].astype(int).tolist()
            grid.addWidget(pin, down, 2 * right)
            pin.pin_asked.connect(partial(self.pin_asked.emit, index))
            pin.unpin_asked.connect(partial(self.unpin_asked.emit, index))
            pin.chosen.connect(partial(self._wear, index))
        self.square.mixed.connect(self._say)
        self.square.pressed.connect(self.pressed)
        self.square.released.connect(self.released)

    def set_theme(self, theme: Theme) -> None:
        self.square.set_theme(theme)
        for pin in self.pins:
            pin.set_theme(theme)

    def set_pins(self, pins: Sequence[Pin]) -> None:
        """What is pinned to A, B, C, D."""
        for corner, pin in zip(self.pins, pins, strict=True):
            corner.set_style(*(pin or (None, None)))
        self.square.set_pinned([pin is not None for pin in pins])

    def set_weights(self, weights: np.ndarray | None) -> None:
        """Show the shares (4,) of what is worn, without a signal; None: it is no mix."""
        self.square.set_weights(weights)
        shares = [None] * 4 if weights is None else np.asarray(weights).tolist()
        for pin, share in zip(self.pins, shares, strict=True):
            pin.set_share(share)

    def _wear(self, index: int) -> None:
        self._say(np.eye(4)[index])

    def _say(self, weights: np.ndarray) -> None:
        self.set_weights(weights)
        self.mixed.emit(weights)
