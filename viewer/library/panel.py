"""The library panel: clips with a picture, a style and a length."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.model.strip import Strip
from viewer.ui.theme import GAP, MARGIN, Theme
from viewer.ui.thumbnail import paint_strip

from .entries import EntryModel, Index, LibraryEntry

ROW, LINES = 60, 3
"""The height of a row, at least, and how many lines of text it has room for."""
SECTION = 26
PICTURE_HEIGHT = 48
PICTURE_WIDTHS = (64, 112)
PICTURE_SHARE = 0.36
LETTERS = 14
"""How long a usual title is."""
CORNERS = "ABCD"
MAX_PICTURES = 256
"""Painted pictures that are kept; the strips they are painted from are kept all."""


class EntryDelegate(QStyledItemDelegate):
    """Paints a row: picture, title, style and length; a heading where one begins."""

    def __init__(self, theme: Theme, model: EntryModel, parent: QWidget):
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._pictures: OrderedDict[tuple[str, int, float], QPixmap] = OrderedDict()
        self.current = ""
        self.section = SECTION
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``, and room for its letters."""
        self._theme = theme
        line = QFontMetrics(QApplication.font()).height()
        self.section = max(SECTION, line + 8)
        row = max(ROW, LINES * line + 8)
        self._size, self._first_size = QSize(120, row), QSize(120, row + self.section)
        self._pictures.clear()

    def drop_picture(self, key: str) -> None:
        for at in [at for at in self._pictures if at[0] == key]:
            del self._pictures[at]

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._first_size if self._model.begins(index.row()) else self._size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRect(option.rect)
        entry = self._model.shown[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._model.begins(index.row()):
            heading = QRect(box.topLeft(), QSize(box.width(), self.section))
            self.paint_heading(painter, heading, entry)
            box.setTop(box.top() + self.section)
        box.adjust(0, 2, -2, -2)
        self._paint_ground(painter, box, QStyle.StateFlag(option.state), entry.key)
        low, high = PICTURE_WIDTHS
        size = QSize(min(max(int(box.width() * PICTURE_SHARE), low), high), PICTURE_HEIGHT)
        picture = self._picture(entry.key, size, painter.device().devicePixelRatioF())
        if picture is not None:
            painter.drawPixmap(box.left() + 8, box.center().y() - size.height() // 2, picture)
        left = box.left() + size.width() + 16
        text = QRect(left, box.top(), box.right() - left - 6, box.height())
        self._paint_words(painter, text, entry, option.fontMetrics)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, text: QRect, entry: LibraryEntry, metrics: QFontMetrics
    ) -> None:
        """Title, style and length; the length has a line of its own where it does not fit."""
        elide, details = Qt.TextElideMode.ElideMiddle, self._model.details(entry)
        if metrics.elidedText(details, elide, text.width()) != details:
            details = "\n".join(details.rsplit(" · ", 1))
        lines = [entry.title, *details.split("\n")]
        top = text.center().y() - len(lines) * (metrics.height() + 1) // 2
        for number, line in enumerate(lines):
            shown = metrics.elidedText(line, elide, text.width())
            painter.setPen(QColor(self._theme.muted if number else self._theme.text))
            below = top + number * (metrics.height() + 1)
            painter.drawText(text.left(), below + metrics.ascent(), shown)

    def paint_heading(self, painter: QPainter, box: QRect, entry: LibraryEntry) -> None:
        """The heading of the section that ``entry`` stands in; long ones lose their middle."""
        box = box.adjusted(4, 0, -4, -4)
        elide, flags = Qt.TextElideMode.ElideMiddle, Qt.AlignmentFlag.AlignBottom
        painter.setPen(QColor(self._theme.muted))
        text = painter.fontMetrics().elidedText(entry.section, elide, box.width())
        painter.drawText(box, flags, text)

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
        at = (key, size.width(), ratio)
        if at in self._pictures:
            self._pictures.move_to_end(at)
        elif key in self._model.strips:
            self._pictures[at] = paint_strip(self._model.strips[key], size, ratio, self._theme)
            if len(self._pictures) > MAX_PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures.get(at)


class EntryList(QListView):
    """The rows; the heading of the section in sight stays at the top while they scroll."""

    def __init__(self, model: EntryModel, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self.delegate = EntryDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(lambda _: self.viewport().update())
        self.setAccessibleName(tr("Clips"))
        self.setToolTip(tr("Enter or a double click opens a clip; drag it onto the stage"))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.delegate.set_theme(theme)
        self.viewport().update()

    def in_sight(self) -> Iterator[LibraryEntry]:
        """The entries whose rows can be seen, from the top."""
        if not self.isVisible():
            return
        row, height = self._row_at(0), self.viewport().height()
        while row is not None and row < len(self._model.shown):
            if self.visualRect(self._model.index(row, 0)).top() > height:
                return
            yield self._model.shown[row]
            row += 1

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        row = self._row_at(0)
        if row is None or not self._covers(row):
            return
        painter = QPainter(self.viewport())
        box = QRect(0, 0, self.viewport().width(), self.delegate.section)
        painter.fillRect(box, QColor(self._theme.panel))
        self.delegate.paint_heading(painter, box, self._model.shown[row])

    def _covers(self, row: int) -> bool:
        """Whether the heading of this topmost row is out of sight."""
        rect = self.visualRect(self._model.index(row, 0))
        return rect.top() < 0 if self._model.begins(row) else True

    def _row_at(self, y: int) -> int | None:
        index = self.indexAt(QPoint(self.viewport().width() // 2, y))
        return index.row() if index.isValid() else None


class LibraryPanel(QWidget):
    """A searchable list; Enter or a double click asks to open the row.

    A row can be dragged onto the stage. Its menu asks for its style too, to be worn or to be
    pinned at a corner of the mix: the signals bring the key and the title; or for moments like
    it. ``all_requested``: the list of such moments is to go.
    """

    open_requested = Signal(str)
    style_requested = Signal(str, str)
    pin_requested = Signal(int, str, str)
    alike_requested = Signal(str)
    all_requested = Signal()
    searched = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search the library"))
        self.search.setToolTip(
            tr("Show only clips whose title, style, folder and length hold these words")
        )
        self.open_button = QToolButton()
        self.model = EntryModel()
        self.list = EntryList(self.model, theme)
        self.hint = QLabel()
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        self.hint.setAccessibleName(tr("About the library"))
        self.back = QToolButton()
        self.back.setText(tr("All clips"))
        self.back.setProperty("role", "chip")
        self.back.setToolTip(tr("List all clips again"))
        self.back.clicked.connect(self.all_requested)
        self.back.hide()
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.open_button)
        page = QVBoxLayout(self)
        page.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        page.setSpacing(GAP)
        page.addLayout(top)
        about = QHBoxLayout()
        about.addWidget(self.hint, 1)
        about.addWidget(self.back)
        page.addLayout(about)
        page.addWidget(self.list, 1)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._open_first)
        self.list.activated.connect(self._open)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.set_hint("")

    def minimumSizeHint(self) -> QSize:
        """With room for usual titles beside their pictures."""
        wide = PICTURE_WIDTHS[0] + LETTERS * self.fontMetrics().averageCharWidth() + 4 * MARGIN + 26
        return QSize(wide, super().minimumSizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        self.list.set_theme(theme)

    def set_hint(self, sentence: str) -> None:
        """One sentence above the list, for instance why there are no demo clips."""
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def set_entries(self, entries: list[LibraryEntry]) -> None:
        """Show ``entries``, those of one section next to each other."""
        self.model.set_entries(entries)
        self.set_current(self.list.delegate.current)

    def set_known(self, strips: dict[str, Strip]) -> None:
        """Pictures of many entries that are listed."""
        self.model.strips.update(strips)
        self.list.viewport().update()

    def set_strip(self, key: str, strip: Strip, seconds: float | None = None) -> None:
        """The picture of one entry, and its length where only its file told it."""
        self.model.strips[key] = strip
        if seconds is not None:
            self.model.lengths[key] = seconds
        self.list.delegate.drop_picture(key)
        row = self.model.row_of(key)
        if row is not None:
            self.list.update(self.model.index(row, 0))

    def set_current(self, key: str) -> None:
        """Mark and select the entry on the stage; "" marks none."""
        self.list.delegate.current = key
        row = self.model.row_of(key)
        if row is not None:
            index = self.model.index(row, 0)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)
        self.list.viewport().update()

    def neighbour(self, step: int) -> str:
        """Key of the shown entry ``step`` rows from the current one, wrapping; "" if none."""
        shown = self.model.shown
        if not shown:
            return ""
        row = self.model.row_of(self.list.delegate.current)
        if row is None:
            return shown[0 if step > 0 else -1].key
        return shown[(row + step) % len(shown)].key

    def _search(self, words: str) -> None:
        self.model.search(words)
        self.searched.emit(words)
        self.list.scrollToTop()
        self.set_current(self.list.delegate.current)

    def _open(self, index: QModelIndex) -> None:
        self.open_requested.emit(self.model.shown[index.row()].key)

    def menu_of(self, entry: LibraryEntry) -> QMenu:
        """What can be done with a row; it goes when it is hidden."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        key, title = entry.key, entry.title
        menu.addAction(tr("Open"), partial(self.open_requested.emit, key))
        menu.addAction(tr("More like this"), partial(self.alike_requested.emit, key))
        menu.addAction(tr("Take its style"), partial(self.style_requested.emit, key, title))
        for place, corner in enumerate(CORNERS):
            pin = partial(self.pin_requested.emit, place, key, title)
            menu.addAction(tr("Pin style at {corner}", corner=corner), pin)
        return menu

    def _show_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            self.menu_of(self.model.shown[index.row()]).popup(self.list.viewport().mapToGlobal(at))

    def _open_first(self) -> None:
        if self.model.shown:
            self.open_requested.emit(self.model.shown[0].key)
