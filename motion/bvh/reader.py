"""Opening a BVH file as a clip."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from motion.clip import Clip
from motion.conventions import UNIT_CHOICES, UNITS, UP_AXIS_CHOICES
from motion.measure import sample

from . import frames, poses
from .detect import choose_units, is_z_up, y_up
from .hierarchy import Header, parse_header
from .source import Source, given, load

JUDGED_FRAMES = 64
LONGEST_USUAL_FRAME = 1.0


def read_bvh(
    path: str | os.PathLike[str],
    units: str = "auto",
    up_axis: str = "auto",
    progress: Callable[[float], None] | None = None,
) -> Clip:
    """The clip in a BVH file, in metres and Y up, where it stands in the file.

    units: one of UNIT_CHOICES; "auto" judges by the figure's size.
    up_axis: one of UP_AXIS_CHOICES; a Z-up figure is turned upright at its root.
    progress: called with 0..1 from the calling thread; what it raises ends the
    reading and reaches the caller. Raises BvhError, whose text is one sentence,
    and ValueError for an unknown ``units`` or ``up_axis``.
    """
    _check_choices(units, up_axis)
    report = progress or (lambda fraction: None)
    header, values, warnings = _numbers(load(Path(path), lambda f: report(0.1 * f)), report)
    clip = clip_of(Path(path).stem, header, values, warnings, units, up_axis)
    report(1.0)
    return clip


def parse_bvh(
    data: bytes, path: str | os.PathLike[str], units: str = "auto", up_axis: str = "auto"
) -> Clip:
    """As ``read_bvh``, of the bytes of a file that were read already; ``path`` names them."""
    _check_choices(units, up_axis)
    return clip_of(
        Path(path).stem, *_numbers(given(Path(path), data), lambda _: None), units, up_axis
    )


def _check_choices(units: str, up_axis: str) -> None:
    if units not in UNIT_CHOICES:
        raise ValueError(f"units: expected {', '.join(UNIT_CHOICES)}; found {units!r}")
    if up_axis not in UP_AXIS_CHOICES:
        raise ValueError(f"up_axis: expected {', '.join(UP_AXIS_CHOICES)}; found {up_axis!r}")


def _numbers(
    source: Source, report: Callable[[float], None]
) -> tuple[Header, np.ndarray, tuple[str, ...]]:
    """All that is taken from the text of a file, which then need not be kept: its header, its
    motion (T, channels) in file units, and warnings."""
    header = parse_header(source)
    values, warnings = frames.read_values(source, header, lambda f: report(0.1 + 0.7 * f))
    if header.frame_time > LONGEST_USUAL_FRAME:
        warnings += (
            f"Frame Time is {header.frame_time:g} s; was the number of frames per second meant?",
        )
    return header, values, warnings


def clip_of(
    name: str,
    header: Header,
    values: np.ndarray,
    warnings: tuple[str, ...] = (),
    units: str = "auto",
    up_axis: str = "auto",
) -> Clip:
    """The clip of motion ``values`` (T, channels) in file units, in metres and Y up."""
    channels = poses.channels_of(header.joints)

    def scaled(rows: np.ndarray, scale: float) -> Clip:
        skeleton = poses.skeleton_of(header.joints, scale)
        motion = poses.poses(rows, channels, skeleton, scale)
        return Clip(name, skeleton, *motion, header.frame_time)

    judged = scaled(values[sample(len(values), JUDGED_FRAMES)], 1.0)
    if units == "auto":
        units, doubt = choose_units(judged)
        warnings += doubt
    if up_axis == "auto":
        up_axis = "Z" if is_z_up(judged) else "Y"
    clip = replace(scaled(values, UNITS[units]), units=units, up_axis=up_axis, warnings=warnings)
    return y_up(clip) if up_axis == "Z" else clip
