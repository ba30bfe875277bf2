"""Work away from the UI thread: the one way in which the viewer starts threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal

Work = Callable[[], object]
Receive = Callable[[object], object]
LINGER_S = 2.0
"""For how long a thread is kept that has nothing to do."""


class Stopped(Exception):
    """The Background was closed while this work was under way."""


class Background(QObject):
    """Runs functions on threads and hands what they return to the UI thread.

    Each call of ``run`` has a thread to itself; with ``in_order`` it begins when the result of
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
        self._at_work: set[_Hand] = set()
        self._free: list[_Hand] = []
        self._closed = False
        self._gate = threading.Lock()
        self._told.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something runs, waits, or has yet to be received."""
        return bool(self._at_work)

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
        hands = [*self._at_work, *self._free]
        for hand in hands:
            hand.give(None)
        for hand in hands if self._wait else ():
            hand.join()

    def _start(self, work: Work, receive: Receive) -> None:
        def body() -> None:
            try:
                result = work()
            except Exception as error:  # told to a person by ``receive``
                result = error
            self.tell(self._finish, hand, receive, result)

        hand = self._free.pop() if self._free else None
        if hand is None or not hand.give(body):
            hand = _Hand(self._name, daemon=not self._wait)
            hand.give(body)
        self._at_work.add(hand)

    def _finish(self, hand: _Hand, receive: Receive, result: object) -> None:
        self._at_work.discard(hand)
        self._free.append(hand)
        if self._waiting:
            self._start(*self._waiting.popleft())
        receive(result)

    def _hand_over(self, receive: Callable[..., object], values: tuple[object, ...]) -> None:
        if not self._closed:
            receive(*values)


class _Hand:
    """A thread that does what it is given, and ends when that is None, or nothing for a while.

    One that is there is given work without waiting, where a thread that is started makes who
    starts it wait until it runs: milliseconds, on a machine that is busy.
    """

    def __init__(self, name: str, daemon: bool) -> None:
        self._given: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._ended = False
        self._thread = threading.Thread(target=self._serve, name=name, daemon=daemon)
        self._thread.start()

    def give(self, body: Callable[[], None] | None) -> bool:
        """Whether ``body`` will be done: the thread has not ended."""
        with self._gate:
            if not self._ended:
                self._given.put(body)
            return not self._ended

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _serve(self) -> None:
        while (body := self._next()) is not None:
            body()
            del body  # with all that it holds, while nothing else is given

    def _next(self) -> Callable[[], None] | None:
        try:
            return self._given.get(timeout=LINGER_S)
        except Empty:
            with self._gate:
                self._ended = self._given.empty()
                return None if self._ended else self._given.get()
