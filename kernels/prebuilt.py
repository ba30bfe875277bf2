"""The kernel libraries that a wheel carries for computers without Mojo: which of them fits here.

Each is named after the CPU level that it needs, the Mojo sources it was made with and its own
content, so that a stale or damaged one is told from a good one by its name alone.
"""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

SOURCES = Path(__file__).parent
FOLDER = Path(__file__).with_name("prebuilt")
"""Made by ``kernels.prebuild`` inside a wheel; a source checkout has none and builds its own."""
CPUINFO = Path("/proc/cpuinfo")

_V3 = frozenset(["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"])
LEVELS: dict[str, frozenset[str]] = {
    "x86-64-v4": _V3 | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "x86-64-v3": _V3,
}
"""What the levels need, best first, as Linux names it (x86-64 psABI, table 3.1)."""


class Unfit(RuntimeError):
    """Why none of the libraries that are here can be used, in one sentence."""


def find() -> Path | None:
    """The best library for this CPU, whole and of these sources; None when there are none at all.

    Raises Unfit when there are some, but none that this computer can use.
    """
    made = {level: path for level in LEVELS for path in FOLDER.glob(f"mlp-{level}-*.so")}
    if not made:
        return None
    features = cpu_features()
    if not features and platform.machine() == "x86_64":
        raise Unfit(f"The kernel of this installation is chosen by {CPUINFO}, which says nothing.")
    runs = [level for level in made if LEVELS[level] <= features]
    if not runs:
        lacking = ", ".join(sorted(LEVELS["x86-64-v3"] - features))
        raise Unfit(f"The kernel of this installation needs a CPU with {lacking}.")
    for level in runs:
        if made[level].name == _named(level, made[level].read_bytes()):
            return made[level]
    raise Unfit(
        f"The kernel in {FOLDER} is damaged or of another version: install Stridescope again."
    )


def place(built: Path, level: str) -> Path:
    """Where the library ``built`` for ``level`` belongs among its neighbours."""
    return built.with_name(_named(level, built.read_bytes()))


def _named(level: str, content: bytes) -> str:
    return f"mlp-{level}-{_digest(_sources())}-{_digest(content)}.so"


def _sources() -> bytes:
    return b"\0".join(path.read_bytes() for path in sorted(SOURCES.glob("*.mojo")))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def cpu_features() -> frozenset[str]:
    """What the CPU can do; nothing on systems for which no libraries are made."""
    if platform.machine() != "x86_64":
        return frozenset()
    try:
        lines = CPUINFO.read_text().splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())
