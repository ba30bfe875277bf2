"""How fast one thread reads memory: what no engine that reads its weights can beat."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from .limits import library

_PASS_BYTES = 20e6
"""What one call reads at least, so that the call itself weighs nothing."""
_CALLS = 15
_ALIGNMENT = 64
_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_USUAL = {"L2": 1 << 20, "L3": 32 << 20}


class Reader:
    """Reads ``size`` bytes from one end to the other, ``passes`` times a call, on one thread.

    floats: what is read, (size / 4,) float32 from a cache line on.
    """

    def __init__(self, size: int, passes: int = 1) -> None:
        self.size, self.passes = size, passes
        block = np.ones((size + _ALIGNMENT) // 4, np.float32)
        start = -block.ctypes.data % _ALIGNMENT // 4
        self.floats = block[start : start + size // 4]
        self._arguments = (self.floats.ctypes.data, self.floats.size, self.passes)
        self._function = library().read_floats

    def total(self) -> float:
        """The sum of all numbers that one call reads, which is how it reads them."""
        return float(self._function(*self._arguments))

    def read(self) -> tuple[()]:
        """Once through, ``passes`` times; what a network without outputs returns."""
        self._function(*self._arguments)
        return ()


def cache_bytes() -> dict[str, int]:
    """Bytes of the second and third cache of the first core; usual ones where none are told."""
    found = dict(_USUAL)
    for folder in sorted(_CACHES.glob("index*")):
        try:
            name = f"L{(folder / 'level').read_text().strip()}"
            kind = (folder / "type").read_text().strip()
            size = int((folder / "size").read_text().strip().removesuffix("K")) << 10
        except (OSError, ValueError):
            continue
        if name in found and kind != "Instruction":
            found[name] = size
    return found


def bandwidth() -> dict[str, float]:
    """Median read bandwidth in GB/s of L2, L3 and DRAM on one thread.

    The block read is half of L2; a quarter of L3, but four times L2 at least; four times L3.
    Raises EngineError where the reader cannot be built.
    """
    sizes = cache_bytes()
    second, third = sizes["L2"], sizes["L3"]
    blocks = {"L2": second // 2, "L3": max(third // 4, 4 * second), "DRAM": 4 * third}
    return {
        name: _speed(Reader(size, max(1, round(_PASS_BYTES / size))))
        for name, size in blocks.items()
    }


def _speed(reader: Reader) -> float:
    reader.read()
    seconds = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        reader.read()
        seconds.append(time.perf_counter() - started)
    return reader.size * reader.passes / float(np.median(seconds)) / 1e9
