"""The number in the corner of a viewport: how far its joints are from those of A."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from render.color_schemes import COLOR_SCHEMES
from render.heat import heat
from viewer.model.compared import Apart
from viewer.model.language import tr
from viewer.model.pose_difference import MOST_CM
from viewer.stage.stage import Stage
from viewer.ui.pixels import blank
from viewer.ui.theme import Theme, ThemeSwitch, mono_font

_BAR, _STEPS, _SPACE = 5, 48, 4
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_TIP = tr(
    "{name} beside A: mean distance of the {count} joints that both have, root on root and turned "
    "to face alike. Farthest: {joint}, {worst:.1f} cm."
)


class Corner(QWidget):
    """The mean in cm, and below it the scale of the colours that the joints are painted in.

    text: what it says. It is hidden while there is nothing to compare.
    """

    def __init__(self, stage: Stage, name: str, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self._name, self._themes = name, themes
        self.text, self._scale = "", False
        self._large, self._small = mono_font(3), mono_font(-2)
        large, small = QFontMetrics(self._large), QFontMetrics(self._small)
        self._high, self._low = large.height(), small.height()
        self._wide = large.horizontalAdvance("888.8 cm") + 2
        self._apart, self._align = Apart(), _RIGHT
        self.setAccessibleName(tr("Difference of {name}", name=name))
        self.setToolTip(tr("Mean distance of the joints of {name} from those of A", name=name))
        self._pixels: QPixmap | None = None
        themes.changed.connect(self._retint)
        self.hide()

    def sizeHint(self) -> QSize:
        scale = _BAR + self._low + _SPACE if self._scale else 0
        return QSize(self._wide, self._high + scale)

    def tell(self, apart: Apart, painted: bool, behind: bool) -> bool:
        """Show how far it is; painted: in colours too, whose scale is told. behind: it stands
        behind a name. Whether it is larger or smaller for it."""
        self._apart, self._align = apart, _LEFT if behind else _RIGHT
        mean = apart.mean_cm
        text = "–" if mean is None or not np.isfinite(mean) else f"{mean:.1f} cm"
        resized = painted != self._scale
        if text != self.text or resized:
            self.text, self._scale = text, painted
            self.update()
        if resized:
            self.resize(self.sizeHint())
        return resized

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self._told(self._apart))
        return super().event(event)

    def _told(self, apart: Apart) -> str:
        worst, found = apart.worst, apart.found
        if worst is None or found is None:
            return apart.problem or tr("{name} and A are not both there yet.", name=self._name)
        count = len(found.names)
        told = _TIP.format(name=self._name, count=count, joint=worst[0], worst=worst[1])
        if found.alone:
            some = ", ".join(found.alone[:6]) + (", …" if len(found.alone) > 6 else "")
            told += tr(" Not painted, as A has no joint of that name: {some}.", some=some)
        return told

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.current
        painter.setFont(self._large)
        painter.setPen(QColor(theme.accent))
        painter.drawText(QRect(0, 0, self._wide, self._high), self._align, self.text)
        if self._scale:
            if self._pixels is None:
                self._pixels = self._painted_scale(theme)
            painter.drawPixmap(0, self._high, self._pixels)

    def _painted_scale(self, theme: Theme) -> QPixmap:
        """The colours and what they stand for; kept, as Qt repaints it with every picture."""
        pixels = blank(QSize(self._wide, _BAR + self._low), self.devicePixelRatioF())
        painter = QPainter(pixels)
        colors = heat(np.linspace(0, 1, _STEPS), COLOR_SCHEMES[theme.name].heat)
        step = self._wide / _STEPS
        for n, color in enumerate(colors):
            box = QRectF(n * step, 0, step + 1, _BAR) & QRectF(0, 0, self._wide, _BAR)
            painter.fillRect(box, QColor.fromRgbF(*map(float, color)))
        painter.setFont(self._small)
        painter.setPen(QColor(theme.muted))
        below = QRect(0, _BAR, self._wide, self._low)
        painter.drawText(below, 0, "0")
        painter.drawText(below, _RIGHT, f"{MOST_CM:g} cm")
        painter.end()
        return pixels

    def _retint(self, _: object) -> None:
        self._pixels = None
        self.update()
