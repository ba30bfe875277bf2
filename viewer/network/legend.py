"""What the paint of saliency, or of a unit, says: words and colours over the stage."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from viewer.model.language import tr
from viewer.stage.legend import RIGHT, StageLegend
from viewer.stage.stage import Stage
from viewer.ui.theme import ThemeSwitch

_WIDTH, _HEIGHT, _GAP = 190, 96, 8


class PaintLegend(StageLegend):
    """A title, and what the ends of the colours stand for; hidden while there is no title."""

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        self.texts = ("", "", "")
        super().__init__(stage, themes, _WIDTH, _HEIGHT, 2 * _WIDTH)
        self.setAccessibleName(tr("Scale of the paint on the figure"))

    @property
    def telling(self) -> bool:
        """Whether there is a title."""
        return bool(self.texts[0])

    def say(self, title: str, most: str, least: str = "0") -> None:
        """What is painted, and the words at the top and at the bottom of the colours."""
        if (title, most, least) != self.texts:
            self.texts = (title, most, least)
            self.setAccessibleDescription(
                tr("{title}: {least} to {most}", title=title, least=least, most=most)
            )
            self.settle()
            self.refresh()

    def paint_scale(self, painter: QPainter, bar: QRectF) -> str:
        title, most, least = self.texts
        for text, y in ((most, bar.top()), (least, bar.bottom() - self.line)):
            painter.drawText(QRectF(0, y, bar.left() - _GAP, self.line), RIGHT, text)
        return title
