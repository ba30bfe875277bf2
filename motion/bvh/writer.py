"""Saving a clip as a BVH file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from motion import quat
from motion.clip import Clip
from motion.conventions import UNITS
from motion.files import CannotWrite, whole_file
from motion.measure import standing_height
from motion.skeleton import Skeleton

from .errors import BvhError

ORDER = "ZXY"
_ROTATIONS = [f"{axis}rotation" for axis in ORDER]
_POSITIONS = [f"{axis}position" for axis in "XYZ"]
_FIXED = 1e-6
_ROWS = 256


Track = Callable[[range], Iterable[int]]
"""Passes on the first frames of the rows that are written."""


def write_bvh(
    clip: Clip, path: str | os.PathLike[str], units: str | None = None, track: Track = iter
) -> str:
    """Save ``clip`` as BVH: Y up, Euler order ZXY, the frame time to the last digit.

    units: of the lengths in the file, one of conventions.UNITS; by default centimetres
    for figures taller than a metre and metres for others, which is how :func:`read_bvh`
    takes figures of any size. Returns the unit, which BVH does not state. track: hears how far
    it is, and may raise to give up. Joints come depth first; one that moves against its parent
    gets position channels. The file appears whole or not at all. Raises BvhError, whose text is
    one sentence.
    """
    path = Path(path)
    if not (np.isfinite(clip.rotations).all() and np.isfinite(clip.translations).all()):
        raise BvhError(f"{path}: cannot be written: the clip holds values that are not finite")
    if np.count_nonzero(clip.skeleton.parents < 0) != 1:
        raise BvhError(f"{path}: cannot be written: a BVH file needs exactly one root joint")
    units = units or ("cm" if standing_height(clip) > 1.0 else "m")
    per_metre = 1 / UNITS[units]
    try:
        with whole_file(path) as part, open(part, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(clip, per_metre, track))
    except CannotWrite as error:
        raise BvhError(f"{path}: cannot be written: {error.reason}") from error
    return units


def _lines(clip: Clip, per_metre: float, track: Track) -> Iterator[str]:
    order, depths = _depth_first(clip.skeleton)
    shifted = np.abs(clip.translations - clip.skeleton.offsets).max(axis=(0, 2), initial=0) > _FIXED
    moving = shifted | (clip.skeleton.parents < 0)
    yield from _hierarchy(clip.skeleton, order, depths, moving, per_metre)
    yield f"MOTION\nFrames: {clip.frame_count}\nFrame Time: {float(clip.frame_time)!r}\n"
    width = 3 * (len(order) + int(np.count_nonzero(moving)))
    line = " ".join(["%.6f"] * width) + "\n"
    for start in track(range(0, clip.frame_count, _ROWS)):
        rows = slice(start, start + _ROWS)
        for row in _channel_values(clip, rows, order, moving, per_metre).tolist():
            yield line % tuple(row)


def _hierarchy(
    skeleton: Skeleton, order: list[int], depths: list[int], moving: np.ndarray, per_metre: float
) -> Iterator[str]:
    yield "HIERARCHY\n"
    open_joints: list[str] = []
    for joint, depth in zip(order, depths, strict=True):
        while len(open_joints) > depth:
            yield open_joints.pop()
        indent = "\t" * depth
        channels = (_POSITIONS if moving[joint] else []) + _ROTATIONS
        yield f"{indent}{'JOINT' if depth else 'ROOT'} {_writable(skeleton.names[joint])}\n"
        yield f"{indent}{{\n"
        yield f"{indent}\tOFFSET {_vector(skeleton.offsets[joint] * per_metre)}\n"
        yield f"{indent}\tCHANNELS {len(channels)} {' '.join(channels)}\n"
        if joint in skeleton.end_sites:
            yield f"{indent}\tEnd Site\n{indent}\t{{\n"
            yield f"{indent}\t\tOFFSET {_vector(skeleton.end_sites[joint] * per_metre)}\n"
            yield f"{indent}\t}}\n"
        open_joints.append(f"{indent}}}\n")
    yield from reversed(open_joints)


def _channel_values(
    clip: Clip, rows: slice, order: list[int], moving: np.ndarray, per_metre: float
) -> np.ndarray:
    """Rows of the motion block, (T, channels) float64."""
    rotations = quat.normalize(clip.rotations[rows].astype(np.float64))
    degrees = np.degrees(quat.to_euler(rotations, ORDER))
    lengths = clip.translations[rows].astype(np.float64) * per_metre
    columns: list[np.ndarray] = []
    for joint in order:
        columns += [lengths[:, joint], degrees[:, joint]] if moving[joint] else [degrees[:, joint]]
    return np.concatenate(columns, axis=-1)


def _depth_first(skeleton: Skeleton) -> tuple[list[int], list[int]]:
    """Joints in the order of the file, and the depth of each."""
    children: list[list[int]] = [[] for _ in skeleton.names]
    for parent, child in skeleton.bones():
        children[parent].append(child)
    order: list[int] = []
    depths: list[int] = []
    pending = [(int(np.argmin(skeleton.parents)), 0)]
    while pending:
        joint, depth = pending.pop()
        order.append(joint)
        depths.append(depth)
        pending.extend((child, depth + 1) for child in reversed(children[joint]))
    return order, depths


def _vector(v: np.ndarray) -> str:
    return " ".join(f"{x:.6f}" for x in v)


def _writable(name: str) -> str:
    """``name`` without what would end it in a BVH file."""
    return re.sub(r"[{}\r\n]", "_", name).strip() or "joint"
