"""This computer: its processor, and where what was made for it is kept."""

from __future__ import annotations

import os
import platform
import sys
from itertools import takewhile
from pathlib import Path


def cache_folder() -> Path:
    """``$STRIDESCOPE_CACHE`` or the user's cache folder, then ``kernels``."""
    return Path(os.environ.get("STRIDESCOPE_CACHE") or _user_cache()) / "kernels"


def _user_cache() -> str:
    if sys.platform == "linux":  # as platformdirs has it, without the 2 ms that its import takes
        base = os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")
        return os.path.join(base, "stridescope")
    import platformdirs

    return platformdirs.user_cache_dir("stridescope")


def cores() -> int:
    """Cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu() -> str:
    """What compilers build for: architecture, model and features."""
    known = (platform.system(), platform.machine())
    wanted = ("model name", "flags", "Features", "CPU part")
    try:
        with open("/proc/cpuinfo") as file:
            first = list(takewhile(str.strip, file))  # the others follow a blank line
    except OSError:
        return " ".join([*known, platform.processor()])  # starts a process on some systems
    lines = [line.rstrip("\n") for line in first if line.startswith(wanted)]
    return "\n".join([*known, *lines])
