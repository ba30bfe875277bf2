"""Reference clips: what a policy imitates, in DeepMimic's JSON format and as a function of time.

``{"Loop": "wrap" | "none", "Frames": [[44 numbers], ...]}``: a row is its duration in seconds
and a pose (43,). A frame stands at the sum of the durations before it; the last row's duration
does not count. A clip that wraps goes on from its first frame, moved on over the ground by the
root's way through the clip.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from motion import quat

from .anatomy import BALL_POSE, BALL_RATES, HINGE_POSE, HINGE_RATES, POSE_SIZE, RATE_SIZE

_ROTATIONS = np.concatenate([[np.arange(3, 7)], BALL_POSE])
_GROUND = [0, 2]
_MAX_BYTES = 64_000_000
_END = 1 - 1e-6
_FASTEST_ROOT, _FASTEST_TURN = 100.0, 1000.0  # m/s, rad/s: beyond, nothing can be simulated


class ClipError(ValueError):
    """A reference clip that cannot be used: one sentence with the file and what is wrong."""


@dataclass(frozen=True, eq=False)
class ReferenceClip:
    """A motion of the character. times (T,) seconds, rising from 0. poses (T, 43). T >= 2."""

    name: str
    loop: bool
    times: np.ndarray
    poses: np.ndarray

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last; the cycle of a clip that wraps."""
        return float(self.times[-1])

    @cached_property
    def rates(self) -> np.ndarray:
        """Rates (T, 34) by central differences, around the end of a clip that wraps."""
        steps, moves = np.diff(self.times), _rates_between(self.poses, np.diff(self.times))
        before = steps[-1:] if self.loop else steps[:1]
        after = steps[:1] if self.loop else steps[-1:]
        first = moves[-1:] if self.loop else moves[:1]
        last = moves[:1] if self.loop else moves[-1:]
        back = np.concatenate([before, steps])[:, None]
        ahead = np.concatenate([steps, after])[:, None]
        earlier, later = np.concatenate([first, moves]), np.concatenate([moves, last])
        return (ahead * earlier + back * later) / (back + ahead)

    def same(self, other: ReferenceClip) -> bool:
        """Whether ``other`` is this motion by this name."""
        return self is other or (
            (self.name, self.loop) == (other.name, other.loop)
            and np.array_equal(self.times, other.times)
            and np.array_equal(self.poses, other.poses)
        )

    def phase(self, time: float) -> float:
        """Share in [0, 1) of the cycle passed at ``time`` s; past its end a clip stays there."""
        share = time / self.duration
        return share % 1.0 if self.loop else min(max(share, 0.0), _END)

    def cycle(self, time: float) -> int:
        """Number of whole cycles before ``time``; 0 for a clip that does not wrap."""
        return int(time // self.duration) if self.loop else 0

    def over(self, time: float) -> bool:
        """Whether a clip that does not wrap has ended by ``time``."""
        return not self.loop and time >= self.duration

    def at(self, time: float) -> tuple[np.ndarray, np.ndarray]:
        """Pose (43,) and rates (34,) at ``time`` seconds; a clip that ends stays at its end.

        Rotations by slerp, everything else linearly.
        """
        cycle = self.cycle(time)
        within = min(max(time - cycle * self.duration, 0.0), self.duration)
        row = int(np.clip(np.searchsorted(self.times, within, "right") - 1, 0, len(self.times) - 2))
        share = (within - self.times[row]) / (self.times[row + 1] - self.times[row])
        pose = (1 - share) * self.poses[row] + share * self.poses[row + 1]
        turns = quat.slerp(self.poses[row, _ROTATIONS], self.poses[row + 1, _ROTATIONS], share)
        pose[_ROTATIONS] = turns
        pose[_GROUND] += cycle * (self.poses[-1, _GROUND] - self.poses[0, _GROUND])
        return pose, (1 - share) * self.rates[row] + share * self.rates[row + 1]


def _rates_between(poses: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Mean rates (T - 1, 34) from each of ``poses`` (T, 43) to the next, ``steps`` (T - 1,) s."""
    now, then, per_second = poses[:-1], poses[1:], 1 / steps[:, None]
    rates = np.empty((len(now), RATE_SIZE))
    rates[:, :3] = (then[:, :3] - now[:, :3]) * per_second
    turned = quat.mul(then[:, 3:7], quat.conjugate(now[:, 3:7]))
    rates[:, 3:6] = quat.log(turned) * per_second
    turned = quat.mul(quat.conjugate(now[:, BALL_POSE]), then[:, BALL_POSE])
    rates[:, BALL_RATES] = quat.log(turned) * per_second[..., None]
    rates[:, HINGE_RATES] = (then[:, HINGE_POSE] - now[:, HINGE_POSE]) * per_second
    return rates


def read_clip(path: Path) -> ReferenceClip:
    """The clip in a DeepMimic motion file. Raises ClipError, and OSError when unreadable."""
    if path.stat().st_size > _MAX_BYTES:
        raise ClipError(f"{path}: more than {_MAX_BYTES // 1_000_000} MB, expected a motion file.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ClipError(f"{path}: not a DeepMimic motion file: {error}.") from None
    if not isinstance(content, dict) or not isinstance(content.get("Frames"), list):
        raise ClipError(f"{path}: not a DeepMimic motion file: it has no list 'Frames'.")
    loop = content.get("Loop", "none")
    if loop not in ("wrap", "none"):
        raise ClipError(f'{path}: \'Loop\' is {loop!r}, expected "wrap" or "none".')
    return _clip(path, loop == "wrap", content["Frames"])


def _clip(path: Path, loop: bool, frames: list) -> ReferenceClip:
    if len(frames) < 2:
        raise ClipError(f"{path}: {len(frames)} frame(s), expected at least two.")
    for number, frame in enumerate(frames, 1):
        size = len(frame) if isinstance(frame, list) else 0
        if size != POSE_SIZE + 1:
            raise ClipError(
                f"{path}: frame {number} has {size} numbers, expected {POSE_SIZE + 1} "
                "(the 2018 humanoid)."
            )
    try:
        rows = np.array(frames, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ClipError(f"{path}: 'Frames' holds values that are not numbers.") from None
    bad = np.flatnonzero(~(np.abs(rows) < 1e6).all(axis=1) | (rows[:, 0] < 0))
    lengths = np.linalg.norm(rows[:, 1:][:, _ROTATIONS], axis=-1)
    bad = np.union1d(bad, np.flatnonzero((lengths < 0.5).any(axis=1)))
    bad = np.union1d(bad, np.flatnonzero(rows[:-1, 0] < 1e-4))
    if len(bad):
        raise ClipError(
            f"{path}: frame {bad[0] + 1} has a duration of 0, a rotation of length 0, or a "
            "number that is not finite or above a million."
        )
    times = np.concatenate([[0.0], np.cumsum(rows[:-1, 0])])
    clip = ReferenceClip(path.stem, loop, times, smooth(rows[:, 1:]))
    fast = (np.abs(clip.rates[:, :3]) > _FASTEST_ROOT).any(axis=1)
    fast |= (np.abs(clip.rates[:, 3:]) > _FASTEST_TURN).any(axis=1)
    if fast.any():
        raise ClipError(
            f"{path}: frame {int(fast.argmax()) + 1} moves faster than {_FASTEST_ROOT:,.0f} m/s or "
            f"turns faster than {_FASTEST_TURN:,.0f} rad/s."
        )
    return clip


def smooth(poses: np.ndarray) -> np.ndarray:
    """``poses`` (T, 43) with unit rotations whose signs do not jump from frame to frame."""
    poses = poses.copy()
    poses[:, _ROTATIONS] = quat.continuous(quat.normalize(poses[:, _ROTATIONS]))
    return poses


def clip_text(clip: ReferenceClip) -> str:
    """``clip`` as the text of a DeepMimic motion file."""
    durations = np.append(np.diff(clip.times), np.diff(clip.times)[-1])
    rows = np.concatenate([durations[:, None], clip.poses], axis=1)
    frames = ",\n".join(json.dumps([round(x, 10) for x in row]) for row in rows.tolist())
    return f'{{"Loop": "{"wrap" if clip.loop else "none"}",\n"Frames": [\n{frames}\n]}}\n'
