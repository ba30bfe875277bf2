"""A layout that sets things side by side and begins another row where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """As wide as its widest item at least; how high it is follows from its width.

    Boxes around it ask for heights hundreds of times when they lay themselves out, so what was
    answered is kept until an item changes.
    """

    def __init__(self, spacing: int, *widgets: QWidget) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            rows = self._rows(width)
            spaces = self.spacing() * max(len(rows) - 1, 0)
            self._heights[width] = sum(map(_tallest, rows)) + spaces
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """All in one row."""
        items = self._seen()
        wide = sum(item.sizeHint().width() for item in items)
        return QSize(wide + self.spacing() * max(len(items) - 1, 0), _tallest(items))

    def minimumSize(self) -> QSize:
        items = self._seen()
        return QSize(max((i.minimumSize().width() for i in items), default=0), _tallest(items))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        top = rect.top()
        for row in self._rows(rect.width()):
            left, tall = rect.left(), _tallest(row)
            for item in row:
                size = item.sizeHint()
                above = (tall - size.height()) // 2
                item.setGeometry(QRect(QPoint(left, top + above), size))
                left += size.width() + self.spacing()
            top += tall + self.spacing()

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        room = -1
        for item in self._seen():
            wide = item.sizeHint().width()
            if wide > room:
                rows.append([])
                room = width
            rows[-1].append(item)
            room -= wide + self.spacing()
        return rows


def _tallest(items: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in items), default=0)
