"""The anomalies of a phase as a list: a click goes there, one in the last column loops around."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QIcon, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from motion.phase.lint import UNITS, Anomaly
from viewer.model.language import mark, tr
from viewer.ui.theme import Theme, mono_font

from .rows import SEVERE
from .words import anomaly_text, size_text

COLUMNS = (tr("Time"), tr("Kind"), tr("Size"), tr("Severity"), "")
_TIME, _KIND, _SIZE, _SEVERITY, LOOP = range(len(COLUMNS))
ROWS_SHOWN = 5
_AROUND = 14
"""Of a cell, at the left and right of its text."""
_NOTHING = QModelIndex()
_KEYS: dict[int, Callable[[Anomaly], Any]] = {
    _TIME: lambda anomaly: anomaly.first,
    _KIND: lambda anomaly: anomaly.kind,
    _SIZE: lambda anomaly: (UNITS[anomaly.kind], abs(anomaly.size)),
    _SEVERITY: lambda anomaly: anomaly.severity,
}
SHORT = {"dead amplitude": mark("dead"), "strike off phase": mark("strike")}
"""Kinds in few words; their tooltips say all."""
Index = QModelIndex | QPersistentModelIndex


class AnomalyModel(QAbstractTableModel):
    """A row an anomaly, in the order that was asked for; by time until someone chose another."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._loop = theme, QIcon()
        self._mono, self._font = mono_font(-2), QGuiApplication.font()
        self._font.setPointSizeF(self._font.pointSizeF() - 1)
        self._found: tuple[Anomaly, ...] = ()
        self._order: list[int] = []
        self._sorting = (_TIME, Qt.SortOrder.AscendingOrder)

    def set_look(self, theme: Theme, loop: QIcon) -> None:
        """loop: the picture of the last column."""
        self._theme, self._loop = theme, loop
        self.layoutChanged.emit()

    def show(self, found: tuple[Anomaly, ...]) -> bool:
        """Whether these are others than before."""
        if found == self._found:
            return False
        self.beginResetModel()
        self._found = found
        self._arrange()
        self.endResetModel()
        return True

    def number(self, row: int) -> int:
        """Which of the anomalies a row is about."""
        return self._order[row]

    def row_of(self, number: int) -> int:
        """The row of an anomaly."""
        return self._order.index(number)

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return len(COLUMNS)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order)
        self.layoutAboutToBeChanged.emit()
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._sorting
        if self._sorting == (_TIME, Qt.SortOrder.AscendingOrder):
            self._order = list(range(len(self._found)))  # as they come
            return
        key = _KEYS.get(column, _KEYS[_TIME])
        down = order == Qt.SortOrder.DescendingOrder
        numbers = range(len(self._found))
        self._order = sorted(numbers, key=lambda n: key(self._found[n]), reverse=down)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        anomaly, column = self._found[self._order[index.row()]], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _words(anomaly)[column]
            case Qt.ItemDataRole.ToolTipRole:
                loop = column == LOOP
                return (
                    tr("Make this the loop, with half a second around")
                    if loop
                    else anomaly_text(anomaly)
                )
            case Qt.ItemDataRole.FontRole:
                return self._font if column == _KIND else self._mono
            case Qt.ItemDataRole.DecorationRole if column == LOOP:
                return self._loop
            case Qt.ItemDataRole.ForegroundRole if column == _SEVERITY:
                theme = self._theme
                return QColor(theme.bad if anomaly.severity >= SEVERE else theme.warn)
            case Qt.ItemDataRole.TextAlignmentRole if column in (_TIME, _SIZE, _SEVERITY):
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def _words(anomaly: Anomaly) -> tuple[str, ...]:
    kind = tr(SHORT.get(anomaly.kind, anomaly.kind))
    return f"{anomaly.time_s:.2f} s", kind, size_text(anomaly), f"{anomaly.severity:.1f}", ""


class AnomalyList(QTreeView):
    """``picked``: an anomaly's number was chosen; ``loop_asked``: it is to be the loop."""

    picked = Signal(int)
    loop_asked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = AnomalyModel(theme)
        self.setModel(self._model)
        self.setAccessibleName(tr("Anomalies of the phase"))
        self.setToolTip(
            tr("Click an anomaly to go there, the arrows at its end to make it the loop")
        )
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(14, 14))
        self.setProperty("role", "dense")
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(_KIND, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(22)
        header.setSortIndicator(_TIME, Qt.SortOrder.AscendingOrder)
        metrics, heading = QFontMetrics(mono_font(-2)), header.fontMetrics()
        sizes = [metrics.horizontalAdvance(f"-0.0888 {tr(unit)}") for unit in UNITS.values()]
        for column, wide in (
            (_TIME, metrics.horizontalAdvance("888.88 s")),
            (_SIZE, max(sizes)),
            (_SEVERITY, heading.horizontalAdvance(COLUMNS[_SEVERITY])),
        ):
            header.resizeSection(column, wide + _AROUND)
        header.resizeSection(LOOP, 24)
        bar = self.verticalScrollBar().sizeHint().width()
        least = heading.horizontalAdvance("backward") + _AROUND + bar
        self.setMinimumWidth(least + sum(map(header.sectionSize, (_TIME, _SIZE, LOOP))))
        self._roomy = self.minimumWidth() + header.sectionSize(_SEVERITY)
        self.setSortingEnabled(True)
        self.hide()
        self.clicked.connect(self._note_click)
        self.activated.connect(lambda at: self.picked.emit(self._model.number(at.row())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(_SEVERITY, self.width() < self._roomy)

    def set_look(self, theme: Theme, loop: QIcon) -> None:
        self._model.set_look(theme, loop)

    def show_anomalies(self, found: Sequence[Anomaly]) -> None:
        """List ``found``; if they are others, what was chosen is chosen no more."""
        if not self._model.show(tuple(found)):
            return
        line = max(self.sizeHintForRow(0), 20)
        lines = min(len(found), ROWS_SHOWN)
        self.setFixedHeight(self.header().sizeHint().height() + lines * line + 4)
        self.setVisible(bool(found))

    def choose(self, number: int) -> None:
        """Show that an anomaly is chosen, without a signal."""
        at = self._model.index(self._model.row_of(number), _TIME)
        self.setCurrentIndex(at)
        self.scrollTo(at)

    @property
    def chosen(self) -> int | None:
        """The number of the anomaly that is chosen."""
        at = self.currentIndex()
        return self._model.number(at.row()) if at.isValid() else None

    def _note_click(self, at: QModelIndex) -> None:
        number = self._model.number(at.row())
        (self.loop_asked if at.column() == LOOP else self.picked).emit(number)
