"""Work away from the UI thread: the one way in which the viewer starts threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

Work = Callable[[], object]
Receive = Callable[[object], object]


class Stopped(Exception):
    """The Background was closed while this work was under way."""


class Background(QObject):
    """Runs functions on threads and hands what they return to the UI thread.

    Each call of ``run`` has a thread of its own; with ``in_order`` it begins when the result of
    the one before has been received. ``close`` waits for what runs; with ``wait=False``, for work
    of which nothing is lost, it does not. All but ``tell`` and ``checkpoint`` is for the UI thread.
    """

    _told = Signal(object, object)

    def __init__(
        self,
        parent: QObject,
        name: str = "background",
        *,
        in_order: bool = False,
        wait: bool = True,
    ) -> None:
        super().__init__(parent)
        self._name, self._in_order, self._wait = name, in_order, wait
        self._waiting: deque[tuple[Work, Receive]] = deque()
        self._threads: set[threading.Thread] = set()
        self._closed = False
        self._gate = threading.Lock()
        self._told.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something runs, waits, or has yet to be received."""
        return bool(self._threads)

    def run(self, work: Work, receive: Receive) -> None:
        """``receive`` gets what ``work`` returns, or the Exception that it raises."""
        if self._closed:
            return
        if self._in_order and self.busy:
            self._waiting.append((work, receive))
        else:
            self._start(work, receive)

    def tell(self, receive: Callable[..., object], *values: object) -> None:
        """From ``work``: have ``receive(*values)`` called on the UI thread, in order."""
        with self._gate:  # once close() has passed it, this object may be gone
            if not self._closed:
                self._told.emit(receive, values)

    def checkpoint(self, *_: object) -> None:
        """From long ``work``, now and then: raises Stopped once the background is closed."""
        if self._closed:
            raise Stopped

    def close(self) -> None:
        """Begin nothing more, hand nothing over any more, and let what runs end."""
        with self._gate:
            self._closed = True
        for thread in self._threads if self._wait else ():
            thread.join()

    def _start(self, work: Work, receive: Receive) -> None:
        def body() -> None:
            try:
                result = work()
            except Exception as error:  # told to a person by ``receive``
                result = error
            self.tell(self._finish, thread, receive, result)

        thread = threading.Thread(target=body, name=self._name, daemon=not self._wait)
        self._threads.add(thread)
        thread.start()

    def _finish(self, thread: threading.Thread, receive: Receive, result: object) -> None:
        self._threads.discard(thread)
        if self._waiting:
            self._start(*self._waiting.popleft())
        receive(result)

    def _hand_over(self, receive: Callable[..., object], values: tuple[object, ...]) -> None:
        if not self._closed:
            receive(*values)
