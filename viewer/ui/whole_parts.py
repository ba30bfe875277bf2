"""A line of words that leaves out whole parts at its end where it has no room for all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics


def whole_parts(text: str, metrics: QFontMetrics, width: float, between: str = " · ") -> str:
    """As many of the parts of ``text`` as fit in ``width``; the first in any case, with dots at
    its end if it alone is too long.
    """
    parts = text.split(between)
    while metrics.horizontalAdvance(shown := between.join(parts)) > width:
        if len(parts) == 1:
            return metrics.elidedText(shown, Qt.TextElideMode.ElideRight, int(width))
        parts.pop()
    return shown
