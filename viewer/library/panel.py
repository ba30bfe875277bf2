"""The library panel: clips with a picture, a style and a length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.theme import GAP, MARGIN, Theme
from viewer.ui.thumbnail import Strip, paint_strip

ROW = 60
SECTION = 26
PICTURE_HEIGHT = 48
PICTURE_WIDTHS = (64, 112)
PICTURE_SHARE = 0.36
ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class LibraryEntry:
    """One row. key: what opens it. section: the heading it stands under."""

    key: str
    title: str
    section: str
    style: str = ""
    seconds: float | None = None

    @property
    def details(self) -> str:
        """Style and length in one line."""
        length = "" if self.seconds is None else f"{self.seconds:.1f} s"
        return " · ".join(part for part in (self.style.replace("_", " "), length) if part)


class EntryModel(QAbstractListModel):
    """The entries in order, with their strips by key."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[LibraryEntry] = []
        self.strips: dict[str, Strip] = {}

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{entry.title} {entry.details}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.title} ({entry.details or entry.section})\n{entry.key}"
        return None

    def set_entries(self, entries: list[LibraryEntry]) -> None:
        if entries != self.entries:
            self.beginResetModel()
            self.entries = entries
            self.endResetModel()


class EntryDelegate(QStyledItemDelegate):
    """Paints a row: picture, title, style and length; a heading where one begins."""

    def __init__(self, theme: Theme, strips: dict[str, Strip], parent: QWidget):
        super().__init__(parent)
        self._theme, self._strips = theme, strips
        self._pictures: dict[tuple[str, int], QPixmap] = {}
        self.current = ""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures.clear()

    def drop_picture(self, key: str) -> None:
        self._pictures = {at: made for at, made in self._pictures.items() if at[0] != key}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW + (SECTION if _begins(index) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, entry, box = self._theme, index.data(ENTRY), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if _begins(index):
            painter.setPen(QColor(theme.muted))
            heading = QRect(box.left() + 4, box.top(), box.width() - 8, SECTION - 4)
            painter.drawText(heading, Qt.AlignmentFlag.AlignBottom, entry.section)
            box.setTop(box.top() + SECTION)
        box.adjust(0, 2, -2, -2)
        self._paint_ground(painter, box, QStyle.StateFlag(option.state), entry.key)
        low, high = PICTURE_WIDTHS
        size = QSize(min(max(int(box.width() * PICTURE_SHARE), low), high), PICTURE_HEIGHT)
        picture = self._picture(entry.key, size, painter.device().devicePixelRatioF())
        if picture is not None:
            painter.drawPixmap(box.left() + 8, box.center().y() - size.height() // 2, picture)
        left = box.left() + size.width() + 16
        text = QRect(left, box.top(), box.right() - left - 6, box.height())
        metrics, middle = option.fontMetrics, text.center().y()
        for content, shade, bottom in (
            (entry.title, theme.text, middle),
            (entry.details, theme.muted, middle + metrics.height() + 1),
        ):
            shown = metrics.elidedText(content, Qt.TextElideMode.ElideRight, text.width())
            painter.setPen(QColor(shade))
            painter.drawText(text.left(), bottom - metrics.descent(), shown)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, box: QRect, state: QStyle.StateFlag, key: str
    ) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(theme.accent_soft))
            painter.drawRoundedRect(box, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(box, 6, 6)
        if key == self.current:
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(box.left(), box.top() + 8, 3, box.height() - 16, 1.5, 1.5)

    def _picture(self, key: str, size: QSize, ratio: float) -> QPixmap | None:
        at = (key, size.width())
        if at not in self._pictures and key in self._strips:
            self._pictures[at] = paint_strip(self._strips[key], size, ratio, self._theme)
        return self._pictures.get(at)


class LibraryPanel(QWidget):
    """A searchable list; Enter or a double click asks to open the row."""

    open_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setMinimumWidth(220)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search clips and styles")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the library")
        self.search.setToolTip("Show only clips whose title or style holds these words")
        self.open_button = QToolButton()
        self.model = EntryModel()
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(self.model)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self._filter)
        self._delegate = EntryDelegate(theme, self.model.strips, self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Clips")
        self.hint = QLabel()
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        self.hint.setAccessibleName("About the library")
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.open_button)
        page = QVBoxLayout(self)
        page.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        page.setSpacing(GAP)
        page.addLayout(top)
        page.addWidget(self.hint)
        page.addWidget(self.list, 1)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._open_first)
        self.list.activated.connect(lambda index: self.open_requested.emit(index.data(ENTRY).key))
        self.set_hint("")

    def set_theme(self, theme: Theme) -> None:
        self._delegate.set_theme(theme)
        self.list.viewport().update()

    def set_hint(self, sentence: str) -> None:
        """One sentence above the list, for instance why there are no demo clips."""
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def set_entries(self, entries: list[LibraryEntry]) -> None:
        """Show ``entries``, those of one section next to each other."""
        self.model.set_entries(entries)
        self.set_current(self._delegate.current)

    def set_strip(self, key: str, strip: Strip) -> None:
        """The picture of one entry."""
        self.model.strips[key] = strip
        self._delegate.drop_picture(key)
        self.list.viewport().update()

    def set_current(self, key: str) -> None:
        """Mark and select the entry on the stage; "" marks none."""
        self._delegate.current = key
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, 0)
            if index.data(ENTRY).key == key:
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index)
        self.list.viewport().update()

    def neighbour(self, step: int) -> str:
        """Key of the shown entry ``step`` rows from the current one, wrapping; "" if none."""
        keys = [
            self._filter.index(row, 0).data(ENTRY).key for row in range(self._filter.rowCount())
        ]
        if not keys:
            return ""
        current = self._delegate.current
        if current not in keys:
            return keys[0 if step > 0 else -1]
        return keys[(keys.index(current) + step) % len(keys)]

    def _search(self, words: str) -> None:
        self._filter.setFilterFixedString(words.strip())
        self.set_current(self._delegate.current)

    def _open_first(self) -> None:
        if self._filter.rowCount():
            self.open_requested.emit(self._filter.index(0, 0).data(ENTRY).key)


def _begins(index: Index) -> bool:
    """Whether a section starts at this row."""
    if index.row() == 0:
        return True
    above = index.model().index(index.row() - 1, 0)
    return above.data(ENTRY).section != index.data(ENTRY).section
