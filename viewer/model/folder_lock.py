"""A folder that one process holds locked, until it lets go or ends, in whatever way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def lock_folder(folder: Path, name: str) -> IO[str]:
    """The lock of ``folder``, its file ``name``, held until it is closed or the process ends.

    Raises OSError where another has it.
    """
    file = (folder / name).open("a+")
    try:
        _lock(file)
    except OSError:
        file.close()
        raise
    return file


def is_locked(folder: Path, name: str) -> bool:
    """Whether somebody holds the lock ``name`` of ``folder``."""
    try:
        with (folder / name).open("a+") as file:
            _lock(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _lock(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
