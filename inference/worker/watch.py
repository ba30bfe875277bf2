"""Which files of loaded models have changed on disk, by looking now and then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from inference.stamp import Stamp

from .loaded import Loaded

SECONDS = 1.0
"""Between two looks."""

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _File:
    loaded: Loaded
    known: Stamp | None
    seen: Stamp | None = None


class Watcher:
    """Calls ``changed(loaded)`` on a thread of its own when the file of a model has changed.

    It waits until two looks in a row find the file alike, so that a file being written is not
    read half, however it is written: in place, by renaming, or by deleting and making it anew.
    A file that is gone is waited for. ``watch`` and ``forget`` are for any thread.
    """

    def __init__(
        self,
        changed: Callable[[Loaded], None],
        cancel: threading.Event,
        seconds: float = SECONDS,
    ) -> None:
        self._changed = changed
        self._cancel = cancel
        self._seconds = seconds
        self._files: dict[str, _File] = {}
        self._thread = threading.Thread(target=self._work, name="watch models", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Wait for the thread, which ``cancel`` ends, at most ``timeout`` s."""
        if self._thread.is_alive():
            self._thread.join(timeout)

    def watch(self, loaded: Loaded) -> None:
        """From now on the file of ``loaded``, in place of an earlier one of that name."""
        self._files[loaded.name] = _File(loaded, loaded.stamp)

    def forget(self, name: str) -> None:
        """Look at the file of that model no more."""
        self._files.pop(name, None)

    def look(self) -> None:
        """One look at every file."""
        for file in list(self._files.values()):
            now = Stamp.of(file.loaded.path)
            if now is None or now == file.known:
                file.seen = None
            elif now != file.seen:
                file.seen = now
            else:
                file.known, file.seen = now, None
                self._changed(file.loaded)

    def _work(self) -> None:
        while not self._cancel.wait(self._seconds):
            try:
                self.look()
            except Exception:
                _log.exception("looking at the files of the models")
