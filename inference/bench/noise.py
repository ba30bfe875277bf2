"""Whether the machine is quiet enough to be measured: looked at between the parts of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BUSY, STOLEN, SPREAD = 0.10, 0.01, 1.5
"""More than these is noise: cores' worth used by others while nothing of ours runs, share of the
time that the hypervisor took, p99 / p50 of a fixed piece of Python."""
REST_S = 0.5
_SPINS, _STEPS = 200, 4000
_TICKS = 100


@dataclass(frozen=True)
class Look:
    """One look. busy: cores in use by others; stolen: share of one core; spread: p99 / p50."""

    busy: float
    stolen: float
    spread: float
    load: float

    @property
    def noisy(self) -> bool:
        """Whether more was seen than a measurement bears."""
        return self.busy > BUSY or self.stolen > STOLEN or self.spread > SPREAD


def look() -> Look:
    """Rests half a second and watches the others, then times a fixed piece of work."""
    before, started = cpu_times(), time.monotonic()
    time.sleep(REST_S)
    used, stolen = (np.subtract(cpu_times(), before) / _TICKS) / (time.monotonic() - started)
    p50, p99 = np.percentile([_spin() for _ in range(_SPINS)], [50, 99])
    return Look(float(used), float(stolen), float(p99 / p50), _load())


def verdict(looks: list[Look]) -> str:
    """ "quiet", or "noisy: " and the worst that was seen, in words."""
    noisy = sum(seen.noisy for seen in looks)
    if not noisy:
        return "quiet"
    return (
        f"noisy: in {noisy} of {len(looks)} looks; other processes used up to "
        f"{max(seen.busy for seen in looks):.2f} cores, the hypervisor took up to "
        f"{max(seen.stolen for seen in looks):.1%}, a fixed piece of work had p99 / p50 up to "
        f"{max(seen.spread for seen in looks):.2f}"
    )


def _spin() -> float:
    started = time.perf_counter()
    total = 0
    for i in range(_STEPS):
        total += i
    return time.perf_counter() - started


def cpu_times() -> tuple[int, int]:
    """Ticks that all cores spent working, and ticks stolen; zeros where the system is silent."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        user, nice, system, _, _, irq, soft, steal = (int(field) for field in fields[:8])
    except (OSError, ValueError):
        return 0, 0
    return user + nice + system + irq + soft, steal


def _load() -> float:
    try:
        return float(Path("/proc/loadavg").read_text().split()[0])
    except (OSError, ValueError):
        return 0.0
