"""Rollouts for PPO: by characters of this process, or as tasks for any number of workers.

A task keeps nothing where it runs: it takes the policy, a seed, the number of steps and how its
characters stand, and gives back what they did and how they stand then. The characters are cut into
the same groups whoever simulates them, and what was gathered is put together in the order of the
groups, so that the result is the same to the bit for one worker and for many.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from character.reference import ReferenceClip

from .crowd import TRAINING
from .entries import Entries
from .imitation_env import RESIDUAL_SIZE, ImitationEnv
from .networks import Teacher

GROUP = 16
"""Characters that one task simulates."""


@dataclass(frozen=True, eq=False)
class Rollout:
    """T steps of N characters: states (T, N, 197), actions (T, N, 28), the rest (T, N).

    rewards: what is learned from, of ``imitation`` and ``steering``.
    """

    states: Tensor
    actions: Tensor
    rewards: Tensor
    imitation: Tensor
    steering: Tensor
    fallen: Tensor
    over: Tensor


@dataclass(frozen=True, eq=False)
class Task:
    """``count`` characters that imitate ``clip``; steer in rad/s, weak in radians."""

    clip: ReferenceClip
    count: int
    seed: int
    push: float
    steer: float
    entries: Entries | None
    weak: float | None = None

    def environment(self, threads: int = 1) -> ImitationEnv:
        """The characters at the beginning."""
        return ImitationEnv(
            self.clip,
            TRAINING,
            self.count,
            self.seed,
            self.push,
            self.weak,
            threads=threads,
            strict=True,
            steer=self.steer,
            entries=self.entries,
        )


@torch.no_grad()
def rollout_of(
    env: ImitationEnv,
    teacher: Teacher,
    noise: float,
    share: float,
    steps: int,
    chance: torch.Generator,
) -> tuple[Rollout, Tensor]:
    """``steps`` steps of all characters of ``env``, and their states (N, 197) after them.

    noise: deviation of the actions, radians. share: of the reward that steering earns.
    """
    told: list[tuple[Tensor, ...]] = []
    for _ in range(steps):
        states = torch.from_numpy(env.states())
        means = teacher.residuals(teacher.normal(states))
        actions = means + noise * torch.randn(env.count, RESIDUAL_SIZE, generator=chance)
        outcome = env.step(env.residual_targets(actions.numpy().astype(np.float64)))
        env.reset(np.flatnonzero(outcome.fallen | outcome.over))
        earned = [x.astype(np.float32) for x in (outcome.reward, outcome.steering)]
        outcomes = map(torch.from_numpy, (*earned, outcome.fallen, outcome.over))
        told.append((states, actions, *outcomes))
    columns = (torch.stack(column) for column in zip(*told, strict=True))
    states, actions, imitation, steering, fallen, over = columns
    rewards = (1 - share) * imitation + share * steering
    rollout = Rollout(states, actions, rewards, imitation, steering, fallen, over)
    return rollout, torch.from_numpy(env.states())


def gather(
    task: Task,
    policy: dict[str, Tensor],
    noise: float,
    share: float,
    seed: int,
    steps: int,
    state: dict[str, Any] | None,
) -> tuple[Rollout, Tensor, dict[str, Any]]:
    """The task: what ``rollout_of`` gives, and how the characters stand then.

    policy: the weights of a Teacher. seed: of the actions. state: how they stood, None at first.
    """
    torch.set_num_threads(1)  # whoever started this process: other numbers round otherwise
    with threadpool_limits(1):
        env = task.environment()
        if state is not None:
            env.load_state_dict(state)
        teacher = Teacher()
        teacher.load_state_dict(policy)
        chance = torch.Generator().manual_seed(seed)
        rollout, after = rollout_of(env, teacher, noise, share, steps, chance)
        return rollout, after, env.state_dict()


class Gathering:
    """All characters of a run, in groups, each of which is a task of every round."""

    def __init__(self, executor: Executor, whole: Task) -> None:
        self._executor = executor
        counts = [GROUP] * (whole.count // GROUP)
        counts += [whole.count % GROUP] if whole.count % GROUP else []
        seeds = np.random.SeedSequence(whole.seed).spawn(len(counts))
        self._tasks = [
            replace(whole, count=count, seed=_number(seed))
            for count, seed in zip(counts, seeds, strict=True)
        ]
        self._states: list[dict[str, Any] | None] = [None] * len(counts)
        self._round = 0

    def collect(
        self, teacher: Teacher, noise: float, share: float, steps: int
    ) -> tuple[Rollout, Tensor]:
        """As ``rollout_of``, for all groups in their order. Raises ValueError: nobody answers."""
        policy = {name: value.clone() for name, value in teacher.state_dict().items()}
        asked = [
            (task, policy, noise, share, _number(np.random.SeedSequence([task.seed, self._round])))
            for task in self._tasks
        ]
        try:
            futures = [
                self._executor.submit(gather, *one, steps, state)
                for one, state in zip(asked, self._states, strict=True)
            ]
            told = [future.result() for future in futures]
        except (CancelledError, OSError):
            raise ValueError(
                "The scheduler is lost; go on from the last checkpoint with --resume."
            ) from None
        self._states = [state for _, _, state in told]
        self._round += 1
        names = Rollout.__dataclass_fields__
        columns = {
            name: torch.cat([getattr(rollout, name) for rollout, _, _ in told], dim=1)
            for name in names
        }
        return Rollout(**columns), torch.cat([after for _, after, _ in told])

    def state_dict(self) -> dict[str, Any]:
        """Everything to go on from, to the bit."""
        return {"round": self._round, "groups": list(self._states)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes back to a state."""
        self._round, self._states = state["round"], list(state["groups"])


def _number(seed: np.random.SeedSequence) -> int:
    return int(seed.generate_state(1)[0])
