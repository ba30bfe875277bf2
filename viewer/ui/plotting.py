"""What the plots of the panels share."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPen


def pen(color: str, alpha: float = 1.0, width: float = 1.0) -> QPen:
    """A cosmetic pen; width 1 is the one that draws fast."""
    shade = QColor(color)
    shade.setAlphaF(alpha)
    made = QPen(shade, width)
    made.setCosmetic(True)
    return made
