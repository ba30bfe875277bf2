"""Pictures and lengths of listed clips, found in the background while nothing else is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from motion.bvh import BvhError, glimpse_bvh
from motion.canonical import PARENTS
from motion.retarget import retarget
from motion.rigs import NotHuman
from viewer.ui.background import Background
from viewer.ui.thumbnail import POSES, Strip, strip_of

REST_MS, LONG_REST_MS = 30, 400
"""Between two clips out of sight; the longer one while much else is going on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What a listed clip shows before it is opened."""

    strip: Strip
    seconds: float


def glimpse(path: Path) -> Glimpse:
    """A few poses of a BVH file and its length. Raises BvhError."""
    clip, seconds = glimpse_bvh(path, POSES + 2)
    try:
        return Glimpse(strip_of(retarget(clip), PARENTS), seconds)
    except NotHuman:
        return Glimpse(strip_of(clip.positions, clip.skeleton.parents), seconds)


class Glimpses(QObject):
    """Looks at one clip after another: first those in sight, then the others from the top.

    The next one is chosen when the UI thread has taken the one before, so it is never behind;
    out of sight, there is a rest between two.
    """

    found = Signal(str, object)

    def __init__(self, parent: QObject, in_sight: Callable[[], Iterable[str]]) -> None:
        super().__init__(parent)
        self._in_sight = in_sight
        self._due: dict[str, None] = {}
        self._seen: set[str] = set()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._go_on)
        self._background = Background(self, "glimpses", in_order=True)

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
        self._background.close()

    def _go_on(self) -> None:
        """Look at the next clip, if none is being looked at."""
        self._rest.stop()
        if not self._due or self._background.busy:
            return
        key = next((key for key in self._in_sight() if key in self._due), next(iter(self._due)))
        del self._due[key]
        self._seen.add(key)
        self._background.run(lambda: glimpse(Path(key)), lambda result: self._take(key, result))

    def _take(self, key: str, result: object) -> None:
        if isinstance(result, Glimpse):
            self.found.emit(key, result)
        elif isinstance(result, BvhError):
            log.info("%s", result)  # said on screen when the clip is opened
        else:  # a defect of ours, which must not pass in silence
            log.error("looking at %s", key, exc_info=cast(Exception, result))
        if any(key in self._due for key in self._in_sight()):
            self._go_on()
        else:
            self._rest.start()
