"""A screen of its own for a program, and how much of it is painted."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 1280, 720
SHOWN = 0.2
"""Of the screen, what is not black once a window stands there."""
OPTIONS = ("-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset")


@dataclass(frozen=True)
class Screen:
    """Xvfb keeps the pixels of the screen ``display`` in ``folder``."""

    display: str
    folder: Path

    @property
    def painted(self) -> float:
        """The share of it that is not black."""
        file = self.folder / "Xvfb_screen0"
        if not file.exists() or file.stat().st_size < 4 * WIDTH * HEIGHT:
            return 0.0
        pixels = np.frombuffer(file.read_bytes()[-4 * WIDTH * HEIGHT :], np.uint8)
        return float((pixels.reshape(-1, 4)[:, :3] > 0).any(axis=1).mean())

    def seconds_until_shown(self, process: subprocess.Popen[str], limit_s: float) -> float:
        """How long it takes from now until a window is painted; it must not end before that."""
        start = time.monotonic()
        while self.painted < SHOWN:
            assert process.poll() is None, "the program ended"
            assert time.monotonic() - start < limit_s, "no window came"
            time.sleep(0.05)
        return time.monotonic() - start


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A screen that is there until the block ends; Xvfb must be installed."""
    words = ["Xvfb", "-displayfd", "1", *OPTIONS, "-fbdir", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Screen(f":{process.stdout.readline().strip()}", folder)
        finally:
            process.terminate()
