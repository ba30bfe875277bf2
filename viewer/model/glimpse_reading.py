"""Looks at clips without reading all of them: a few poses, and how long each is.

``python -m viewer.model.glimpse_reading`` takes the path of a BVH file a line, as JSON, answers
each with a line of JSON, and ends when its standard input does: with the window that started it.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from motion.bvh import BvhError, glimpse_bvh
from motion.canonical import PARENTS
from motion.retarget import retarget
from motion.rigs import NotHuman

from .strip import POSES, Strip, strip_of


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What a listed clip shows before it is opened."""

    strip: Strip
    seconds: float


def glimpse(path: Path) -> Glimpse:
    """A few poses of a BVH file and its length. Raises BvhError."""
    clip, seconds = glimpse_bvh(path, POSES + 2)
    try:
        return Glimpse(strip_of(retarget(clip), PARENTS), seconds)
    except NotHuman:
        return Glimpse(strip_of(clip.positions, clip.skeleton.parents), seconds)


def path_line(path: Path) -> bytes:
    """``path`` as the process takes it."""
    return json.dumps(str(path)).encode() + b"\n"


def read_glimpse(line: bytes) -> Glimpse | str:
    """What the process answered: a glimpse, or why there is none, in one sentence."""
    told = json.loads(line)
    if isinstance(told, str):
        return told
    points = np.array(told["points"], np.float32)
    return Glimpse(Strip(points, np.array(told["parents"])), told["seconds"])


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer each line of ``source`` until it ends."""
    for line in source:
        target.write(json.dumps(_told(Path(json.loads(line)))).encode() + b"\n")
        target.flush()


def _told(path: Path) -> dict[str, object] | str:
    try:
        seen = glimpse(path)
    except BvhError as error:
        return str(error)
    points, parents = seen.strip.points, np.asarray(seen.strip.parents)
    return {"seconds": seen.seconds, "points": points.tolist(), "parents": parents.tolist()}


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # the window is gone
        serve(sys.stdin.buffer, sys.stdout.buffer)
