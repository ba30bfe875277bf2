"""Whether a file is still the one that it was."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

STARTED_NS = time.time_ns()
"""When this process began to import our code (ns since 1970)."""


class Stamp(NamedTuple):
    """A file as it was at one moment, as far as that can be told without reading it.

    modified, changed: ns since 1970; ``changed`` is the system's own and cannot be set back.
    """

    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: Path | str) -> Stamp | None:
        """None where there is no file."""
        try:
            now = os.stat(path)
        except OSError:
            return None
        return cls(now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
