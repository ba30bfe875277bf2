"""Folders of made-up clips, damaged ones among them, and workers that run in this process."""

from __future__ import annotations

import random
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.motion.synthetic import wander
from tests.viewer.conftest import SNAKE

DAMAGES = 6


class Threads:
    """Workers that are threads of this process."""

    def __init__(self, count: int = 1) -> None:
        self.count = count
        self.executor: Executor = ThreadPoolExecutor(count)

    def renew(self) -> None:
        raise AssertionError("threads do not break")


def write_walks(folder: Path, count: int, frames: int = 90) -> list[Path]:
    """``count`` clips of three seconds, each its own, in two sub-folders."""
    made = []
    for number in range(count):
        path = folder / f"day{number % 2}" / f"take{number:03d}.bvh"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bvh(to_clip(wander(number, frames), 1 / 30, path.stem), path)
        made.append(path)
    return made


def write_damaged(folder: Path, whole: Path, count: int) -> list[Path]:
    """``count`` files that are no clips: cut, random, of wrong counts and names, empty, a snake."""
    draw, data = random.Random(0), whole.read_bytes()
    made = []
    for number in range(count):
        damage = {
            0: data[: draw.randrange(200, 900)],
            1: draw.randbytes(3000),
            2: data.replace(b"CHANNELS 6", b"CHANNELS 7", 1),
            3: b"",
            4: data.replace(b"MOTION", b"MOTLEY"),
            5: SNAKE.encode(),
        }[number % DAMAGES]
        path = folder / f"bad{number:03d}.bvh"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(damage)
        made.append(path)
    return made
