"""Which scalar of the output is looked at: one choice for all pages, kept between starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal

from viewer.ui.segments import Segments

from .parts import SCALAR_TEXTS

if TYPE_CHECKING:
    from inference.gradients import Scalar

SETTING = "network/of"


class ScalarChoice(QObject):
    """The angle, unless someone chose otherwise. ``changed`` tells of another choice."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = settings.value(SETTING)
        self.of: Scalar = next((of for of in SCALAR_TEXTS if of == kept), "angle")
        self._shown: list[Segments] = []

    def show_on(self, segments: Segments) -> None:
        """``segments`` show the choice and take it."""
        self._shown.append(segments)
        segments.show_choice(self.of)
        segments.chosen.connect(self.choose)

    def choose(self, of: str) -> None:
        """Look at ``of`` from now on."""
        if of == self.of:
            return
        self.of = next(known for known in SCALAR_TEXTS if known == of)
        self._settings.setValue(SETTING, of)
        for segments in self._shown:
            segments.show_choice(of)
        self.changed.emit()
