"""Engines made ready on threads of their own, with every loaded model packed for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inference.engines import Engine
from inference.errors import EngineError, NotServed
from inference.runner import Report, Runner

from .loaded import Loaded, pack
from .messages import BuildProgress, EngineFailed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Prepared:
    """An engine and new runners of it. begun: when its preparation began, on the clock.

    runners: each with its model; where the engine lacks the model, the sentence that says so.
    """

    engine: Engine
    runners: list[tuple[Loaded, Runner | str]]
    begun: float


class Preparer:
    """Prepares engines and packs models; tells ``post``, on whichever thread.

    ``missing`` gives the models that an engine has yet to pack. One call of ``begin`` is answered
    by any number of BuildProgress and then one Prepared or EngineFailed. ``cancel`` ends it all.
    """

    def __init__(
        self,
        missing: Callable[[Engine], list[Loaded]],
        post: Callable[[BuildProgress | Prepared | EngineFailed], None],
        clock: Callable[[], float],
        cancel: threading.Event,
    ) -> None:
        self._missing = missing
        self._post = post
        self._clock = clock
        self._cancel = cancel
        self._threads: list[threading.Thread] = []

    def begin(self, engine: Engine, ready: bool, begun: float | None = None) -> None:
        """Prepare ``engine`` unless it is ``ready``, and pack what it misses."""
        begun = self._clock() if begun is None else begun
        thread = threading.Thread(
            target=self._work, args=(engine, ready, begun), name=f"prepare {engine.name}"
        )
        thread.daemon = True
        self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
        thread.start()

    def join(self, timeout: float) -> None:
        """Wait for each thread, at most ``timeout`` s."""
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)

    def _work(self, engine: Engine, ready: bool, begun: float) -> None:
        def report(elapsed: float, estimate: float, what: str) -> None:
            self._post(BuildProgress(engine.name, elapsed, estimate, what))

        try:
            if not ready:
                engine.prepare(report, self._cancel)
            runners = packed(engine, self._missing(engine), report, self._cancel)
        except EngineError as error:
            self._post(EngineFailed(engine.name, str(error)))
        except Exception as error:  # whatever a build does, the other engines go on
            _log.exception("preparing the %s engine", engine.name)
            reason = f"{type(error).__name__}: {error}"
            sentence = f"The {engine.name} engine cannot be prepared ({reason})."
            self._post(EngineFailed(engine.name, sentence))
        else:
            self._post(Prepared(engine, runners, begun))


def packed(
    engine: Engine, models: Iterable[Loaded], report: Report, cancel: threading.Event
) -> list[tuple[Loaded, Runner | str]]:
    """Each model on a prepared engine, as ``Prepared`` has them. Raises EngineError."""
    found: list[tuple[Loaded, Runner | str]] = []
    for model in models:
        if cancel.is_set():
            break
        try:
            found.append((model, pack(model, engine, report, cancel)))
        except NotServed as reason:
            found.append((model, str(reason)))
    return found
