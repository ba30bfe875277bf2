"""Records the moments of other skills that a policy is taught to take over at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from character.action import target_pose
from character.anatomy import NAMES, POLICY_HZ, ROOT_ROTATION
from character.body import Body
from character.convert import read_motion
from character.moments import moment_like
from character.reference import ReferenceClip
from character.simulation import may_touch
from inference import load_model
from motion import quat
from motion.npz import read_npz, write_npz
from training.run import progress_bar

from .crowd import VIEWER
from .entries import Entries
from .imitation_env import ImitationEnv

_CHARACTERS, _SECONDS, _PUSH = 64, 6, 150.0
_HARD_PUSH = 600.0
"""Newtons that fell who walks or runs."""
_MOMENTS = 4000
_DOWN = 0.7
"""Seconds after a fall from which on someone lies."""
_AHEAD = np.array([1.0, 0.0, 0.0])
_ON_ITS_FEET, _STRAIGHT = 0.78, 0.95
"""Metres of the pelvis above the ground, and cosine of its tilt, of who has got up."""
_NEARLY = -0.3
"""Sine by which someone on their side may lie towards the other one."""


@dataclass(frozen=True)
class Other:
    """A skill that is taken over from: an ONNX actor and the motion that it imitates."""

    actor: Path
    motion: Path

    @classmethod
    def parse(cls, text: str) -> Other:
        """From ``ACTOR,MOTION``. Raises ValueError."""
        actor, comma, motion = text.partition(",")
        if not (actor and comma and motion):
            raise ValueError(f"--enter: '{text}' is not ACTOR,MOTION.")
        return cls(Path(actor), Path(motion))

    def __str__(self) -> str:
        return f"{self.actor.name},{self.motion.name}"


def entries_for(clip: ReferenceClip, others: Sequence[Other], kept: Path, seed: int) -> Entries:
    """Moments of ``others`` for a policy on ``clip``, from the file ``kept`` or recorded to it.

    A clip that lies on the ground is taken up at its beginning by who has fallen, on the side on
    which it begins or nearly so; any other by who has not, at the moment most alike, and from one
    that lies by who has got up.
    """
    if not kept.is_file():
        down = _lies(clip)
        recorded = [_moments(other, seed, down) for other in others]
        poses, rates = (np.concatenate(parts) for parts in zip(*recorded, strict=True))
        if down:
            alike = _lies_like(poses, clip.poses[0])
            poses, rates = poses[alike], rates[alike]
        times = np.zeros(len(poses)) if down else _times(clip, poses, rates)
        write_npz(kept, {"poses": poses, "rates": rates, "times": times})
    return Entries(**read_npz(kept))


def entries_in(
    folder: Path, clip: ReferenceClip, others: Sequence[Other], seed: int
) -> Entries | None:
    """Moments of ``others`` for a policy on ``clip``, kept in ``folder``; None without others."""
    if not others:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return entries_for(clip, others, folder / "entries.npz", seed)


def _lies(clip: ReferenceClip) -> bool:
    """Whether everything may touch the ground in ``clip``."""
    return len(may_touch(Body(), clip)) == len(NAMES)


def _on_its_feet(poses: np.ndarray) -> np.ndarray:
    """Which of ``poses`` (M, 43) stand (M,)."""
    up = quat.rotate(poses[:, ROOT_ROTATION], np.array([0.0, 1.0, 0.0]))[:, 1]
    return (poses[:, 1] > _ON_ITS_FEET) & (up > _STRAIGHT)


def _lies_like(poses: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Which of ``poses`` (M, 43) lie on the side of the body that ``first`` (43,) lies on (M,)."""
    up = quat.rotate(poses[:, ROOT_ROTATION], _AHEAD)[:, 1]
    return up * np.sign(quat.rotate(first[ROOT_ROTATION], _AHEAD)[1]) > _NEARLY


def _moments(other: Other, seed: int, down: bool) -> tuple[np.ndarray, np.ndarray]:
    """Poses (M, 43) and rates (M, 34) under ``other``, pushed; of who has fallen if ``down``."""
    push, clip = _HARD_PUSH if down else _PUSH, read_motion(other.motion)
    env = ImitationEnv(clip, VIEWER, _CHARACTERS, seed, push)
    gets_up = _lies(clip)
    actor = load_model(other.actor, engine="numpy")
    fallen_for = np.zeros(_CHARACTERS)
    poses, rates = [], []
    with progress_bar() as progress:
        steps = range(_SECONDS * POLICY_HZ)
        for _ in progress.track(steps, description=f"watching {other.motion.stem}"):
            action = actor.run({"state": env.states()})["action"]
            outcome = env.step(target_pose(action))
            fallen_for = np.where(outcome.fallen | (fallen_for > 0), fallen_for + 1 / POLICY_HZ, 0)
            here = env.crowd.read()
            wanted = fallen_for > _DOWN if down else fallen_for == 0
            if gets_up:
                wanted &= _on_its_feet(here.pose)
            poses.append(here.pose[wanted])
            rates.append(here.rates[wanted])
            again = fallen_for > 3 * _DOWN if down else outcome.fallen
            fallen_for[again | outcome.over] = 0
            env.reset(np.flatnonzero(again | outcome.over))
    every = np.concatenate(poses), np.concatenate(rates)
    chance = np.random.default_rng(seed)
    rows = chance.permutation(len(every[0]))[:_MOMENTS]
    return every[0][rows], every[1][rows]


def _times(clip: ReferenceClip, poses: np.ndarray, rates: np.ndarray) -> np.ndarray:
    body = Body()
    moments = (body.at(pose, rate) for pose, rate in zip(poses, rates, strict=True))
    return np.array([moment_like(clip, moment, body.weights) for moment in moments])
