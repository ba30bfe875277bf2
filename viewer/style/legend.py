"""The styles on the map, each with its mark: a click on one shows it alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QScrollArea

from viewer.model.language import tr
from viewer.ui.links import Link, Links
from viewer.ui.theme import Theme

from .map_dots import dot_look

LINES = 3
"""More styles are reached by scrolling."""
MARKS = {"o": "●", "s": "■", "t": "▲", "d": "◆"}
_SPACE = "\N{NO-BREAK SPACE}"


class StyleLegend(QScrollArea):
    """As high as its styles need, up to three lines."""

    def __init__(self) -> None:
        super().__init__()
        self.links = Links(
            tr("Styles on the map"),
            tr("Click a style to see it alone; click again to see all"),
            between=f"{_SPACE}{_SPACE} ",
        )
        self.links.setProperty("role", "muted")
        self.links.moved.connect(self._scroll)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.links)

    def show_styles(self, names: Sequence[str], emphasis: str, theme: Theme) -> None:
        """In the order of the map's dots, ``emphasis`` brighter than the others; none hides it."""
        links = []
        for index, name in enumerate(names):
            color, symbol = dot_look(index, theme)
            shown = escape(name.replace("_", " ")).replace(" ", _SPACE)
            mark = f'<span style="color:{color}">{MARKS[symbol]}</span>'
            shade = theme.text if name == emphasis else theme.muted
            links.append(Link(name, f"{mark}{_SPACE}{shown}", shade))
        self.links.show_links(links)
        self.setVisible(bool(links))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """The marks may be of a font with taller lines than that of the words."""
        lines = QTextDocument()
        lines.setDefaultFont(self.links.font())
        lines.setDocumentMargin(0)
        lines.setHtml("<br>".join(["".join(MARKS.values())] * LINES))
        most = math.ceil(lines.size().height())
        self.setFixedHeight(max(min(most, self.links.heightForWidth(self.width())), 0))

    def _scroll(self, share: float) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(round(share * bar.maximum()))
