"""A teacher's skill in the network that ships: absolute targets, in the viewer's physics.

DAgger (Ross, Gordon & Bagnell, "A reduction of imitation learning and structured prediction to
no-regret online learning", 2011): the student drives, the teacher says what it would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from character.action import action_of, target_pose
from character.anatomy import ACTION_SIZE, POLICY_HZ, POSE_SIZE, STATE_SIZE
from character.reference import ReferenceClip
from training.run import ResumableRun

from .crowd import VIEWER
from .imitation_env import EPISODE_SECONDS, RESIDUAL_SIZE, ImitationEnv
from .memory import Memory
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
    steer: float = 0.0
    """The reference's heading wanders at up to so many degrees a second, and its speed varies."""
    updates: int = 120
    """Batches learned from in a round."""
    minibatch: int = 512
    """States in a batch."""
    rate: float = 5e-4
    """Learning rate at first; it falls to a fiftieth."""


class Run(ResumableRun):
    """A distillation; counts rounds.

    first: an ONNX actor whose weights the student starts from.
    """

    checkpoint_every = 10

    def __init__(
        self,
        clip: ReferenceClip,
        teacher: Teacher,
        settings: Settings,
        threads: int = 1,
        first: Path | None = None,
    ) -> None:
        super().__init__("student", settings, motion=digest(clip), teacher=digest(teacher))
        self.settings, self._first = settings, first
        self.actor = new_actor()
        self.memory = Memory(settings.capacity, STATE_SIZE, ACTION_SIZE)
        self._teacher = teacher
        self._env = ImitationEnv(
            clip,
            VIEWER,
            settings.environments,
            settings.seed,
            settings.push,
            threads=threads,
            steer=np.radians(settings.steer),
        )
        self._optimizer = torch.optim.Adam(self.actor.network.parameters(), settings.rate)
        self._schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
            self._optimizer, settings.rounds * settings.updates, settings.rate / 50
        )
        self.parts = {
            "actor": self.actor,
            "memory": self.memory,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
            "environments": self._env,
        }

    def advance(self) -> dict[str, float]:
        """One round: collect, then learn. What is told of it, by name."""
        reward, falls = self._collect()
        if self.done == 0:
            self._begin()
        errors = []
        for _ in range(self.settings.updates):
            states, targets = self.memory.draw(self.settings.minibatch, self.chance)
            error = action_error(self.actor(states), targets)
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
        """Remembers states and the teacher's targets; mean reward and falls in 20 s."""
        s, env, teacher = self.settings, self._env, self._teacher
        rewards, falls = [], 0
        for _ in range(s.horizon):
            states = torch.from_numpy(env.states())
            residuals = teacher.residuals(teacher.normal(states)).double()
            wanted = env.residual_targets(residuals.numpy())
            self.memory.add(states, torch.from_numpy(wanted[:, _JOINTS]))
            if self.done < s.taught:
                draw = torch.randn(env.count, RESIDUAL_SIZE, generator=self.chance)
                driven = env.residual_targets((residuals + s.noise * draw).numpy())
            else:
                driven = target_pose(self.actor(states).numpy())
            outcome = env.step(driven)
            env.reset(np.flatnonzero(outcome.fallen | outcome.over))
            rewards.append(outcome.reward.mean())
            falls += int(outcome.fallen.sum())
        seconds = s.horizon * env.count / POLICY_HZ
        return float(np.mean(rewards)), falls * EPISODE_SECONDS / seconds

    def _begin(self) -> None:
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
