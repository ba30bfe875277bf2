"""A cluster of Dask distributed as an executor, for training that is handed out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

ANSWER_S = 10.0
"""For so long a scheduler may take to answer."""


@contextmanager
def executor_of(scheduler: str) -> Iterator[Executor | None]:
    """The workers of the scheduler at ``tcp://HOST:8786``; None where none is named.

    Raises ValueError with one sentence: nobody answers there, or distributed is not installed.
    """
    if not scheduler:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError(
            "--scheduler needs distributed: pip install 'stridescope[cluster]'."
        ) from None
    _silence("distributed")
    try:
        client = Client(scheduler, timeout=ANSWER_S, set_as_default=False, name="training")
    except (OSError, ValueError) as error:
        raise ValueError(f"{scheduler}: no scheduler answers there ({error}).") from error
    try:
        yield client.get_executor()
    finally:
        client.close(timeout=ANSWER_S)


def _silence(library: str) -> None:
    """Its loggers say nothing: who is lost is told in a sentence."""
    for name in (name for name in logging.root.manager.loggerDict if name.startswith(library)):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [logging.NullHandler()], False
