"""Words on pictures."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter


def captioned(picture: np.ndarray, words: list[tuple[QRect, str]], pixels: int) -> np.ndarray:
    """``picture`` (H, W, 4) uint8 with words at the top left of areas of it.

    pixels: height of the letters. Needs an application.
    """
    height, width = picture.shape[:2]
    written = np.ascontiguousarray(picture)
    image = QImage(written.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    painter = QPainter(image)
    font = QFont()
    font.setPixelSize(pixels)
    painter.setFont(font)
    painter.setPen(QColor("#e8ecf2"))
    for area, text in words:
        inset = area.adjusted(12, 8, -12, -8)
        painter.drawText(inset, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)
    painter.end()
    return written
