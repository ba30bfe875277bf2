"""Keys that drive the character while it is on stage; they come before other uses of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from .helm import Helm

SHIFTS = {Qt.Key.Key_W: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_S: -1, Qt.Key.Key_Down: -1}
TURNS = {Qt.Key.Key_A: 1, Qt.Key.Key_Left: 1, Qt.Key.Key_D: -1, Qt.Key.Key_Right: -1}
DIGITS = {Qt.Key(Qt.Key.Key_1 + n): n for n in range(9)}
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
_TYPED = (QLineEdit, QAbstractSpinBox)


class HelmKeys(QObject):
    """Watches the window of ``stage``, which gets the keys that no field and no list has use for.

    A key counts once however long it is held. Turning ends with its key, and when the window, or a
    field or a menu in it, gets the keyboard. The digits of the number pad stay those of the views.
    """

    def __init__(self, stage: QWidget, helm: Helm) -> None:
        super().__init__(stage)
        self._stage, self._helm = stage, helm
        self._held: list[Qt.Key] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._note_focus)
        stage.window().installEventFilter(self)

    def check(self) -> None:
        """Let go of keys whose release a menu or a dialog has got."""
        if self._held and (QApplication.activePopupWidget() or QApplication.activeModalWidget()):
            self.release()

    def release(self) -> None:
        """No key is held any more."""
        self._held.clear()
        self._helm.release()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.WindowDeactivate:
            self.release()
        elif not isinstance(event, QKeyEvent):
            return False
        elif kind == QEvent.Type.ShortcutOverride and self._drives(event):
            if not event.isAutoRepeat():
                self._press(Qt.Key(event.key()))
            event.accept()
            return True
        elif kind == QEvent.Type.KeyPress:
            return self._drives(event)
        elif kind == QEvent.Type.KeyRelease and not event.isAutoRepeat():
            self._let_go(Qt.Key(event.key()))
        return False

    def _drives(self, event: QKeyEvent) -> bool:
        """Whether the key is one of these, and there is somebody to drive."""
        key, modifiers = event.key(), event.modifiers()
        if key in _ARROWS:
            modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        known = key in SHIFTS or key in TURNS or key in DIGITS
        return known and plain and self._helm.drive is not None

    def _press(self, key: Qt.Key) -> None:
        self._stage.setFocus()  # so that no list searches for the letter
        if key in SHIFTS:
            self._helm.shift(SHIFTS[key])
        elif key in DIGITS:
            self._helm.want(DIGITS[key])
        elif key not in self._held:
            self._held.append(key)
            self._helm.turn(TURNS[key])

    def _let_go(self, key: Qt.Key) -> None:
        if key in self._held:
            self._held.remove(key)
            self._helm.turn(TURNS[self._held[-1]] if self._held else 0)

    def _note_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._held and (new is None or isinstance(new, _TYPED)):
            self.release()
