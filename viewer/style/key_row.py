"""The buttons of the style keys, one row for the panel."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from viewer.model.language import tr

_ICON = QSize(14, 14)
FOR_CLIPS = tr("Style keys are for clips: Character, Open the take as a clip.")


class KeyRow(QWidget):
    """Key, record, previous, next, ease, follow and delete; the control gives them actions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Style keys"))
        self.key, self.record, self.previous, self.next, self.ease, self.follow, self.delete = (
            QToolButton() for _ in range(7)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for button in (self.key, self.record):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in self._buttons():
            button.setProperty("role", "small")
            button.setIconSize(_ICON)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.insertStretch(2, 1)
        self.ease.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.ease.setAccessibleName(tr("Ease of the style keys"))
        self.ease.setToolTip(tr("How a key goes on to the next: the chosen ones, else new ones"))
        self._eases = QMenu(self)
        self.ease.setMenu(self._eases)
        self.hint = QLabel(FOR_CLIPS)
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.hint.setAccessibleName(tr("Why there are no style keys"))
        self.hint.hide()
        row.addWidget(self.hint, 1000)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_actions(
        self, key: QAction, record: QAction, previous: QAction, next_: QAction, follow: QAction,
        delete: QAction, eases: Iterable[QAction],
    ) -> None:  # fmt: skip
        """What the buttons do; eases: the choices of the menu."""
        buttons = (self.key, self.record, self.previous, self.next, self.follow, self.delete)
        for button, action in zip(
            buttons, (key, record, previous, next_, follow, delete), strict=True
        ):
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
        self._eases.addActions(list(eases))

    def show_for(self, clip: bool) -> None:
        """The buttons where a clip is on stage; else why there are none."""
        for button in self._buttons():
            button.setVisible(clip)
        self.hint.setVisible(not clip)

    def show_ease(self, icon: QIcon, enabled: bool) -> None:
        """How the chosen keys go on, or whether there is anything to choose for."""
        self.ease.setIcon(icon)
        self.ease.setEnabled(enabled)

    def _buttons(self) -> tuple[QToolButton, ...]:
        return (
            self.key, self.record, self.previous, self.next, self.ease, self.follow, self.delete,
        )  # fmt: skip
