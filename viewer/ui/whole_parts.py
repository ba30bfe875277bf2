"""A line of words that leaves out whole parts at its end where it has no room for all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics


def whole_parts(text: str, metrics: QFontMetrics, width: float, between: str = " · ") -> str:
    """As many of the parts of ``text`` as fit in ``width``; the first in any case, with dots at
    its end if it alone is too long.
    """
    parts = text.split(between)
    while len(parts) > 1 and metrics.horizontalAdvance(between.join(parts)) > width:
        parts.pop()
    return metrics.elidedText(between.join(parts), Qt.TextElideMode.ElideRight, int(width))
