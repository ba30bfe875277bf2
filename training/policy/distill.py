"""A teacher's skill in the network that ships: absolute targets, in the viewer's physics.

The student drives, the teacher says what it would have done. A teacher may be an actor, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from character.action import action_of, target_pose
from character.anatomy import ACTION_SIZE, POSE_SIZE
from character.reference import ReferenceClip
from inference import load_model

from .crowd import VIEWER
from .dagger import Dagger
from .entries import Entries
from .imitation_env import RESIDUAL_SIZE, ImitationEnv
from .networks import Teacher, action_error, new_actor, unfold
from .ppo import digest

_JOINTS = slice(POSE_SIZE - ACTION_SIZE, POSE_SIZE)


@dataclass(frozen=True)
class Settings:
    """Everything that decides a distillation, apart from its clip and teacher."""

    seed: int = 0
    """Of the first weights and of every draw."""
    rounds: int = 100
    """Times that states are collected and then learned from."""
    environments: int = 64
    """Characters side by side."""
    horizon: int = 64
    """Steps that each makes in a round."""
    capacity: int = 131_072
    """States remembered, the latest."""
    taught: int = 2
    """Rounds at first in which the teacher drives."""
    noise: float = 0.05
    """Deviation of the teacher's actions there, radians."""
    push: float = 150.0
    """Pushes come up to so many newtons."""
    weak: float | None = None
    """Degrees from the heading, to the left, near which half of the pushes go."""
    steer: float = 0.0
    """The reference's heading wanders at up to so many degrees a second, and its speed varies."""
    updates: int = 120
    """Batches learned from in a round."""
    minibatch: int = 512
    """States in a batch."""
    rate: float = 5e-4
    """Learning rate at first; it falls to a fiftieth."""


class Actor:
    """An ONNX actor as a teacher."""

    def __init__(self, path: Path) -> None:
        self.digest = sha256(path.read_bytes()).hexdigest()
        self._model = load_model(path, engine="numpy")

    def as_residuals(self, env: ImitationEnv, states: Tensor) -> Tensor:
        """What it would do in ``states`` (N, 197) as residuals (N, 28) on the clip of ``env``."""
        action = self._model.run({"state": states.numpy()})["action"]
        return torch.from_numpy(env.table.residuals(env.times, target_pose(action)))


class Run(Dagger):
    """A distillation. first: an ONNX actor whose weights the student starts from.

    entries: moments to take over at.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        teacher: Teacher | Actor,
        settings: Settings,
        threads: int = 1,
        first: Path | None = None,
        entries: Entries | None = None,
    ) -> None:
        entered = {} if entries is None else {"entries": digest(entries)}
        teacher_is = teacher.digest if isinstance(teacher, Actor) else digest(teacher)
        super().__init__("student", settings, motion=digest(clip), teacher=teacher_is, **entered)
        self.settings, self._first, self._teacher = settings, first, teacher
        self.actor = new_actor()
        steer = np.radians(settings.steer)
        env = ImitationEnv(
            clip, VIEWER, settings.environments, settings.seed, settings.push,
            None if settings.weak is None else np.radians(settings.weak),
            threads=threads, steer=steer, entries=entries,
        )  # fmt: skip
        self.learn_in(env, settings, ("actor", self.actor), self.actor.network, ACTION_SIZE)

    def drive(self, states: Tensor) -> np.ndarray:
        env, teacher, s = self.env, self._teacher, self.settings
        residuals = (
            teacher.as_residuals(env, states)
            if isinstance(teacher, Actor)
            else teacher.residuals(teacher.normal(states)).double()
        )
        wanted = env.residual_targets(residuals.numpy())
        self.memory.add(states, torch.from_numpy(wanted[:, _JOINTS]))
        if self.done < s.taught:
            draw = torch.randn(env.count, RESIDUAL_SIZE, generator=self.chance)
            return env.residual_targets((residuals + s.noise * draw).numpy())
        return target_pose(self.actor(states).numpy())

    def error(self, states: Tensor, targets: Tensor) -> Tensor:
        return action_error(self.actor(states), targets)

    def begin(self) -> None:
        """Normalises by the first states; the first action is the mean target, or ``first``'s."""
        count = len(self.memory)
        if self._first is not None:
            given = unfold(self._first, self.memory.states[:count])
            self.actor.load_state_dict(given.state_dict())
            return
        self.actor.inputs.update(self.memory.states[:count])
        mean = self.memory.targets[:count].mean(dim=0).double().numpy()
        pose = np.concatenate([np.zeros(POSE_SIZE - ACTION_SIZE), mean])
        self.actor.shift.copy_(torch.from_numpy(action_of(pose)))
