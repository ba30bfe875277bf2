"""Motion sampled at another rate; frame 0 stays where it is."""

from __future__ import annotations

import numpy as np

from . import quat
from .blocks import blocks

_SAME = 1e-6  # of a frame: how near a sample may lie to a frame to be it


def linear(values: np.ndarray, frame_time: float, wanted: float) -> np.ndarray:
    """``values`` (T, ...) every ``wanted`` seconds instead of every ``frame_time``, on the lines
    between frames: floating-point values of the same dtype."""
    low, high, share = _between(len(values), frame_time, wanted)
    share = share.reshape(-1, *(1,) * (values.ndim - 1)).astype(values.dtype)
    sampled = np.empty((len(low), *values.shape[1:]), values.dtype)
    for at in blocks(len(low)):
        sampled[at] = values[low[at]] * (1 - share[at]) + values[high[at]] * share[at]
    return sampled


def linear_at(values: np.ndarray, frame_time: float, times_s: np.ndarray) -> np.ndarray:
    """``values`` (T, ...), one every ``frame_time`` seconds, at ``times_s`` (N,) on the lines
    between frames; the first and the last one stand for what is before and after them."""
    at = np.clip(times_s / frame_time, 0, len(values) - 1)
    low = np.floor(at + _SAME).astype(int)
    share = np.clip(at - low, 0, 1).reshape(-1, *(1,) * (values.ndim - 1)).astype(values.dtype)
    high = np.minimum(low + 1, len(values) - 1)
    sampled: np.ndarray = values[low] * (1 - share) + values[high] * share
    return sampled


def spherical(rotations: np.ndarray, frame_time: float, wanted: float) -> np.ndarray:
    """``rotations`` (T, ..., 4) every ``wanted`` seconds instead of every ``frame_time``, by slerp
    along the shorter arcs between frames: unit quaternions of the same dtype."""
    low, high, share = _between(len(rotations), frame_time, wanted)
    share = share.reshape(-1, *(1,) * (rotations.ndim - 2)).astype(rotations.dtype)
    sampled = np.empty((len(low), *rotations.shape[1:]), rotations.dtype)
    for at in blocks(len(low)):
        sampled[at] = quat.slerp(rotations[low[at]], rotations[high[at]], share[at])
    return sampled


def _between(
    count: int, frame_time: float, wanted: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The frames before and after each sample (N,), and how far between them it lies (N,)."""
    last = count - 1
    samples = int(np.floor(last * frame_time / wanted + _SAME)) + 1
    at = np.minimum(np.arange(samples) * (wanted / frame_time), last)
    low = np.floor(at + _SAME).astype(int)
    return low, np.minimum(low + 1, last), np.clip(at - low, 0, 1)
