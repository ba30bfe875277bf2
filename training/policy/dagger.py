"""One network learns from another what to do, in the states it comes to itself.

DAgger (Ross, Gordon & Bagnell, "A reduction of imitation learning and structured prediction to
no-regret online learning", 2011): the learner drives, the other says what it would have done.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from character.anatomy import POLICY_HZ, STATE_SIZE
from training.run import ResumableRun

from .imitation_env import EPISODE_SECONDS, ImitationEnv
from .memory import Memory


class DaggerSettings(Protocol):
    """What every such run is told: how much is collected, remembered and learned from."""

    @property
    def rounds(self) -> int: ...
    @property
    def horizon(self) -> int: ...
    @property
    def capacity(self) -> int: ...
    @property
    def updates(self) -> int: ...
    @property
    def minibatch(self) -> int: ...
    @property
    def rate(self) -> float: ...


class Dagger(ResumableRun):
    """Collects and learns in rounds, and counts them.

    A run says in ``learn_in`` what learns, once its networks are there.
    """

    checkpoint_every = 10

    def learn_in(
        self,
        env: ImitationEnv,
        settings: DaggerSettings,
        learner: tuple[str, nn.Module],
        learned: nn.Module,
        targets: int,
    ) -> None:
        """``learner``, a network by its name, learns in ``env``; ``learned``: the part of it that
        is trained. targets: so many numbers are learned for each state.
        """
        self._lesson, self.env = settings, env
        self.memory = Memory(settings.capacity, STATE_SIZE, targets)
        self._optimizer = torch.optim.Adam(learned.parameters(), settings.rate)
        self._schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
            self._optimizer, settings.rounds * settings.updates, settings.rate / 50
        )
        self.parts = {
            learner[0]: learner[1],
            "memory": self.memory,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
            "environments": env,
        }

    @abstractmethod
    def drive(self, states: Tensor) -> np.ndarray:
        """Target poses for ``states`` (N, 197); what should have been done is remembered."""

    @abstractmethod
    def error(self, states: Tensor, targets: Tensor) -> Tensor:
        """How far the learner is from ``targets`` in ``states``."""

    @abstractmethod
    def begin(self) -> None:
        """The first states are remembered, and nothing has been learned from them."""

    def advance(self) -> dict[str, float]:
        """One round: collect, then learn. What is told of it, by name."""
        reward, falls = self._collect()
        if self.done == 0:
            self.begin()
        errors = []
        for _ in range(self._lesson.updates):
            error = self.error(*self.memory.draw(self._lesson.minibatch, self.chance))
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
        """Mean reward and falls in 20 s of the states that are remembered now."""
        env, rewards, falls = self.env, [], 0
        for _ in range(self._lesson.horizon):
            outcome = env.step(self.drive(torch.from_numpy(env.states())))
            env.reset(np.flatnonzero(outcome.fallen | outcome.over))
            rewards.append(outcome.reward.mean())
            falls += int(outcome.fallen.sum())
        seconds = self._lesson.horizon * env.count / POLICY_HZ
        return float(np.mean(rewards)), falls * EPISODE_SECONDS / seconds
