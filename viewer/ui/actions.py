"""One registry of actions: menus, keys, tooltips, shortcut sheet and palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QToolButton,
    QWidget,
)

from viewer.model.language import mark, tr

MENUS = (
    mark("File"), mark("Edit"), mark("Clip"), mark("Playback"), mark("Stage"), mark("Style"),
    mark("Phase"), mark("Network"), mark("Character"), mark("Performance"), mark("View"),
    mark("Help"),
)  # fmt: skip


class ActionError(ValueError):
    """Two actions claim one id or one key."""


@dataclass(frozen=True)
class Entry:
    """One action and where it is shown.

    menu: "Stage", or "Clip/Units" for a submenu; empty for the palette only. mode: in which its
    keys hold; empty for always.
    """

    id: str
    tip: str
    menu: str
    keys: tuple[str, ...]
    action: QAction
    mode: str = ""

    @property
    def place(self) -> str:
        """The menu as a person reads it, a submenu behind ``›``."""
        return " › ".join(tr(title) for title in self.menu.split("/"))

    @property
    def shortcut(self) -> str:
        """The keys as this platform writes them."""
        native = QKeySequence.SequenceFormat.NativeText
        return "  ".join(QKeySequence(key).toString(native) for key in self.keys)


class Actions(QObject):
    """Every command of the window, by id.

    ``owner`` is the window whose keyboard focus makes the shortcuts active.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._entries: dict[str, Entry] = {}
        self._keys: dict[str, str] = {}

    def __getitem__(self, id: str) -> QAction:
        return self._entries[id].action

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def add(
        self,
        id: str,
        text: str,
        tip: str,
        callback: Callable[..., Any],
        *,
        keys: str | tuple[str, ...] = (),
        menu: str = "",
        checkable: bool = False,
        checked: bool = False,
        mode: str = "",
    ) -> QAction:
        """Register a command; ``callback`` gets the new state if ``checkable``.

        mode: its keys are those of a mode of the window, where they come before others; who listens
        to them is not the action. Raises ActionError if the id or one of the keys is taken.
        """
        if id in self._entries:
            raise ActionError(f"The action {id!r} is registered twice.")
        if menu and menu.split("/")[0] not in MENUS:
            raise ActionError(f"The action {id!r} asks for an unknown menu {menu!r}.")
        wanted = tuple(filter(None, (keys,) if isinstance(keys, str) else keys))
        self._claim(id, wanted, mode)
        action = QAction(text, self._owner)
        action.setObjectName(id)
        action.setCheckable(checkable)
        action.setChecked(checked)
        if not mode:
            action.setShortcuts([QKeySequence(key) for key in wanted])
        entry = Entry(id, tip, menu, wanted, action, mode)
        action.setToolTip(f"{tip} ({entry.shortcut})" if wanted else tip)
        action.setStatusTip(tip)
        if checkable:
            action.toggled.connect(callback)
        else:
            action.triggered.connect(lambda _checked=False: callback())
        self._owner.addAction(action)
        self._entries[id] = entry
        return action

    def button(self, id: str, icon: QIcon | None = None) -> QToolButton:
        """A tool button for the action, named for assistive technology."""
        action = self[id]
        if icon is not None:
            action.setIcon(icon)
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _claim(self, id: str, keys: tuple[str, ...], mode: str) -> None:
        for key in keys:
            portable = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
            if not portable:
                raise ActionError(f"The action {id!r} has an unknown key {key!r}.")
            portable = f"{mode} {portable}".strip()
            if portable in self._keys:
                other = self._keys[portable]
                raise ActionError(f"The key {portable} is taken by {other!r}; {id!r} wants it too.")
            self._keys[portable] = id


ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_MOVES = ARROWS | frozenset(
    {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)
_KEEPS: tuple[tuple[type[QWidget], frozenset[Qt.Key]], ...] = (
    (QAbstractSlider, _MOVES),
    (QAbstractSpinBox, _MOVES),
    (QAbstractItemView, _MOVES),
    (QComboBox, _MOVES),
    (QAbstractButton, frozenset({Qt.Key.Key_Space})),
)


class FocusKeys(QObject):
    """Lets the focused control keep the keys it needs before shortcuts take them.

    A widget of ours names them in ``own_keys``. Only the focused widget is watched, so ordinary
    events cost nothing.
    """

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and _kept(new):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if isinstance(watched, QAbstractSpinBox) and _undoes_elsewhere(watched, event):
                event.ignore()
                return True
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and isinstance(watched, QWidget) and event.key() in _kept(watched):
                event.accept()
                return True
        return False


def _kept(widget: QWidget) -> frozenset[Qt.Key]:
    """The keys that are not for shortcuts while ``widget`` has the keyboard."""
    kept: frozenset[Qt.Key] = getattr(widget, "own_keys", frozenset())
    for kind, keys in _KEEPS:
        if isinstance(widget, kind):
            kept |= keys
    if isinstance(widget, QAbstractButton) and (group := widget.group()) is not None:
        kept |= ARROWS if group.exclusive() else frozenset()
    return kept


def _undoes_elsewhere(field: QAbstractSpinBox, event: QKeyEvent) -> bool:
    """Whether undo or redo was asked for with no text of the field's own to take back."""
    keys = QKeySequence.StandardKey
    line = field.findChild(QLineEdit)
    asked = event.matches(keys.Undo) or event.matches(keys.Redo)
    return asked and (line is None or not line.isUndoAvailable())
