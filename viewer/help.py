"""The shortcut sheet and the command palette, both made from the registry."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from .actions import MENUS, Actions, Entry
from .theme import GAP, MARGIN

_COLUMNS = 3


class ShortcutSheet(QDialog):
    """Every command that has a key, by menu, in columns of about equal length."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups = [
            (menu, [e for e in actions if e.keys and (e.menu or "Help").split("/")[0] == menu])
            for menu in MENUS
        ]
        groups = [(menu, entries) for menu, entries in groups if entries]
        columns: list[QVBoxLayout] = [QVBoxLayout() for _ in range(_COLUMNS)]
        lengths = [0] * _COLUMNS
        for menu, entries in groups:
            shortest = lengths.index(min(lengths))
            columns[shortest].addLayout(_group(menu, entries))
            columns[shortest].addSpacing(MARGIN)
            lengths[shortest] += len(entries) + 2
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(2 * MARGIN, 2 * MARGIN, 2 * MARGIN, MARGIN)
        row.setSpacing(3 * MARGIN)
        for column in columns:
            column.addStretch(1)
            row.addLayout(column)
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        wanted = body.sizeHint()
        self.resize(
            min(wanted.width() + 24, parent.width() - 40),
            min(wanted.height() + 8, parent.height() - 40),
        )


def _group(menu: str, entries: list[Entry]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(MARGIN)
    grid.setVerticalSpacing(5)
    heading = QLabel(menu)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for n, entry in enumerate(entries, 1):
        text = QLabel(entry.action.text().rstrip("…"))
        text.setProperty("role", "muted")
        text.setToolTip(entry.tip)
        grid.addWidget(text, n, 0)
        keys = QHBoxLayout()
        keys.setSpacing(4)
        keys.addStretch(1)
        for key in entry.shortcut.split("  "):
            label = QLabel(key)
            label.setProperty("role", "key")
            keys.addWidget(label)
        grid.addLayout(keys, n, 1)
    return grid


class CommandPalette(QDialog):
    """Type a few letters of a command, press Enter."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find a command")
        self.field.setAccessibleName("Find a command")
        self.field.setToolTip("Letters of a command; Up and Down choose, Enter runs it")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._run)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self._filter("")
        self.resize(min(560, parent.width() - 80), min(420, parent.height() - 120))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 72)
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                row = self.list.currentRow() + step
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
        return False

    def _filter(self, text: str) -> None:
        self.list.clear()
        found = [(_distance(text, entry), entry) for entry in self._actions]
        ranked = sorted(
            ((d, e) for d, e in found if d is not None and e.action.isEnabled()),
            key=lambda pair: pair[0],
        )
        for _, entry in ranked:
            place = f"{entry.menu.replace('/', ' › ')} › " if entry.menu else ""
            keys = f"\t{entry.shortcut}" if entry.keys else ""
            item = QListWidgetItem(f"{place}{entry.action.text().rstrip('…')}{keys}")
            item.setToolTip(entry.tip)
            item.setData(Qt.ItemDataRole.UserRole, entry.id)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        self.close()
        if item is not None:
            self._actions[item.data(Qt.ItemDataRole.UserRole)].trigger()


def _distance(typed: str, entry: Entry) -> float | None:
    """How far ``typed`` is from a command; None when its letters do not occur in order."""
    name = f"{entry.action.text()} {entry.menu} {entry.tip}".lower()
    at, gaps = -1, 0
    for letter in typed.lower().replace(" ", ""):
        found = name.find(letter, at + 1)
        if found < 0:
            return None
        gaps += found - at - 1
        at = found
    whole = name.find(typed.lower())
    return whole * 0.01 if whole >= 0 else 1 + gaps
