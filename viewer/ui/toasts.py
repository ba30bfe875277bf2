"""Notices at the corner of the window, with their details on request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.model.notice import Notice

from .icons import Icons
from .theme import GAP, MARGIN, mono_font

WIDTH = 400
MOST = 4
_STAY_MS = {"info": 5000, "warning": 10000, "error": 20000}


class Toasts(QObject):
    """Stacks notices upwards from the bottom right corner of ``host``."""

    def __init__(self, host: QWidget, icons: Icons) -> None:
        super().__init__(host)
        self._host, self._icons = host, icons
        self.shown: list[Toast] = []
        host.installEventFilter(self)

    def show(self, notice: Notice) -> None:
        """Show a notice; one that is on screen already stays longer instead."""
        for toast in self.shown:
            if toast.notice == notice:
                toast.stay()
                return
        while len(self.shown) >= MOST:
            self._remove(next((t for t in self.shown if not t.notice.choices), self.shown[0]))
        toast = Toast(self._host, notice, self._icons)
        toast.closed = lambda: self._remove(toast)
        toast.resized = self._place
        self.shown.append(toast)
        toast.show()
        toast.raise_()
        self._place()

    def _remove(self, toast: Toast) -> None:
        if toast in self.shown:
            self._discard(toast)
            self._place()

    def _discard(self, toast: Toast) -> None:
        self.shown.remove(toast)
        toast.hide()
        toast.deleteLater()

    def _place(self) -> None:
        """Newest at the bottom; those that no longer fit above are let go."""
        right, bottom = self._host.width() - MARGIN, self._host.height() - MARGIN
        width = min(WIDTH, self._host.width() - 2 * MARGIN)
        for toast in reversed(list(self.shown)):
            toast.resize(width, toast.heightForWidth(width))
            bottom -= toast.height()
            toast.move(right - width, bottom)
            if bottom < 0 and toast is not self.shown[-1]:
                self._discard(toast)
            bottom -= GAP

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


class Toast(QFrame):
    """One notice; stays while the pointer is on it or its details are open."""

    def __init__(self, host: QWidget, notice: Notice, icons: Icons) -> None:
        super().__init__(host)
        self.notice = notice
        self.closed: Callable[[], object] = self.close
        self.resized: Callable[[], object] = self.adjustSize
        self.setProperty("role", "toast")
        self.setProperty("level", notice.level)
        self._timer = QTimer(self, singleShot=True, interval=_STAY_MS[notice.level])
        self._timer.timeout.connect(lambda: self.closed())

        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 10, 8, 10)
        column.setSpacing(GAP)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        column.addLayout(row)
        mark = QLabel()
        mark.setPixmap(icons.colored(notice.level).pixmap(20, 20))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        self.text = QLabel(notice.text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(f"{notice.level}: {notice.text}")
        row.addWidget(self.text, 1)
        close = QToolButton()
        close.setToolTip(tr("Close this notice"))
        close.setAccessibleName(tr("Close notice"))
        icons.bind(close, "close")
        close.clicked.connect(lambda: self.closed())
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.details: QPushButton | None = None
        if notice.details:
            self._add_details(column, notice.details)
        if notice.choices:
            self._add_choices(column, notice.choices)
        self.stay()

    def stay(self) -> None:
        """Count the time to closing from now; with choices, wait for one."""
        if not self.notice.choices:
            self._timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self.details is None or not self.details.isChecked():
            self.stay()

    def _add_choices(
        self, column: QVBoxLayout, choices: tuple[tuple[str, Callable[[], object]], ...]
    ) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for words, act in choices:
            button = QPushButton(words)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.clicked.connect(lambda _=False, act=act: (act(), self.closed()))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def _add_details(self, column: QVBoxLayout, text: str) -> None:
        self.details = QPushButton(tr("Details"))
        self.details.setCheckable(True)
        self.details.setToolTip(tr("Show what is behind this notice"))
        self.details.setAccessibleName(tr("Details"))
        pane = QPlainTextEdit(text)
        pane.setObjectName("details")
        pane.setReadOnly(True)
        pane.setFont(mono_font(-1))
        pane.setFixedHeight(160)
        pane.setAccessibleName(tr("Details of the notice"))
        pane.hide()

        def toggle(on: bool) -> None:
            pane.setVisible(on)
            if on:
                self._timer.stop()
            self.resized()

        self.details.toggled.connect(toggle)
        column.addWidget(self.details, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(pane)
