"""A teacher that does what a shipped actor does, to be taught on: the way back of ``distill``.

After the first rounds the teacher drives, and the actor says what it would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from character.action import target_pose
from character.reference import ReferenceClip
from inference import load_model

from .crowd import TRAINING
from .dagger import Dagger
from .imitation_env import RESIDUAL_SIZE, ImitationEnv
from .networks import Teacher
from .ppo import digest


@dataclass(frozen=True)
class Settings:
    """Everything that decides a clone, apart from its clip and actor."""

    seed: int = 0
    """Of the first weights and of every draw."""
    rounds: int = 60
    """Times that states are collected and then learned from."""
    environments: int = 128
    """Characters side by side."""
    horizon: int = 32
    """Steps that each makes in a round."""
    capacity: int = 131_072
    """States remembered, the latest."""
    shown: int = 8
    """Rounds at first in which the actor drives."""
    noise: float = 0.05
    """Deviation of what drives, radians."""
    push: float = 150.0
    """Pushes come up to so many newtons."""
    steer: float = 30.0
    """The reference's heading wanders at up to so many degrees a second, and its speed varies."""
    updates: int = 150
    """Batches learned from in a round."""
    minibatch: int = 512
    """States in a batch."""
    rate: float = 1e-3
    """Learning rate at first; it falls to a fiftieth."""


class Run(Dagger):
    """Makes a teacher of the ONNX file ``actor``."""

    def __init__(
        self, clip: ReferenceClip, actor: Path, settings: Settings, threads: int = 1
    ) -> None:
        super().__init__("clone", settings, motion=digest(clip), actor=actor.name)
        self.settings, self.teacher = settings, Teacher()
        self._model = load_model(actor, engine="numpy")
        steer = np.radians(settings.steer)
        env = ImitationEnv(
            clip, TRAINING, settings.environments, settings.seed, settings.push,
            threads=threads, strict=True, steer=steer,
        )  # fmt: skip
        learner = "teacher", self.teacher
        self.learn_in(env, settings, learner, self.teacher.actor, RESIDUAL_SIZE)

    def drive(self, states: Tensor) -> np.ndarray:
        env, teacher, s = self.env, self.teacher, self.settings
        action = self._model.run({"state": states.numpy()})["action"]
        shown = env.table.residuals(env.times, target_pose(action))
        self.memory.add(states, torch.from_numpy(shown))
        taught = self.done >= s.shown
        driven = teacher.residuals(teacher.normal(states)).numpy() if taught else shown
        draw = torch.randn(env.count, RESIDUAL_SIZE, generator=self.chance).numpy()
        return env.residual_targets(driven + s.noise * draw)

    def error(self, states: Tensor, targets: Tensor) -> Tensor:
        told = self.teacher.residuals(self.teacher.normal(states))
        return (told - targets).square().sum(dim=1).mean()

    def begin(self) -> None:
        self.teacher.normalizer.update(self.memory.states[: len(self.memory)])
