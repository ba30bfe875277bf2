"""What this machine is, in words: for the doctor and beside every measurement."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

SIMD = ("avx2", "fma", "avx512f", "amx_tile", "asimd", "sve")


def cpu_model() -> str:
    """The processor's name as it gives it."""
    return _cpuinfo().get("model name") or platform.processor() or platform.machine()


def cpu_features() -> list[str]:
    """The vector extensions that matter here; empty where the system does not tell."""
    flags = (_cpuinfo().get("flags") or _cpuinfo().get("Features") or "").split()
    return [name for name in SIMD if name in flags]


def operating_system() -> str:
    """Name and version of the operating system."""
    if sys.platform.startswith("linux"):
        try:
            name = platform.freedesktop_os_release()["PRETTY_NAME"]
        except (OSError, KeyError):
            name = "Linux"
        return f"{name}, kernel {platform.release()}, {platform.machine()}"
    return platform.platform()


def _cpuinfo() -> dict[str, str]:
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
