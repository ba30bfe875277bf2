"""A teacher that does what a shipped actor does, to be taught on: the way back of ``distill``.

DAgger too: after the first rounds the teacher drives, and the actor says what it would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from character.action import target_pose
from character.anatomy import POLICY_HZ, STATE_SIZE
from character.reference import ReferenceClip
from inference import load_model
from training.run import ResumableRun

from .crowd import TRAINING
from .imitation_env import EPISODE_SECONDS, RESIDUAL_SIZE, ImitationEnv
from .memory import Memory
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


class Run(ResumableRun):
    """Makes a teacher of the ONNX file ``actor``; counts rounds."""

    checkpoint_every = 10

    def __init__(
        self, clip: ReferenceClip, actor: Path, settings: Settings, threads: int = 1
    ) -> None:
        super().__init__("clone", settings, motion=digest(clip), actor=actor.name)
        self.settings = settings
        self.teacher = Teacher()
        self.memory = Memory(settings.capacity, STATE_SIZE, RESIDUAL_SIZE)
        self._model = load_model(actor, engine="numpy")
        self.env = ImitationEnv(
            clip,
            TRAINING,
            settings.environments,
            settings.seed,
            settings.push,
            threads=threads,
            strict=True,
            steer=np.radians(settings.steer),
        )
        self._optimizer = torch.optim.Adam(self.teacher.actor.parameters(), settings.rate)
        self._schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
            self._optimizer, settings.rounds * settings.updates, settings.rate / 50
        )
        self.parts = {
            "teacher": self.teacher,
            "memory": self.memory,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
            "environments": self.env,
        }

    def advance(self) -> dict[str, float]:
        """One round: collect, then learn. What is told of it, by name."""
        reward, falls = self._collect()
        errors = []
        for _ in range(self.settings.updates):
            states, residuals = self.memory.draw(self.settings.minibatch, self.chance)
            told = self.teacher.residuals(self.teacher.normal(states))
            error = (told - residuals).square().sum(dim=1).mean()
            self._optimizer.zero_grad()
            error.backward()
            self._optimizer.step()
            self._schedule.step()
            errors.append(error.item())
        self.done += 1
        return {
            "round": self.done,
            "reward": reward,
            "falls_per_20_s": falls,
            "error": float(np.mean(errors)),
        }

    @torch.no_grad()
    def _collect(self) -> tuple[float, float]:
        """Remembers states and the actor's residuals; mean reward and falls in 20 s."""
        s, env, teacher = self.settings, self.env, self.teacher
        rewards, falls, first = [], 0, len(self.memory) == 0
        for _ in range(s.horizon):
            states = env.states()
            action = self._model.run({"state": states})["action"]
            shown = env.table.residuals(env.times, target_pose(action))
            seen = torch.from_numpy(states)
            self.memory.add(seen, torch.from_numpy(shown))
            taught = self.done >= s.shown
            driven = teacher.residuals(teacher.normal(seen)).numpy() if taught else shown
            draw = torch.randn(env.count, RESIDUAL_SIZE, generator=self.chance).numpy()
            outcome = env.step(env.residual_targets(driven + s.noise * draw))
            env.reset(np.flatnonzero(outcome.fallen | outcome.over))
            rewards.append(outcome.reward.mean())
            falls += int(outcome.fallen.sum())
        if first:
            self.teacher.normalizer.update(self.memory.states[: len(self.memory)])
        seconds = s.horizon * env.count / POLICY_HZ
        return float(np.mean(rewards)), falls * EPISODE_SECONDS / seconds
