"""The shortcut sheet and the command palette, both made from the registry."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.ui.actions import MENUS, Actions, Entry
from viewer.ui.theme import GAP, MARGIN

_COLUMNS = 3
MODES = {
    "character": tr("Drive: these come first while the character is on stage"),
    "demo": tr("Demo: its scenes, while it is shown"),
}
"""What is said of keys that hold in a mode."""


class ShortcutSheet(QDialog):
    """Every command that has a key, by menu, in columns of about equal length."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle(tr("Shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        keyed = [entry for entry in actions if entry.keys]
        plain = [((e.menu or "Help").split("/")[0], e) for e in keyed if not e.mode]
        groups = [(tr(menu), [e for top, e in plain if top == menu]) for menu in MENUS] + [
            (words, [e for e in keyed if e.mode == mode]) for mode, words in MODES.items()
        ]
        groups = [(menu, entries) for menu, entries in groups if entries]
        columns: list[QVBoxLayout] = [QVBoxLayout() for _ in range(_COLUMNS)]
        lengths = [0] * _COLUMNS
        for menu, entries in groups:
            shortest = lengths.index(min(lengths))
            columns[shortest].addWidget(_group(menu, entries))
            lengths[shortest] += len(entries) + 2
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(2 * MARGIN, 2 * MARGIN, 2 * MARGIN, MARGIN)
        row.setSpacing(3 * MARGIN)
        for column in columns:
            column.setSpacing(2 * MARGIN)
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
        self.move(parent.mapToGlobal(parent.rect().center()) - self.rect().center())


def _group(menu: str, entries: list[Entry]) -> QWidget:
    group = QWidget()
    group.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(MARGIN)
    grid.setVerticalSpacing(5)
    heading = QLabel(menu)
    heading.setProperty("role", "heading")
    heading.setWordWrap(True)
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
    return group


class CommandPalette(QDialog):
    """Type a few letters of a command, press Enter."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self._actions = actions
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find a command"))
        self.field.setAccessibleName(tr("Find a command"))
        self.field.setToolTip(tr("Letters of a command; Up and Down choose, Enter runs it"))
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
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
                self._choose(self.list.currentIndex().row() + step)
                return True
        return False

    def _filter(self, typed: str) -> None:
        self.list.clear()
        ranked = sorted(
            ((rank, entry) for entry in self._actions if (rank := _rank(typed, entry)) is not None),
            key=lambda pair: pair[0],
        )
        for _, entry in ranked:
            if not entry.action.isEnabled():
                continue
            place = f"{entry.place} › " if entry.menu else ""
            name = f"{place}{entry.action.text().rstrip('…')}"
            item = QTreeWidgetItem([name, entry.shortcut])
            item.setToolTip(0, entry.tip)
            item.setData(0, Qt.ItemDataRole.UserRole, entry.id)
            self.list.addTopLevelItem(item)
        self._choose(0)

    def _choose(self, row: int) -> None:
        item = self.list.topLevelItem(min(max(row, 0), self.list.topLevelItemCount() - 1))
        if item is not None:
            self.list.setCurrentItem(item)

    def _run(self) -> None:
        item = self.list.currentItem()
        id = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        self.close()
        if id is not None:
            self._actions[id].trigger()


def _rank(typed: str, entry: Entry) -> tuple[int, int] | None:
    """Where a command stands among those that fit ``typed``; None when it does not.

    First its name, then its menu and tip, then letters of the name in order.
    """
    typed, name = typed.lower().strip(), entry.action.text().lower()
    if (at := name.find(typed)) >= 0:
        return 0, at
    if typed in f"{entry.place} {entry.tip}".lower():
        return 1, 0
    at, first = -1, -1
    for letter in typed.replace(" ", ""):
        at = name.find(letter, at + 1)
        if at < 0:
            return None
        first = at if first < 0 else first
    return 2, at - first
