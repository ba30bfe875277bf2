"""A changed model file read, checked and packed, away from the worker's thread."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inference.engines import Engine
from inference.errors import ModelError, NotServed
from inference.stamp import Stamp

from .loaded import Loaded, pack, reread
from .messages import ModelFailed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Reloaded:
    """``new`` has what the file of ``old`` now holds, packed for every engine that was ready."""

    old: Loaded
    new: Loaded


class Reloader:
    """Reads models again; ``post`` hears Reloaded or, once for each bad content, ModelFailed.

    ``engines`` gives those to pack for. A file that changes while it is read is left alone: the
    watcher sees it again.
    """

    def __init__(
        self,
        engines: Callable[[], dict[str, Engine]],
        post: Callable[[Reloaded | ModelFailed], None],
        cancel: threading.Event,
    ) -> None:
        self._engines = engines
        self._post = post
        self._bad: dict[str, str] = {}
        self._cancel = cancel

    def reload(self, old: Loaded) -> None:
        """Read the file of ``old`` again and tell ``post`` what came of it."""
        stamp = Stamp.of(old.path)
        try:
            new = reread(old)
            self._pack(new)
        except ModelError as error:
            self._refuse(old, stamp, f"{error} The model loaded before stays.")
            return
        if Stamp.of(old.path) == stamp and not self._cancel.is_set():
            self._bad.pop(old.name, None)
            self._post(Reloaded(old, new))

    def _pack(self, new: Loaded) -> None:
        for name, engine in self._engines().items():
            try:
                new.runners[name] = pack(new, engine, lambda *_: None, self._cancel)
            except ModelError:
                raise
            except NotServed:  # the worker finds out by itself, and tells
                continue
            except Exception:  # the worker packs it again, and says what is wrong
                _log.exception("packing %s for the %s engine", new.name, name)

    def _refuse(self, old: Loaded, stamp: Stamp | None, sentence: str) -> None:
        digest = _digest(old.path)
        if stamp is None or Stamp.of(old.path) != stamp or self._bad.get(old.name) == digest:
            return
        self._bad[old.name] = digest
        self._post(ModelFailed(old.name, old.path, sentence))


def _digest(path: Path) -> str:
    """Of the file's content; empty for what cannot be read."""
    with suppress(OSError):
        if path.is_file():
            return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""
