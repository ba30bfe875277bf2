"""What one part of the window at a time has on stage: the paint of the figure, its ghost."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal


class Turns(QObject):
    """Who took it last has it; who gives it back leaves it to the one before.

    ``owner_changed`` names who has it now, "" for nobody; ``changed`` tells that ``value`` is
    another, and whether it should be seen at once.
    """

    owner_changed = Signal(str)
    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, np.ndarray | None] = {}

    @property
    def owner(self) -> str:
        """Who has it; "" for nobody."""
        return next(reversed(self._values), "")

    @property
    def value(self) -> np.ndarray | None:
        """What the owner has put there."""
        return self._values.get(self.owner)

    def take(self, owner: str) -> None:
        """It is ``owner``'s from now on, with nothing there yet."""
        if self.owner != owner:
            self._values.pop(owner, None)
            self._values[owner] = None
            self._tell()

    def put(self, owner: str, value: np.ndarray | None, at_once: bool = False) -> None:
        """What ``owner`` has there; nothing happens where that took it never, or gave it back."""
        if owner in self._values and self._values[owner] is not value:
            self._values[owner] = value
            if owner == self.owner:
                self.changed.emit(at_once)

    def show(self, owner: str, value: np.ndarray | None) -> None:
        """Have ``value`` there, taking it for ``owner`` if need be; None gives it back."""
        if value is None:
            self.give_back(owner)
        elif owner in self._values:
            self.put(owner, value, True)
        else:
            self._values[owner] = value
            self._tell()

    def give_back(self, owner: str) -> None:
        """``owner`` has no use for it any more."""
        had = self.owner == owner
        self._values.pop(owner, None)
        if had:
            self._tell()

    def clear(self) -> None:
        """Something else is on stage: what was put there is no more, who has it stays."""
        self._values = dict.fromkeys(self._values)

    def _tell(self) -> None:
        self.owner_changed.emit(self.owner)
        self.changed.emit(True)
