"""Where a motion loops: a late frame much like an early one, by pose, velocity and phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion.contacts import velocity
from motion.features import heading, turn
from motion.measure import sample

from .series import PhaseSeries

_BLEND_S = 0.3
_LEAST_S = 0.7
_VELOCITY_S = 0.1
_PHASE_M = 0.3
_SHORTER_M = 0.1
_MOST = 1000
_APART_S = 0.25


@dataclass(frozen=True)
class Loop:
    """Frames of a clip: where ``last`` would come, ``first`` is shown, and on from there.

    cost: how far apart the two are, metres; of a walk that is found again about 0.03.
    """

    first: int
    last: int
    cost: float


def find_loop(positions: np.ndarray, frame_time: float, phase: np.ndarray | None = None) -> Loop:
    """Where a clip loops best: pose, velocity and phase are alike, and little of it is left out.

    positions: (T, 22, 3), metres. phase: (T, 2) of DeepPhase, where it is known.
    Raises ValueError for clips of less than a second and a half.
    """
    frames, blend = len(positions), blend_frames(frame_time)
    least = round(_LEAST_S / frame_time)
    if frames < 2 * least + blend:
        raise ValueError(
            f"a clip of {frames * frame_time:.1f} s is too short to go on beyond its end"
        )
    traits = _traits(positions, frame_time, phase)
    middle = max(blend + 1, (frames - least) // 2)
    step = max(1, (frames - middle) // _MOST)
    firsts = np.arange(blend, middle, step)
    lasts = np.arange(frames - 1, middle + least - 1, -step)
    apart = _apart(traits[firsts], traits[lasts])
    left_out = 1 - (lasts - firsts[:, None]) / frames
    best = np.unravel_index(np.argmin(apart + _SHORTER_M * left_out), apart.shape)
    return Loop(int(firsts[best[0]]), int(lasts[best[1]]), float(apart[best]))


def loop_points(
    positions: np.ndarray, frame_time: float, phase: np.ndarray | None = None, most: int = 5
) -> tuple[Loop, ...]:
    """The pairs of frames at which a clip loops best, the best first, ``most`` at most.

    Each lasts 0.7 s or longer, and is a quarter of a second or more from the others at one end.
    positions: (T, 22, 3), metres. phase: (T, 2) of DeepPhase, where it is known. None for clips
    of 0.7 s or less. Of more than 1,000 frames so many are looked at, evenly spread, and the
    best are then settled to the frame.
    """
    frames, least = len(positions), max(2, round(_LEAST_S / frame_time))
    if frames <= least:
        return ()
    traits, at = _traits(positions, frame_time, phase), sample(frames, _MOST)
    apart = _apart(traits[at], traits[at])
    apart[at[None, :] - at[:, None] < least] = np.inf
    reach = -(-frames // len(at)) - 1
    near = _APART_S / frame_time + 2 * reach
    found: list[Loop] = []
    while len(found) < most and np.isfinite(apart.min()):
        first, last = (int(at[i]) for i in np.unravel_index(np.argmin(apart), apart.shape))
        found.append(_settled(traits, first, last, reach, least))
        close = np.abs(at - first) < near, np.abs(at - last) < near
        apart[np.ix_(*close)] = np.inf
    return tuple(sorted(found, key=lambda loop: loop.cost))


def blend_frames(frame_time: float) -> int:
    """Over how many frames the end of a loop fades into its beginning, 0.3 s."""
    return max(2, round(_BLEND_S / frame_time))


def _settled(traits: np.ndarray, first: int, last: int, reach: int, least: int) -> Loop:
    """The best pair of frames within ``reach`` of these two."""
    firsts, lasts = (
        np.arange(max(at - reach, 0), min(at + reach + 1, len(traits))) for at in (first, last)
    )
    apart = _apart(traits[firsts], traits[lasts])
    apart[lasts[None, :] - firsts[:, None] < least] = np.inf
    best = np.unravel_index(np.argmin(apart), apart.shape)
    return Loop(int(firsts[best[0]]), int(lasts[best[1]]), float(apart[best]))


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distances (N, M) between rows (N, D) and (M, D)."""
    squares = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0.0))


def _traits(positions: np.ndarray, frame_time: float, phase: np.ndarray | None) -> np.ndarray:
    """Pose, velocity and phase of every frame (T, D), such that distances are metres."""
    p = np.asarray(positions, np.float64)
    facing = heading(p, frame_time)[:, None]
    local = turn(p - p[:, :1] * [1, 0, 1], -facing)
    speed = turn(velocity(p, frame_time), -facing) * _VELOCITY_S
    spread = np.sqrt(p.shape[1])
    parts = [local.reshape(len(p), -1) / spread, speed.reshape(len(p), -1) / spread]
    if phase is not None:
        strong = PhaseSeries(phase, frame_time).strong_amplitude
        parts.append(np.asarray(phase, np.float64) / strong * _PHASE_M)
    return np.concatenate(parts, axis=1)
