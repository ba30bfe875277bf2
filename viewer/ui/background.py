"""Work on threads of its own, its results handed to the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Background(QObject):
    """Runs each function on a thread, and hands its result to the UI thread.

    ``close`` lets what runs end and drops its result.
    """

    _done = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._done.connect(lambda receive, result: None if self._closed else receive(result))

    def run(self, work: Callable[[], object], receive: Callable[[object], None]) -> None:
        """``receive`` gets what ``work`` returns, or the Exception that it raises."""

        def body() -> None:
            try:
                result: object = work()
            except Exception as error:  # told to a person by ``receive``
                result = error
            if not self._closed:
                self._done.emit(receive, result)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(threading.Thread(target=body, name="background"))
        self._threads[-1].start()

    def close(self) -> None:
        """Wait for what runs; nothing is received any more."""
        self._closed = True
        for thread in self._threads:
            thread.join()
