"""Encoded windows of files on this machine, kept in the user's cache between two starts."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path

import numpy as np

from inference.models import LATENT_SIZE

CACHE = "library_styles.sqlite"
MAX_WINDOWS = 200_000
"""So many windows stay, 0.5 KB each: those of the files that were asked for last."""
_MAKE = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT, modified_ns INTEGER, bytes INTEGER, encoder TEXT, stride_s REAL, problem TEXT,
    windows INTEGER, latents BLOB, used_s REAL, PRIMARY KEY (path, encoder))
"""

log = logging.getLogger(__name__)


def cache_file() -> Path:
    """Where the cache of this user lies."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("stridescope", appauthor=False)) / CACHE


class StyleCache:
    """Latents (W, 256) float16 by a file's path, time and size, and by the encoder's sha256.

    A cache that cannot be read or written keeps nothing, and the log says so.
    """

    def __init__(self, path: Path, encoder: str) -> None:
        self._encoder = encoder
        self._base: sqlite3.Connection | None = None
        try:
            self._base = _opened(path)
        except (OSError, sqlite3.Error) as error:
            log.warning("%s: the cache of styles cannot be used (%s)", path, error)

    def get(self, file: Path, status: os.stat_result) -> tuple[np.ndarray, float, str] | None:
        """The latents of ``file`` of this ``status``, the seconds between them, why there are none.

        None where it is not known.
        """
        if self._base is None:
            return None
        try:
            found = self._base.execute(
                "SELECT stride_s, problem, latents FROM files WHERE path = ? AND encoder = ? "
                "AND modified_ns = ? AND bytes = ?",
                (str(file), self._encoder, status.st_mtime_ns, status.st_size),
            ).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if found is None:
            return None
        latents = np.frombuffer(found[2], np.float16).reshape(-1, LATENT_SIZE)
        return latents, float(found[0]), str(found[1])

    def put(
        self, file: Path, status: os.stat_result, latents: np.ndarray, stride_s: float, problem: str
    ) -> None:
        """Keep the latents (W, 256) of ``file``, whose ``status`` was this before it was read."""
        if self._base is None:
            return
        row = (
            str(file), status.st_mtime_ns, status.st_size, self._encoder, stride_s, problem,
            len(latents), latents.astype(np.float16).tobytes(), time.time(),
        )  # fmt: skip
        try:
            with self._base:
                self._base.execute(f"REPLACE INTO files VALUES ({', '.join('?' * len(row))})", row)
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self, used: list[Path]) -> None:
        """``used`` were asked for: they stay longest. What is too much goes."""
        if self._base is None:
            return
        try:
            with self._base:
                self._base.executemany(
                    "UPDATE files SET used_s = ? WHERE path = ? AND encoder = ?",
                    [(time.time(), str(path), self._encoder) for path in used],
                )
                self._base.execute(
                    "DELETE FROM files WHERE rowid IN (SELECT rowid FROM (SELECT rowid, "
                    "SUM(windows + 1) OVER (ORDER BY used_s DESC, rowid) AS kept FROM files) "
                    "WHERE kept > ?)",
                    (MAX_WINDOWS,),
                )
            self._base.close()
        except sqlite3.Error as error:
            self._give_up(error)
        self._base = None

    def _give_up(self, error: sqlite3.Error) -> None:
        log.warning("the cache of styles cannot be used any more (%s)", error)
        self._base = None


def _opened(path: Path) -> sqlite3.Connection:
    """The cache at ``path``; one that is damaged is begun anew. Raises OSError, sqlite3.Error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _made(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, or not to be written
            raise
        path.unlink(missing_ok=True)
        return _made(path)


def _made(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=2.0)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = NORMAL")
    base.execute(_MAKE)
    return base
