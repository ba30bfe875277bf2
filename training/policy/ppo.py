"""Training of teachers by proximal policy optimisation (Schulman et al., 2017).

The policy draws residuals on the clip from a normal distribution whose deviation shrinks with
the samples seen; advantages by Schulman et al., "High-dimensional continuous control using
generalized advantage estimation", 2016.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from character.anatomy import POLICY_HZ
from character.reference import ReferenceClip
from training.run import ResumableRun

from .entries import Entries
from .gathering import Gathering, Rollout, Task, rollout_of
from .imitation_env import EPISODE_SECONDS, ImitationEnv
from .networks import Teacher

_RATES = (1e-5, 1e-3)


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, apart from its clip, first weights and length."""

    seed: int = 0
    """Of the first weights and of every draw."""
    push: float = 0.0
    """Pushes of 0.2 s come every few seconds, up to so many newtons."""
    weak: float | None = None
    """Degrees from the heading, to the left, near which half of the pushes go."""
    steer: float = 0.0
    """The reference's heading wanders at up to so many degrees a second, and its speed varies."""
    steering_weight: float = 0.5
    """Share of the reward, where it is steered, that keeping heading and speed earns."""
    environments: int = 128
    """Characters side by side."""
    horizon: int = 32
    """Steps that each makes between two updates."""
    epochs: int = 5
    """Times that every step is learned from."""
    minibatch: int = 512
    """Steps in one update."""
    gamma: float = 0.95
    """Discount of rewards from step to step."""
    gae_lambda: float = 0.95
    """Decay of the generalised advantage estimate, beside that of ``gamma``."""
    clip_range: float = 0.2
    """How far the ratio of new to old probability may leave 1 and still gain."""
    farthest_advantage: float = 4.0
    """Normalised advantages are cut off there."""
    actor_rate: float = 1e-4
    """Learning rate of the actor at first; it follows ``kl``."""
    critic_rate: float = 1e-3
    """Learning rate of the critic."""
    kl: float = 0.02
    """How far a policy is to move from round to round."""
    noise: float = 0.06
    """Deviation of the actions at first, radians."""
    least_noise: float = 0.04
    """Deviation of the actions at least, radians."""
    noise_samples: float = 6e6
    """Samples after which the deviation has shrunk by e."""
    value_rounds: int = 0
    """Rounds at first in which only the critic learns."""


def advantages(
    rewards: Tensor,
    values: Tensor,
    fallen: Tensor,
    over: Tensor,
    gamma: float,
    gae_lambda: float,
) -> Tensor:
    """Generalised advantages (T, N) of rewards (T, N) and values (T + 1, N).

    Nothing is earned after a fall; an episode that is over goes on as good as it was.
    """
    ahead = torch.where(over, values[:-1], values[1:]) * ~fallen
    surprise = rewards + gamma * ahead - values[:-1]
    carried = gamma * gae_lambda * ~(fallen | over)
    result, sum_ahead = torch.empty_like(rewards), torch.zeros_like(rewards[0])
    for step in reversed(range(len(rewards))):
        sum_ahead = surprise[step] + carried[step] * sum_ahead
        result[step] = sum_ahead
    return result


class Run(ResumableRun):
    """Teaches a teacher; counts samples.

    first: the teacher to start from; a new one by default. entries: moments to take over at.
    executor: has the rollouts gathered as tasks; what comes of it depends on these, and not on how
    many workers there are.
    """

    checkpoint_every = 20

    def __init__(
        self,
        name: str,
        clip: ReferenceClip,
        settings: Settings,
        threads: int = 1,
        first: Teacher | None = None,
        entries: Entries | None = None,
        executor: Executor | None = None,
    ) -> None:
        torch.manual_seed(settings.seed)
        self.teacher = Teacher()
        if first is not None:
            self.teacher.load_state_dict(first.state_dict())
        entered = {} if entries is None else {"entries": digest(entries)}
        if executor is not None:
            entered["gathered"] = "as tasks"
        start = digest(self.teacher)
        super().__init__(name, settings, motion=digest(clip), start=start, **entered)
        self.settings = settings
        steer = np.radians(settings.steer)
        weak = None if settings.weak is None else float(np.radians(settings.weak))
        task = Task(clip, settings.environments, settings.seed, settings.push, steer, entries, weak)
        self._who: Gathering | ImitationEnv
        self._who = task.environment(threads) if executor is None else Gathering(executor, task)
        self._actor = torch.optim.Adam(self.teacher.actor.parameters(), settings.actor_rate)
        self._critic = torch.optim.Adam(self.teacher.critic.parameters(), settings.critic_rate)
        self.parts = {
            "teacher": self.teacher,
            "actor": self._actor,
            "critic": self._critic,
            "environments": self._who,
        }

    @property
    def noise(self) -> float:
        """Deviation of the actions now, radians."""
        s = self.settings
        return max(s.least_noise, s.noise * float(np.exp(-self.done / s.noise_samples)))

    def advance(self) -> dict[str, float]:
        """One round: collect, then learn. What is told of it, by name."""
        noise = self.noise
        if self.teacher.normalizer.count == 0:
            self.teacher.normalizer.update(self.collect(noise)[0].states.flatten(0, 1))
        rollout, states = self.collect(noise)
        kl, error = self.learn(rollout, states, noise)
        rate = self._actor.param_groups[0]["lr"]
        if self._acts and (kl > 2 * self.settings.kl or kl < self.settings.kl / 2):
            rate *= 1.5 if kl < self.settings.kl else 1 / 1.5
            self._actor.param_groups[0]["lr"] = min(max(rate, _RATES[0]), _RATES[1])
        self.done += rollout.rewards.numel()
        seconds = rollout.rewards.numel() / POLICY_HZ
        return {
            "samples": self.done,
            "reward": rollout.imitation.mean().item(),
            "falls_per_20_s": rollout.fallen.sum().item() * EPISODE_SECONDS / seconds,
            "steering": rollout.steering.mean().item(),
            "kl": kl,
            "value_error": error,
            "actor_rate": rate,
            "noise": noise,
        }

    @property
    def _acts(self) -> bool:
        """Whether the actor learns too by now."""
        s = self.settings
        return self.done >= s.value_rounds * s.horizon * s.environments

    @torch.no_grad()
    def collect(self, noise: float) -> tuple[Rollout, Tensor]:
        """T steps, and the states (N, 197) after them."""
        s = self.settings
        share = s.steering_weight if s.steer else 0.0
        if isinstance(self._who, Gathering):
            return self._who.collect(self.teacher, noise, share, s.horizon)
        return rollout_of(self._who, self.teacher, noise, share, s.horizon, self.chance)

    def learn(self, rollout: Rollout, after: Tensor, noise: float) -> tuple[float, float]:
        """Updates both networks; the change of the policy as KL, the squared value error."""
        s, teacher = self.settings, self.teacher
        with torch.no_grad():
            states = teacher.normal(rollout.states.flatten(0, 1))
            gain, returns = self._gains(rollout, states, teacher.normal(after))
            old = teacher.residuals(states)
        actions = rollout.actions.flatten(0, 1)
        before = (actions - old).square().sum(dim=1)
        errors = []
        for _ in range(s.epochs):
            order = torch.randperm(len(states), generator=self.chance)
            for index in order.split(s.minibatch):
                if self._acts:
                    means = teacher.residuals(states[index])
                    now = (actions[index] - means).square().sum(dim=1)
                    ratio = ((before[index] - now) / (2 * noise**2)).exp()
                    near = ratio.clamp(1 - s.clip_range, 1 + s.clip_range)
                    better = torch.minimum(ratio * gain[index], near * gain[index])
                    _descend(self._actor, -better.mean())
                error = (teacher.values(states[index]) - returns[index]).square().mean()
                _descend(self._critic, error)
                errors.append(error.item())
        with torch.no_grad():
            moved = (teacher.residuals(states) - old).square().sum(dim=1).mean()
        teacher.normalizer.update(rollout.states.flatten(0, 1))
        return moved.item() / (2 * noise**2), float(np.mean(errors))

    def _gains(self, rollout: Rollout, states: Tensor, after: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised advantages (T * N,) and the returns (T * N,) that the critic learns."""
        s = self.settings
        values = self.teacher.values(torch.cat([states, after])).unflatten(0, (-1, s.environments))
        rewards = rollout.rewards * (1 - s.gamma)  # values lie in [0, 1]
        gain = advantages(
            rewards, values, rollout.fallen, rollout.over, s.gamma, s.gae_lambda
        ).flatten()
        returns = gain + values[:-1].flatten()
        gain = (gain - gain.mean()) / (gain.std() + 1e-6)
        return gain.clamp(-s.farthest_advantage, s.farthest_advantage), returns


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def digest(content: ReferenceClip | Entries | torch.nn.Module) -> str:
    """What tells a clip, moments, or the weights of a network, apart from others."""
    if isinstance(content, ReferenceClip):
        parts = [content.times.tobytes(), content.poses.tobytes(), bytes([content.loop])]
    elif isinstance(content, Entries):
        parts = [part.tobytes() for part in (content.times, content.poses, content.rates)]
    else:
        parts = [tensor.numpy().tobytes() for tensor in content.state_dict().values()]
    return hashlib.sha256(b"".join(parts)).hexdigest()
