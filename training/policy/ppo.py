"""Training of teachers by proximal policy optimisation (Schulman et al., 2017).

The policy draws residuals on the clip from a normal distribution whose deviation shrinks with
the samples seen; advantages by Schulman et al., "High-dimensional continuous control using
generalized advantage estimation", 2016.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from character.anatomy import POLICY_HZ
from character.reference import ReferenceClip
from training.curves import write_curve
from training.run import as_arrays, as_tensors, progress_bar, save_checkpoint

from .crowd import TRAINING
from .imitation_env import EPISODE_SECONDS, RESIDUAL_SIZE, ImitationEnv
from .networks import Teacher

_CHECKPOINT_ROUNDS = 20
_RATES = (1e-5, 1e-3)


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, apart from its clip, first weights and length.

    noise, least_noise: deviation of the actions at first and at least, radians. push: newtons.
    """

    seed: int = 0
    push: float = 0.0
    environments: int = 128
    horizon: int = 32
    epochs: int = 5
    minibatch: int = 512
    discount: float = 0.95
    trace: float = 0.95
    clip: float = 0.2
    farthest_advantage: float = 4.0
    actor_rate: float = 1e-4
    critic_rate: float = 1e-3
    kl: float = 0.02
    noise: float = 0.06
    least_noise: float = 0.04
    noise_samples: float = 6e6


@dataclass(frozen=True, eq=False)
class Rollout:
    """T steps of N characters: states (T, N, 197), actions (T, N, 28), the rest (T, N)."""

    states: Tensor
    actions: Tensor
    rewards: Tensor
    fallen: Tensor
    over: Tensor


def advantages(
    rewards: Tensor,
    values: Tensor,
    fallen: Tensor,
    over: Tensor,
    discount: float,
    trace: float,
) -> Tensor:
    """Generalised advantages (T, N) of rewards (T, N) and values (T + 1, N).

    Nothing is earned after a fall; an episode that is over goes on as good as it was.
    """
    ahead = torch.where(over, values[:-1], values[1:]) * ~fallen
    surprise = rewards + discount * ahead - values[:-1]
    carried = discount * trace * ~(fallen | over)
    result, sum_ahead = torch.empty_like(rewards), torch.zeros_like(rewards[0])
    for step in reversed(range(len(rewards))):
        sum_ahead = surprise[step] + carried[step] * sum_ahead
        result[step] = sum_ahead
    return result


class Run:
    """A training run that can stop after any round and go on as if it had not.

    first: the teacher to start from; a new one by default.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        settings: Settings,
        threads: int = 1,
        first: Teacher | None = None,
    ) -> None:
        torch.manual_seed(settings.seed)
        self._chance = torch.Generator().manual_seed(settings.seed)
        self.settings = settings
        self.samples = 0
        self.curve: list[dict[str, float]] = []
        self.teacher = Teacher()
        if first is not None:
            self.teacher.load_state_dict(first.state_dict())
        self._task = digest(clip, self.teacher)
        self._env = ImitationEnv(
            clip,
            TRAINING,
            settings.environments,
            settings.seed,
            settings.push,
            threads=threads,
            strict=True,
        )
        self._actor = torch.optim.Adam(self.teacher.actor.parameters(), settings.actor_rate)
        self._critic = torch.optim.Adam(self.teacher.critic.parameters(), settings.critic_rate)

    def train(self, checkpoint: Path, samples: int) -> None:
        """Train until ``samples`` have been seen, saving to ``checkpoint``."""
        name = checkpoint.stem
        with progress_bar() as progress:
            task = progress.add_task(name, total=samples, completed=self.samples)
            while self.samples < samples:
                self.curve.append(self.advance())
                report = self.curve[-1]
                told = f"reward {report['reward']:.3f}, falls {report['falls_per_20_s']:.2f} / 20 s"
                progress.update(task, completed=self.samples, description=f"{name}, {told}")
                if len(self.curve) % _CHECKPOINT_ROUNDS == 0 or self.samples >= samples:
                    self.save(checkpoint)

    @property
    def noise(self) -> float:
        """Deviation of the actions now, radians."""
        s = self.settings
        return max(s.least_noise, s.noise * float(np.exp(-self.samples / s.noise_samples)))

    def advance(self) -> dict[str, float]:
        """One round: collect, then learn. What is told of it, by name."""
        noise = self.noise
        if self.teacher.normalizer.count == 0:
            self.teacher.normalizer.update(self._collect(noise)[0].states.flatten(0, 1))
        rollout, states = self._collect(noise)
        kl, error = self._learn(rollout, states, noise)
        rate = self._actor.param_groups[0]["lr"]
        if kl > 2 * self.settings.kl or kl < self.settings.kl / 2:
            rate *= 1.5 if kl < self.settings.kl else 1 / 1.5
            self._actor.param_groups[0]["lr"] = min(max(rate, _RATES[0]), _RATES[1])
        self.samples += rollout.rewards.numel()
        seconds = rollout.rewards.numel() / POLICY_HZ
        return {
            "samples": self.samples,
            "reward": rollout.rewards.mean().item(),
            "falls_per_20_s": rollout.fallen.sum().item() * EPISODE_SECONDS / seconds,
            "kl": kl,
            "value_error": error,
            "actor_rate": rate,
            "noise": noise,
        }

    @torch.no_grad()
    def _collect(self, noise: float) -> tuple[Rollout, Tensor]:
        """T steps, and the states (N, 197) after them."""
        s, env = self.settings, self._env
        steps: list[tuple[Tensor, ...]] = []
        for _ in range(s.horizon):
            states = torch.from_numpy(env.states())
            means = self.teacher.residuals(self.teacher.normal(states))
            draw = torch.randn(env.count, RESIDUAL_SIZE, generator=self._chance)
            actions = means + noise * draw
            outcome = env.step(env.residual_targets(actions.numpy().astype(np.float64)))
            env.reset(np.flatnonzero(outcome.fallen | outcome.over))
            told = (outcome.reward.astype(np.float32), outcome.fallen, outcome.over)
            steps.append((states, actions, *map(torch.from_numpy, told)))
        rollout = Rollout(*(torch.stack(column) for column in zip(*steps, strict=True)))
        return rollout, torch.from_numpy(env.states())

    def _learn(self, rollout: Rollout, after: Tensor, noise: float) -> tuple[float, float]:
        """Updates both networks; the change of the policy as KL, the squared value error."""
        s, teacher = self.settings, self.teacher
        with torch.no_grad():
            states = teacher.normal(rollout.states.flatten(0, 1))
            values = teacher.values(torch.cat([states, teacher.normal(after)]))
            values = values.unflatten(0, (-1, s.environments))
            rewards = rollout.rewards * (1 - s.discount)  # values lie in [0, 1]
            gain = advantages(
                rewards, values, rollout.fallen, rollout.over, s.discount, s.trace
            ).flatten()
            returns = gain + values[:-1].flatten()
            gain = (gain - gain.mean()) / (gain.std() + 1e-6)
            gain = gain.clamp(-s.farthest_advantage, s.farthest_advantage)
            old = teacher.residuals(states)
        actions = rollout.actions.flatten(0, 1)
        before = (actions - old).square().sum(dim=1)
        errors = []
        for _ in range(s.epochs):
            order = torch.randperm(len(states), generator=self._chance)
            for index in order.split(s.minibatch):
                means = teacher.residuals(states[index])
                now = (actions[index] - means).square().sum(dim=1)
                ratio = ((before[index] - now) / (2 * noise**2)).exp()
                near = ratio.clamp(1 - s.clip, 1 + s.clip)
                better = torch.minimum(ratio * gain[index], near * gain[index])
                _descend(self._actor, -better.mean())
                error = (teacher.values(states[index]) - returns[index]).square().mean()
                _descend(self._critic, error)
                errors.append(error.item())
        with torch.no_grad():
            moved = (teacher.residuals(states) - old).square().sum(dim=1).mean()
        teacher.normalizer.update(rollout.states.flatten(0, 1))
        return moved.item() / (2 * noise**2), float(np.mean(errors))

    def save(self, path: Path) -> None:
        """Writes the checkpoint, and the learning curve beside it."""
        state = {
            "settings": asdict(self.settings),
            "task": self._task,
            "samples": self.samples,
            "curve": self.curve,
            "teacher": self.teacher.state_dict(),
            "actor": self._actor.state_dict(),
            "critic": self._critic.state_dict(),
            "random": self._chance.get_state(),
            "environments": as_tensors(self._env.snapshot()),
        }
        save_checkpoint(state, path)
        write_curve(path.with_suffix(".csv"), self.curve)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint; ValueError when it is of another run."""
        state = torch.load(path, weights_only=True)
        if state["settings"] != asdict(self.settings) or state["task"] != self._task:
            raise ValueError(
                f"{path}: made with other settings, another motion or start; train without "
                "--resume or with the same ones"
            )
        self.teacher.load_state_dict(state["teacher"])
        self._actor.load_state_dict(state["actor"])
        self._critic.load_state_dict(state["critic"])
        self.samples, self.curve = state["samples"], state["curve"]
        self._chance.set_state(state["random"])
        self._env.restore(as_arrays(state["environments"]))


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def digest(clip: ReferenceClip, teacher: Teacher) -> str:
    """What tells a clip and the first weights of a run apart from others."""
    content = hashlib.sha256(clip.times.tobytes() + clip.poses.tobytes() + bytes([clip.loop]))
    for tensor in teacher.state_dict().values():
        content.update(tensor.numpy().tobytes())
    return content.hexdigest()
