"""Pictures and lengths of listed clips, found beside the window while nothing else is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.model.glimpse_process import GlimpseProcess
from viewer.model.glimpse_reading import Glimpse
from viewer.ui.background import Background

REST_MS, LONG_REST_MS = 30, 400
"""Between two clips out of sight; the longer one while much else is going on."""

log = logging.getLogger(__name__)


class Glimpses(QObject):
    """Looks at one clip after another: first those in sight, then the others from the top.

    The next one is chosen when the UI thread has taken the one before, so it is never behind;
    out of sight, there is a rest between two. A process of its own reads the files, and ends
    with the last of them.
    """

    found = Signal(str, object)

    def __init__(self, parent: QObject, in_sight: Callable[[], Iterable[str]]) -> None:
        super().__init__(parent)
        self._in_sight = in_sight
        self._due: dict[str, None] = {}
        self._seen: set[str] = set()
        self._process: GlimpseProcess | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._go_on)
        self._background = Background(self, "glimpses", in_order=True)

    @property
    def pid(self) -> int | None:
        """The process that looks, None where none does."""
        return None if self._process is None else self._process.pid

    def look_at(self, keys: Iterable[str]) -> None:
        """The clips, by their paths, to look at; each is looked at once while it is among them."""
        wanted = dict.fromkeys(keys)
        self._seen &= wanted.keys()
        self._due = {key: None for key in wanted if key not in self._seen}
        self._go_on()

    def rest_long(self, on: bool) -> None:
        """Leave the window more time between clips out of sight, or no longer."""
        self._rest.setInterval(LONG_REST_MS if on else REST_MS)

    def close(self) -> None:
        """End; nothing is found afterwards."""
        self._rest.stop()
        if self._process is not None:
            self._process.kill()
        self._background.close()
        if self._process is not None:
            self._process.end()
            self._process = None

    def _go_on(self) -> None:
        """Look at the next clip, if none is being looked at."""
        self._rest.stop()
        if self._background.busy:
            return
        if not self._due:
            self._end()
            return
        try:
            process = self._process or GlimpseProcess()
        except OSError as error:
            log.warning("clips cannot be looked at: %s", error)
            return
        self._process = process
        key = next((key for key in self._in_sight() if key in self._due), next(iter(self._due)))
        del self._due[key]
        self._seen.add(key)
        self._background.run(lambda: process.look(Path(key)), lambda found: self._take(key, found))

    def _take(self, key: str, result: object) -> None:
        if isinstance(result, Glimpse):
            self.found.emit(key, result)
        elif isinstance(result, str):
            log.info("%s", result)  # said on screen when the clip is opened
        else:  # a defect of ours, which must not pass in silence
            log.error("looking at %s", key, exc_info=cast(Exception, result))
            self._end()
        if not self._due or any(key in self._due for key in self._in_sight()):
            self._go_on()
        else:
            self._rest.start()

    def _end(self) -> None:
        """Nothing is left to look at, or the process is gone."""
        process, self._process = self._process, None
        if process is not None:
            self._background.run(process.end, lambda _: self._go_on())
