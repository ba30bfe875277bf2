"""The files of a cache: each written whole or not at all, the oldest let go."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path


def store(entry: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write ``parts`` to ``entry``, one after the other. Raises OSError."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    temporary = entry.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
        temporary.replace(entry)
    finally:
        temporary.unlink(missing_ok=True)


def bound(folder: Path, most: int, weight: Callable[[Path], int]) -> None:
    """Delete the oldest files until the others weigh ``most`` together. Raises OSError."""
    total = 0
    for entry in sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
        total += weight(entry)
        if total > most:
            entry.unlink(missing_ok=True)
