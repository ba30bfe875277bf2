"""How long the last inference took, told as often as one can read it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from .transport import Transport

READING_MS = 150


class Latency(QObject):
    """``changed`` brings milliseconds; playing, with a coming picture rather than in its own.

    network_ms: how long of it the answer of a server was on its way.
    """

    changed = Signal(float)

    def __init__(self, transport: Transport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport = transport
        self.milliseconds: float | None = None
        self.network_ms = 0.0
        self._reading = QTimer(self, singleShot=True, interval=READING_MS)
        self._reading.timeout.connect(self._read)
        self._due = False

    def note(self, milliseconds: float, network_s: float = 0.0) -> None:
        """An inference took so long, ``network_s`` seconds of it on the network."""
        self.milliseconds, self.network_ms = milliseconds, 1e3 * network_s
        if self._due:
            self._due = False
            self.changed.emit(milliseconds)
        if not self._reading.isActive():
            self._reading.start()

    def _read(self) -> None:
        if self._transport.playing:
            self._due = True
        else:
            self.changed.emit(self.milliseconds)
