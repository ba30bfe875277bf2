"""A few poses of a BVH file, found without reading the rest of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from motion.clip import Clip
from motion.measure import sample

from . import frames
from .errors import BvhError
from .hierarchy import Header, parse_header
from .reader import clip_of, read_bvh
from .source import Peeker, Source

HEAD_BYTES = 2**16
"""How much is read for the hierarchy at first; twice as much each time that is too little."""
VALUE_BYTES = 32
"""More than a number takes, with the blank before it."""


def glimpse_bvh(path: str | os.PathLike[str], count: int) -> tuple[Clip, float]:
    """``count`` frames spread over a BVH file, fewer if it has fewer, and how long it is.

    The clip is in metres and Y up, as ``read_bvh`` gives it, with the file's frame time although
    its frames lie apart. The length in seconds is what the file's header states. Costs the
    hierarchy and ``count`` lines; a file whose frames are no lines is read as a whole. Raises
    BvhError for what ``read_bvh`` refuses before it comes to the frames.
    """
    peeker = Peeker(Path(path))
    head = _head(peeker)
    header = parse_header(head)
    rows = _rows(peeker, header, count)
    if not rows:
        whole = read_bvh(path)
        at = sample(whole.frame_count, count)
        few = replace(whole, rotations=whole.rotations[at], translations=whole.translations[at])
        return few, whole.duration
    found = Source(head.path, head.data[: header.motion_start] + b"\n" + b"\n".join(rows))
    values, _ = frames.read_values(found, replace(header, frames=len(rows)), lambda _: None)
    return clip_of(found.path.stem, header, values), (header.frames - 1) * header.frame_time


def _head(peeker: Peeker) -> Source:
    """The beginning of the file, with all of the hierarchy."""
    size = HEAD_BYTES
    while True:
        source = Source(peeker.path, peeker.read(0, size))
        whole = len(source.data) < size
        try:
            header = parse_header(source)
        except BvhError:
            if whole:
                raise
        else:
            if whole or header.motion_start < len(source.data) - 1:
                return source
        size *= 2


def _rows(peeker: Peeker, header: Header, count: int) -> list[bytes]:
    """Lines spread over the motion block; none where one is no frame."""
    room = peeker.size - header.motion_start
    longest = 2 * VALUE_BYTES * header.channel_count + 1024
    count = min(count, header.frames)
    found: list[bytes] = []
    for n in range(count):
        block = peeker.read(header.motion_start + room * n // count, longest)
        lines = block.splitlines()[1:-1]  # the outer two may be cut
        row = next((line for line in lines if line.strip()), b"")
        if len(row.split()) != header.channel_count:
            return []
        found.append(row)
    return found
