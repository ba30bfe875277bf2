"""The critic that ships: the discounted return of the actor that ships."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch

from character.action import target_pose
from character.body import Body
from character.reference import ReferenceClip
from training.run import progress_bar

from .crowd import VIEWER
from .entries import Entries
from .imitation_env import ClipTable, ImitationEnv
from .networks import Shipped, new_critic

GAMMA = 0.95
UNSETTLED = 90
"""Steps before the end of an endless recording whose return is not yet known to 1 %."""
PUSH_NEWTONS = 150.0
_ENVIRONMENTS, _STEPS = 64, 600
_CROWDS, _ASTRAY = 16, 0.5
"""Crowds that begin at moments of this skill or others, and the share of them at a wrong phase: so
a critic learns at which moment and phase its actor can take over."""
_UPDATES, _MINIBATCH, _RATE, _WEIGHT_DECAY = 2500, 512, 5e-4, 0.1


def discounted_returns(rewards: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Sums of 0.95^k times the reward k steps on, over the first axis; none after ``last``.

    rewards, last: (T, ...), the latter true where an episode ends with that step.
    """
    returns, ahead = np.zeros_like(rewards), np.zeros_like(rewards[0])
    for step in reversed(range(len(rewards))):
        ahead = rewards[step] + GAMMA * np.where(last[step], 0, ahead)
        returns[step] = ahead
    return returns


def trained_critic(
    clip: ReferenceClip,
    actor: Shipped,
    seed: int,
    threads: int = 1,
    steps: int = _STEPS,
    updates: int = _UPDATES,
    steer: float = 0.0,
    entries: Entries | None = None,
) -> Shipped:
    """The critic of ``actor`` on ``clip``, from 64 characters, undisturbed and under pushes.

    steps: how many each makes under pushes, and half as many in peace. steer: degrees a second
    up to which they are steered in another half as many. entries: moments of other skills at
    which, beside those of the clip, some more of them begin.
    """
    torch.manual_seed(seed)
    chance = torch.Generator().manual_seed(seed)
    watched = partial(ImitationEnv, clip, VIEWER, _ENVIRONMENTS, seconds=np.inf, threads=threads)
    turn = np.radians(steer)
    own = ClipTable(clip, Body()).moments()
    moments = own if entries is None else own.joined(entries)
    begun = partial(watched, entries=moments, entering=1.0, astray=_ASTRAY)
    seen = [
        _experience(actor, env, count)
        for env, count in (
            (watched(seed, push=PUSH_NEWTONS), steps),
            (watched(seed), steps // 2),
            *([(watched(seed, push=PUSH_NEWTONS, steer=turn), steps // 2)] if steer else []),
            *((begun(seed + n), steps // 6) for n in range(_CROWDS)),
        )
    ]
    states, returns = (torch.cat(parts) for parts in zip(*seen, strict=True))
    critic = new_critic()
    critic.inputs.update(states)
    critic.shift.copy_(returns.double().mean())
    critic.scale.copy_(returns.double().std())
    optimizer = torch.optim.AdamW(critic.network.parameters(), _RATE, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, updates, _RATE / 50)
    with progress_bar() as progress:
        for _ in progress.track(range(updates), description="critic, learning"):
            index = torch.randint(len(states), (_MINIBATCH,), generator=chance)
            error = (critic(states[index])[:, 0] - returns[index]) / critic.scale.float()
            optimizer.zero_grad()
            error.square().mean().backward()
            optimizer.step()
            schedule.step()
    return critic


@torch.no_grad()
def _experience(actor: Shipped, env: ImitationEnv, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    """States (M, 197) under ``actor`` in ``env`` and their returns (M,)."""
    states, rewards, last = [], [], []
    with progress_bar() as progress:
        for _ in progress.track(range(steps), description="critic, watching"):
            states.append(env.states())
            action = actor(torch.from_numpy(states[-1])).numpy()
            outcome = env.step(target_pose(action))
            ended = outcome.fallen | outcome.over
            env.reset(np.flatnonzero(ended))
            rewards.append(outcome.reward)
            last.append(ended)
    returns = discounted_returns(np.array(rewards), np.array(last))
    known = np.logical_or.accumulate(last[::-1])[::-1]
    known[:-UNSETTLED] = True
    return torch.from_numpy(np.array(states)[known]), torch.from_numpy(returns[known]).float()
