"""A clip that goes on beyond its end: from a late frame back to an early one much like it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from motion import quat
from motion.clip import Clip
from motion.contacts import velocity
from motion.features import heading, phase_amplitude, turn
from motion.pose import to_clip
from motion.rigs import match_rig

_BLEND_S = 0.3
_LEAST_S = 0.7
_VELOCITY_S = 0.1
_PHASE_M = 0.3
_SHORTER_M = 0.1
_MOST = 1000


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
    frames, blend = len(positions), _blend(frame_time)
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
    a, b = traits[firsts], traits[lasts]
    squares = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1) - 2 * a @ b.T
    apart = np.sqrt(np.maximum(squares, 0.0))
    left_out = 1 - (lasts - firsts[:, None]) / frames
    best = np.unravel_index(np.argmin(apart + _SHORTER_M * left_out), apart.shape)
    return Loop(int(firsts[best[0]]), int(lasts[best[1]]), float(apart[best]))


def looped_clip(clip: Clip, loop: Loop, frames: int) -> Clip:
    """``clip``, of any human rig, made ``frames`` long: repeated from ``loop.last`` on.

    Each round is set down where the last one has come to and faces as it did; over the 0.3 s
    before, the one fades into the other. Raises rigs.NotHuman.
    """
    if frames <= clip.frame_count:
        return replace(
            clip, rotations=clip.rotations[:frames], translations=clip.translations[:frames]
        )
    blend, length = _blend(clip.frame_time), loop.last - loop.first
    rounds = 1 + -(-max(frames - loop.last, 0) // length)
    at = np.concatenate([np.arange(loop.last), np.tile(np.arange(loop.first, loop.last), rounds)])
    turns = np.repeat(np.arange(rounds + 1), [loop.last, *(length,) * rounds])
    at, turns = at[:frames], turns[:frames]
    placed = _Placed(clip, loop)
    rotations, translations = placed.frames(at, turns)
    into = (at >= loop.last - blend) & (at < loop.last)
    share = (at[into] - (loop.last - blend) + 1) / (blend + 1)
    share = share * share * (3 - 2 * share)
    there = placed.frames(at[into] - length, turns[into] + 1)
    rotations[into] = quat.slerp(rotations[into], there[0], share[:, None])
    translations[into] += share[:, None, None] * (there[1] - translations[into])
    return replace(
        clip,
        rotations=quat.continuous(rotations).astype(np.float32),
        translations=translations.astype(np.float32),
    )


def looped(
    positions: np.ndarray, frames: int, frame_time: float, phase: np.ndarray | None = None
) -> np.ndarray:
    """Canonical ``positions`` (T, 22, 3) made (frames, 22, 3) by their best loop.

    Raises ValueError where they are too short.
    """
    if frames <= len(positions):
        return positions[:frames]
    loop = find_loop(positions, frame_time, phase)
    return looped_clip(to_clip(positions, frame_time, ""), loop, frames).positions


class _Placed:
    """Frames of a clip, each round of its loop set down where the last one has come to."""

    def __init__(self, clip: Clip, loop: Loop) -> None:
        located = match_rig(clip.skeleton).locate(clip)
        facing = heading(located, clip.frame_time)
        self._clip = clip
        self._turn = float(facing[loop.last] - facing[loop.first])
        self._start = located[loop.first, 0].astype(np.float64) * [1, 0, 1]
        self._step = located[loop.last, 0].astype(np.float64) * [1, 0, 1] - self._start

    def frames(self, at: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotations (N, J, 4) and translations (N, J, 3) of frames ``at`` (N,) after so many
        ``turns`` (N,) of the loop, float64.
        """
        rotations = self._clip.rotations[at].astype(np.float64)
        translations = self._clip.translations[at].astype(np.float64)
        most = int(turns.max(initial=0))
        reached = np.zeros((most + 1, 3))
        for number in range(1, most + 1):
            reached[number] = reached[number - 1] + turn(
                self._step, np.asarray((number - 1) * self._turn)
            )
        angle = turns * self._turn
        spin = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), angle)
        rotations[:, 0] = quat.mul(spin, rotations[:, 0])
        translations[:, 0] = (
            turn(translations[:, 0] - self._start, angle) + self._start + reached[turns]
        )
        return rotations, translations


def _traits(positions: np.ndarray, frame_time: float, phase: np.ndarray | None) -> np.ndarray:
    """Pose, velocity and phase of every frame (T, D), such that distances are metres."""
    p = np.asarray(positions, np.float64)
    facing = heading(p, frame_time)[:, None]
    local = turn(p - p[:, :1] * [1, 0, 1], -facing)
    speed = turn(velocity(p, frame_time), -facing) * _VELOCITY_S
    spread = np.sqrt(p.shape[1])
    parts = [local.reshape(len(p), -1) / spread, speed.reshape(len(p), -1) / spread]
    if phase is not None:
        strong = max(float(np.percentile(phase_amplitude(phase), 90)), 1e-6)
        parts.append(np.asarray(phase, np.float64) / strong * _PHASE_M)
    return np.concatenate(parts, axis=1)


def _blend(frame_time: float) -> int:
    return max(2, round(_BLEND_S / frame_time))
