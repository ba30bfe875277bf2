"""A phase beside the gait: strikes, cycles, the offset of the stride, feet that skate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion.canonical import FOOT_JOINTS
from motion.contacts import joint_speed
from motion.footfalls import Gait

from .series import PhaseSeries, wrapped


@dataclass(frozen=True, eq=False)
class StrideReading:
    """What a phase does over the gait of one clip; all angles in turns.

    steps: (S,) turns from frame to frame, moving at both. bends: differences of two such steps.
    cycle_turns: (C,) turns of each gait cycle. bounding: angles at the left strikes that bound
    cycles. left, right: angles at every strike while moving.
    """

    steps: np.ndarray
    bends: np.ndarray
    cycle_turns: np.ndarray
    bounding: np.ndarray
    left: np.ndarray
    right: np.ndarray


def read_stride(series: PhaseSeries, gait: Gait) -> StrideReading:
    """``series`` read at the strikes and over the cycles of ``gait``, both of T frames."""
    turns, step = series.turns, np.diff(series.turns)
    pair = gait.moving[1:] & gait.moving[:-1]
    left, right = (at[gait.moving[at]] for at in (gait.left, gait.right))
    return StrideReading(
        steps=step[pair],
        bends=np.diff(step)[pair[1:] & pair[:-1]],
        cycle_turns=turns[gait.cycles[:, 1]] - turns[gait.cycles[:, 0]],
        bounding=turns[np.unique(gait.cycles)] % 1.0,
        left=turns[left] % 1.0,
        right=turns[right] % 1.0,
    )


def stride_offset(series: PhaseSeries, gait: Gait) -> np.ndarray:
    """How far (T,) the phase is ahead of the stride, turns in -0.5..0.5; NaN outside cycles.

    The stride is a clock that runs evenly from one left strike, 0, to the next, 1.
    """
    offset = np.full(len(series), np.nan)
    for first, last in gait.cycles:
        clock = np.arange(last - first + 1) / (last - first)
        offset[first : last + 1] = wrapped(series.turns[first : last + 1] - clock)
    return offset


def foot_skate(positions: np.ndarray, contacts: np.ndarray, frame_time: float) -> np.ndarray:
    """Speed (T, 2) over the ground of the left and right foot while in contact, m/s; NaN in the
    air. Of ankle and toe the faster one that is in contact counts.

    positions: (T, 22, 3) canonical, metres. contacts: (T, 4), order FOOT_JOINTS.
    """
    speed = ground_speed(positions, frame_time)
    held = np.where(np.asarray(contacts) > 0.5, speed, -np.inf).reshape(-1, 2, 2).max(axis=-1)
    return np.where(np.isfinite(held), held, np.nan)


def ground_speed(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Speed (T, 4) of the joints of the feet over the ground, m/s, order FOOT_JOINTS.

    positions: (T, 22, 3) canonical, metres.
    """
    flat = positions[:, FOOT_JOINTS] * np.array([1, 0, 1], positions.dtype)
    return joint_speed(flat, frame_time)


def circular_mean(turns: np.ndarray) -> float:
    """Mean direction of angles in turns, in -0.5..0.5."""
    return float(np.angle(np.exp(2j * np.pi * np.asarray(turns, float)).mean()) / (2 * np.pi))


def circular_std(turns: np.ndarray) -> float:
    """Circular standard deviation sqrt(-2 ln R) of angles in turns, in turns (Mardia 1972)."""
    length = np.abs(np.exp(2j * np.pi * np.asarray(turns, float)).mean())
    return float(np.sqrt(-2 * np.log(np.clip(length, 1e-12, 1.0))) / (2 * np.pi))
