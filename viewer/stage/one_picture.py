"""One picture for what a person changed and what comes of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from viewer.studio.bridge import Bridge

PATIENCE_MS = 8


class OnePicture(QObject):
    """Keeps a window from painting while an interactive inference is under way.

    A slider and the pose it makes then share a picture, and the pose need not wait
    for a picture of the slider alone. An answer that takes longer is not waited for.
    """

    def __init__(self, window: QWidget, bridge: Bridge) -> None:
        super().__init__(window)
        self._window = window
        self._held = False
        self.patience = QTimer(
            self, singleShot=True, interval=PATIENCE_MS, timerType=Qt.TimerType.PreciseTimer
        )
        self.patience.timeout.connect(self._paint)
        bridge.asked.connect(self._begin)
        bridge.answered.connect(self._end)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and self.patience.isActive():
            self._held = True
            return True
        return False

    def _begin(self) -> None:
        if not self.patience.isActive():
            self.patience.start()

    def _end(self) -> None:
        self.patience.stop()
        self._paint()

    def _paint(self) -> None:
        if self._held:
            self._held = False
            QApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
