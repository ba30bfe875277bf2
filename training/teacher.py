"""Phase labels for DeepPhase: no data set has them, the footfalls give them.

One cycle is two steps: phase 0 where the left foot strikes the ground, 1/2 where
the right one does. The teacher looks at whole clips, both ways in time; the
network it teaches sees one frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from motion.canonical import LEFT_FOOT, LEFT_TOE, RIGHT_FOOT, RIGHT_TOE
from motion.contacts import joint_speed
from motion.footfalls import feet_down, landings

_SWING_SIGMA_S = 0.06
_SWING_SPEED = 0.25
_MATCH_S = 0.2
_CLOCK_SIGMA_S = 0.25
_PHASE_SIGMA_S = 0.05
_LONGEST_STEP_S = 1.5
_VIGOUR_SIGMA_S = 0.35


@dataclass(frozen=True)
class PhaseLabels:
    """Teacher's phase of T frames.

    turns: (T,) unwrapped phase in cycles, never falling.
    vigour: (T,) mean difference of the feet's speeds over about 1 s, in m/s.
    steady: (T,) in [0, 1], 1 where footfalls alternate at less than 1.5 s a step.
    """

    turns: np.ndarray
    vigour: np.ndarray
    steady: np.ndarray

    def amplitude(self) -> np.ndarray:
        """Amplitude (T,): 0 standing, near 1 walking."""
        return self.steady * np.tanh(self.vigour)

    def xy(self) -> np.ndarray:
        """What the network should say (T, 2): amplitude times (cos, sin) of the phase."""
        angle = 2 * np.pi * self.turns
        return self.amplitude()[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def teach(positions: np.ndarray, frame_time: float) -> PhaseLabels:
    """Phase labels of canonical ``positions`` (T, 22, 3), metres, any frame rate.

    The swinging foot is the faster one: where the difference of the feet's speeds
    changes sign a step ends. Each step is moved to where its foot lands by contact,
    or by the clip's usual lag where the contact was missed. Between footfalls the
    phase runs with the feet's activity, so that it halts when they do.
    """
    speed = _foot_speeds(positions, frame_time)
    swing = gaussian_filter1d(speed[:, 0] - speed[:, 1], _SWING_SIGMA_S / frame_time)
    steps, sides = _steps(swing)
    down = feet_down(positions, frame_time)
    struck = [landings(down[:, side], frame_time) for side in (0, 1)]
    falls = _match(steps, sides, struck, _MATCH_S / frame_time)
    vigour = gaussian_filter1d(np.abs(swing), _VIGOUR_SIGMA_S / frame_time)
    if len(falls) < 2:
        still = np.zeros(len(positions))
        return PhaseLabels(still, vigour, still)
    rate = gaussian_filter1d(speed.sum(axis=1), _CLOCK_SIGMA_S / frame_time) + 0.05
    clock = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2)])
    ticks = np.interp(falls, np.arange(len(clock)), clock)
    turns = (np.arange(len(falls)) + sides[0]) / 2
    phase = _extrapolated(clock, ticks, turns)
    phase = gaussian_filter1d(phase, _PHASE_SIGMA_S / frame_time, mode="nearest")
    return PhaseLabels(phase, vigour, _steadiness(falls, len(positions), frame_time))


def _foot_speeds(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Speeds (T, 2) of the left and right foot, mean of ankle and toe, m/s."""
    speed = joint_speed(positions[:, [LEFT_FOOT, LEFT_TOE, RIGHT_FOOT, RIGHT_TOE]], frame_time)
    return speed.reshape(-1, 2, 2).mean(axis=-1)


def _steps(swing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Zero crossings of ``swing`` between lobes above the threshold, alternating.

    Returns frames (float) and sides: 0 where a left swing ends, 1 where a right one does.
    """
    state = np.where(swing > _SWING_SPEED, 1, np.where(swing < -_SWING_SPEED, -1, 0))
    strong = np.flatnonzero(state)
    flips = np.flatnonzero(np.diff(state[strong]))
    frames, sides = [], []
    for before, after in zip(strong[flips], strong[flips + 1], strict=True):
        lobe = swing[before : after + 1] * state[before]
        zero = int(np.flatnonzero(lobe <= 0)[0])
        frames.append(before + zero - lobe[zero] / (lobe[zero] - lobe[zero - 1]))
        sides.append(0 if state[before] > 0 else 1)
    return np.array(frames), np.array(sides, int)


def _match(
    steps: np.ndarray, sides: np.ndarray, struck: Sequence[np.ndarray], reach: float
) -> np.ndarray:
    """``steps`` moved to the nearest strike of their foot within ``reach`` frames."""
    lag = np.full(len(steps), np.nan)
    for i, (step, side) in enumerate(zip(steps, sides, strict=True)):
        near = struck[side] - step
        if len(near) and np.abs(near).min() <= reach:
            lag[i] = near[np.argmin(np.abs(near))]
    usual = np.nanmedian(lag) if np.isfinite(lag).any() else 0.0
    falls = steps + np.where(np.isnan(lag), usual, lag)
    return np.maximum.accumulate(falls + 1e-3 * np.arange(len(falls)))


def _extrapolated(clock: np.ndarray, ticks: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """``turns`` at ``ticks`` interpolated over ``clock``, end slopes continued."""
    phase = np.interp(clock, ticks, turns)
    head, tail = clock < ticks[0], clock > ticks[-1]
    first, last = (0.5 / max(ticks[b] - ticks[a], 1e-6) for a, b in ((0, 1), (-2, -1)))
    phase[head] += (clock[head] - ticks[0]) * first
    phase[tail] += (clock[tail] - ticks[-1]) * last
    return phase


def _steadiness(falls: np.ndarray, count: int, frame_time: float) -> np.ndarray:
    """1 between footfalls less than 1.5 s apart and one step beyond, smoothed to 0 elsewhere."""
    inside = np.zeros(count)
    for start, end in zip(falls[:-1], falls[1:], strict=True):
        if (end - start) * frame_time < _LONGEST_STEP_S:
            inside[max(int(2 * start - end), 0) : int(2 * end - start) + 1] = 1
    return gaussian_filter1d(inside, 0.1 / frame_time, mode="nearest")
