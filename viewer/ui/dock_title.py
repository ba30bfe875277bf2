"""The title bar of a dock: its name and those of the docks behind it, float and hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QToolButton

from viewer.model.language import tr, within

from .flow import Flow
from .icons import Icons

_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class DockTitle(QFrame):
    """Drag it to move the dock; double click floats it.

    The names wrap: none is ever cut, however narrow the dock is. They are one stop of the Tab key,
    from which Left and Right bring the next one to the front. ``action`` shows and hides the dock.
    """

    def __init__(self, dock: QDockWidget, icons: Icons, action: QAction) -> None:
        super().__init__(dock)
        self.dock, self.action = dock, action
        self.setObjectName("docktitle")
        self._shown: list[QDockWidget] = []
        self._buttons: list[QToolButton] = []
        self._names = Flow(0)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(5, 0, 5, 0)
        row.setSpacing(0)
        row.addLayout(self._names, 1)
        for icon, tip, act in (
            ("float", tr("Float or dock"), lambda: dock.setFloating(not dock.isFloating())),
            ("close", tr("Hide; the View menu brings it back"), dock.close),
        ):
            button = QToolButton()
            button.setProperty("role", "small")
            button.setToolTip(f"{dock.windowTitle()}: {within(tip)}")
            button.setAccessibleName(f"{dock.windowTitle()}: {within(tip)}")
            icons.bind(button, icon)
            button.clicked.connect(act)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.show_names((self,))

    def show_names(self, titles: Sequence[DockTitle]) -> None:
        """The docks that share this one's place, itself among them, in their order."""
        docks = [title.dock for title in titles]
        if docks == self._shown:
            return
        self._shown = docks
        for button in self._buttons:
            self._names.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._name(title) for title in titles]
        for button in self._buttons:
            self._names.addWidget(button)
        self.updateGeometry()

    def take_focus(self) -> None:
        """The name of this dock has the keyboard."""
        for button in self._buttons:
            if button.isChecked():
                button.setFocus(Qt.FocusReason.TabFocusReason)

    def sizeHint(self) -> QSize:
        """As high as its names need in its width."""
        return QSize(super().sizeHint().width(), self._row.totalHeightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _name(self, title: DockTitle) -> QToolButton:
        name = title.dock.windowTitle()
        button = _Name(self._bring_beside)
        button.setText(name)
        button.setProperty("role", "tab")
        button.setCheckable(True)
        button.setChecked(title is self)
        button.setAccessibleName(tr("{name} panel", name=name))
        button.setToolTip(title.action.toolTip())
        focus = Qt.FocusPolicy.TabFocus if title is self else Qt.FocusPolicy.NoFocus
        button.setFocusPolicy(focus)
        button.clicked.connect(partial(self._bring, title, button))
        return button

    def _bring(self, title: DockTitle, button: QToolButton) -> None:
        """Another dock comes to the front."""
        button.setChecked(title is self)
        title.dock.raise_()

    def _bring_beside(self, steps: int) -> None:
        """The dock that is named so many further on comes to the front."""
        at = self._shown.index(self.dock) + steps
        if 0 <= at < len(self._shown):
            self._shown[at].raise_()


class _Name(QToolButton):
    """Hands the arrow keys on, as steps along the names."""

    own_keys = frozenset(_ALONG)

    def __init__(self, along: Callable[[int], None]) -> None:
        super().__init__()
        self._along = along

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = _ALONG.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self._along(steps)
