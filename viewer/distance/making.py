"""Tiles as pictures, made in the background as they come into sight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from viewer.ui.background import Background

from .tiles import Kept, Pair, Tile, colored, palette

_AT_ONCE = 6
"""Tiles that are made in one go: some milliseconds."""


class TileMaker(QObject):
    """Keeps the pictures of tiles. ``made``: there are more; who still misses some asks again.

    Of a motion that has changed the pictures of before stand in until the new ones are there.
    """

    made = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self, "distance", wait=False)
        self.kept: Kept[QImage] = Kept()
        self._before: Kept[QImage] = Kept()
        self._pair: Pair | None = None
        self._colors = palette("dark")
        self._busy = False

    def show(self, pair: Pair | None, theme: str, same: bool = False) -> None:
        """Another map, or other colours: nothing of it is there yet. same: of the same motions."""
        self._pair, self._colors = pair, palette(theme)
        self._before = self.kept if same and len(self.kept) else Kept()
        self.kept = Kept()

    def picture(self, at: Tile) -> QImage | None:
        """Of a tile, that of before if need be; None where there is none."""
        return self.kept.get(at) or self._before.get(at)

    def forget_before(self) -> None:
        """All that is in sight is there."""
        self._before = Kept()

    def ask(self, tiles: Sequence[Tile]) -> None:
        """Make these, the first ones first; nothing where some are being made already."""
        if self._busy or not tiles or self._pair is None:
            return
        self._busy = True
        pair, colors, wanted = self._pair, self._colors, tiles[:_AT_ONCE]
        self._background.run(
            lambda: [(at, _picture(pair, at, colors)) for at in wanted],
            lambda found: self._take(found, pair, colors),
        )

    def close(self) -> None:
        """Hand over nothing more."""
        self._background.close()

    def _take(self, found: object, pair: Pair, colors: np.ndarray) -> None:
        self._busy = False
        if isinstance(found, Exception):
            raise found
        if isinstance(found, list) and pair is self._pair and colors is self._colors:
            for at, picture in found:
                self.kept.put(at, picture)
        self.made.emit()


def _picture(pair: Pair, at: Tile, colors: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(colored(pair.distances(at), pair.reach, colors))
    high, wide = pixels.shape
    return QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGB32).copy()
