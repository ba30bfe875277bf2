"""Parts of a bar that give way where it has no room for all: they go whole, nothing shrinks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class GivingWay:
    """Groups of parts of ``bar`` that are seen while it is wide enough, the last goes first.

    wanted: whether a part is to be seen at all.
    """

    def __init__(
        self,
        bar: QWidget,
        groups: Sequence[Sequence[QWidget]],
        spacing: int,
        wanted: Callable[[QWidget], bool] = lambda _: True,
    ) -> None:
        self._bar, self._groups, self._spacing, self._wanted = bar, groups, spacing, wanted

    def least(self, hint: QSize) -> QSize:
        """The least size of the bar; ``hint``: with those parts that are seen now."""
        seen = (part for group in self._groups for part in group if not part.isHidden())
        return hint - QSize(sum(map(self._wide, seen)), 0)

    def settle(self) -> None:
        """Show what there is room for."""
        room = self._bar.width() - self._bar.minimumSizeHint().width()
        for group in self._groups:
            parts = [part for part in group if self._wanted(part)]
            room -= sum(map(self._wide, parts))
            for part in group:
                part.setVisible(part in parts and room >= 0)

    def _wide(self, part: QWidget) -> int:
        return max(part.minimumWidth(), part.minimumSizeHint().width()) + self._spacing
