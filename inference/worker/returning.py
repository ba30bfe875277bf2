"""Servers that were lost, looked for until they are there again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from inference.engines import Engine
from inference.errors import EngineError, ServerError

from .loaded import Loaded
from .preparing import Prepared, packed

RETRY_S = 1.0
"""Between two looks at least."""


class Returning:
    """Prepares a lost engine again, as often as it takes; tells ``post`` once it is ready.

    ``missing`` gives the models that it has yet to pack, ``wanted`` whether it is to be looked for
    still. ``cancel`` ends it all.
    """

    def __init__(
        self,
        missing: Callable[[Engine], list[Loaded]],
        wanted: Callable[[str], bool],
        post: Callable[[Prepared], None],
        clock: Callable[[], float],
        cancel: threading.Event,
    ) -> None:
        self._missing, self._wanted, self._post = missing, wanted, post
        self._clock, self._cancel = clock, cancel
        self._threads: dict[str, threading.Thread] = {}

    def begin(self, engine: Engine) -> None:
        """Look for it from now on; nothing if it is being looked for."""
        known = self._threads.get(engine.name)
        if known is None or not known.is_alive():
            thread = threading.Thread(
                target=self._work, args=(engine,), name=f"look for {engine.name}", daemon=True
            )
            self._threads = {engine.name: thread}
            thread.start()

    def _work(self, engine: Engine) -> None:
        wait = RETRY_S
        while not self._cancel.wait(wait) and self._wanted(engine.name):
            begun, wait = self._clock(), RETRY_S
            try:
                engine.prepare(lambda *_: None, self._cancel)
                runners = packed(engine, self._missing(engine), lambda *_: None, self._cancel)
            except ServerError as error:
                wait = max(RETRY_S, error.retry_s)
            except EngineError:
                continue
            else:
                self._post(Prepared(engine, runners, begun))
                return
