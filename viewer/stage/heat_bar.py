"""The colours of paint on the figure as a bar, for the legends over the stage."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from render.color_schemes import COLOR_SCHEMES
from render.heat import heat
from viewer.ui.theme import Theme

_STEPS = 64


def draw_heat_bar(painter: QPainter, bar: QRectF, theme: Theme) -> None:
    """Paint the heat of the theme's scheme, the most of it at the top of ``bar``."""
    colors = heat(np.linspace(1, 0, _STEPS), COLOR_SCHEMES[theme.name].heat)
    step = bar.height() / _STEPS
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for n, color in enumerate(colors):
        box = QRectF(bar.left(), bar.top() + n * step, bar.width(), step + 1)
        painter.fillRect(box & bar, QColor.fromRgbF(*map(float, color)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
