"""What a phase signal must do on clips nobody trained on, counted from footfalls.

Nothing here knows the network or its teacher: footfalls come from the contacts of
the motion, so a phase that invents or skips a step is caught.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from motion.canonical import HIPS
from motion.contacts import velocity
from motion.curves import runs
from motion.features import phase_amplitude, phase_angle
from training.footfalls import feet_down, landings

MOVING_SPEED = 0.3
"""Hips faster than this over the ground (m/s, low-passed) are walking or running."""

STANDING_SPEED, STANDING_S = 0.05, 0.5
CYCLE_S = (0.4, 2.0)
_SPEED_SIGMA_S = 0.15


@dataclass(frozen=True)
class Gait:
    """Footfalls and speed of one clip of T frames.

    left, right: frames at which each foot strikes. moving, standing: (T,) bool.
    cycles: (C, 2) frames of one left strike and the next with exactly one right
    strike between them, 0.4 to 2 s apart, moving throughout.
    """

    left: np.ndarray
    right: np.ndarray
    moving: np.ndarray
    standing: np.ndarray
    cycles: np.ndarray


def gait(positions: np.ndarray, frame_time: float) -> Gait:
    """Footfalls of canonical ``positions`` (T, 22, 3), metres, by contact alone.

    A foot strikes on the first frame in which its ankle or toe is in contact after
    at least 0.15 s in the air (training.footfalls).
    Standing: hips below 0.05 m/s and both feet down for at least 0.5 s.
    """
    down = feet_down(positions, frame_time)
    drift = velocity(positions[:, HIPS, ::2], frame_time)
    drift = gaussian_filter1d(drift, _SPEED_SIGMA_S / frame_time, axis=0, mode="nearest")
    speed = np.linalg.norm(drift, axis=-1)
    moving = speed > MOVING_SPEED
    left, right = (landings(down[:, side], frame_time) for side in (0, 1))
    still = (speed < STANDING_SPEED) & down.all(axis=1)
    standing = np.zeros(len(still), bool)
    for start, end in runs(still):
        standing[start:end] = (end - start) * frame_time >= STANDING_S
    cycles = [
        (a, b)
        for a, b in zip(left[:-1], left[1:], strict=True)
        if np.count_nonzero((right > a) & (right < b)) == 1
        and CYCLE_S[0] <= (b - a) * frame_time <= CYCLE_S[1]
        and moving[a : b + 1].all()
    ]
    return Gait(left, right, moving, standing, np.array(cycles, int).reshape(-1, 2))


@dataclass(frozen=True)
class PhaseClip:
    """Motion (T, 22, 3) in metres and the phase (T, 2) a network read from its frames."""

    positions: np.ndarray
    xy: np.ndarray
    frame_time: float


def measure(walking: Iterable[PhaseClip], anything: Iterable[PhaseClip]) -> dict[str, float]:
    """Held-out metrics of models.md, pooled over clips.

    walking: clips of walks and runs; anything: clips whose standing frames count.
    ``phase_forward``: share of steps from frame to frame, moving at both, in which
    the phase advances. ``turns_per_cycle``: turns of the phase over all gait cycles
    by their number, and its spread. ``strike_spread``: circular standard deviation,
    in cycles, of the phase at the left strikes that bound a gait cycle
    (``strike_spread_all``: at every left strike while moving). ``standing_ratio``:
    mean amplitude standing by mean amplitude moving. ``jitter``: root mean square
    second difference of the phase by its mean step.
    """
    steps, bends, turns, strikes, loose, walking_amplitude = [], [], [], [], [], []
    for clip in walking:
        g = gait(clip.positions, clip.frame_time)
        phase = phase_angle(clip.xy)
        step = np.diff(phase) / (2 * np.pi)
        step -= np.round(step)
        pair = g.moving[1:] & g.moving[:-1]
        steps.append(step[pair])
        bends.append(np.diff(step)[pair[1:] & pair[:-1]])
        turns += [step[a:b].sum() for a, b in g.cycles]
        strikes.append(phase[np.unique(g.cycles)])
        loose.append(phase[g.left[g.moving[g.left]]])
        walking_amplitude.append(phase_amplitude(clip.xy)[g.moving])
    standing = [
        phase_amplitude(clip.xy)[gait(clip.positions, clip.frame_time).standing]
        for clip in anything
    ]
    step, bend, bounded = (np.concatenate(v) for v in (steps, bends, strikes))
    at_rest, afoot = np.concatenate(standing), np.concatenate(walking_amplitude)
    return {
        "phase_forward": float((step > 0).mean()),
        "turns_per_cycle": float(np.mean(turns)),
        "turns_per_cycle_std": float(np.std(turns)),
        "strike_phase": float(np.angle(np.exp(1j * bounded).mean()) / (2 * np.pi)),
        "strike_spread": circular_std(bounded) / (2 * np.pi),
        "strike_spread_all": circular_std(np.concatenate(loose)) / (2 * np.pi),
        "standing_amplitude": float(at_rest.mean()),
        "walking_amplitude": float(afoot.mean()),
        "standing_ratio": float(at_rest.mean() / afoot.mean()),
        "jitter": float(np.sqrt(np.mean(bend**2)) / np.abs(step.mean())),
        "frames_moving": len(step),
        "frames_standing": len(at_rest),
        "gait_cycles": len(turns),
        "left_strikes": len(bounded),
    }


def circular_std(angles: np.ndarray) -> float:
    """Circular standard deviation sqrt(-2 ln R) of ``angles`` in radians (Mardia 1972)."""
    length = np.abs(np.exp(1j * np.asarray(angles, float)).mean())
    return float(np.sqrt(-2 * np.log(np.clip(length, 1e-12, 1.0))))
