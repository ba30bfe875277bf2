"""A clip that goes on beyond its end: from a late frame back to an early one much like it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from motion import quat
from motion.clip import Clip
from motion.features import heading, turn
from motion.phase.loops import Loop, blend_frames, find_loop
from motion.pose import to_clip
from motion.rigs import match_rig


def looped_clip(clip: Clip, loop: Loop, frames: int) -> Clip:
    """``clip``, of any human rig, made ``frames`` long: repeated from ``loop.last`` on.

    Each round is set down where the last one has come to and faces as it did; over the 0.3 s
    before, the one fades into the other. Raises rigs.NotHuman.
    """
    if frames <= clip.frame_count:
        return replace(
            clip, rotations=clip.rotations[:frames], translations=clip.translations[:frames]
        )
    blend, length = blend_frames(clip.frame_time), loop.last - loop.first
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
