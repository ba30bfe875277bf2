"""A teacher's skill in the network that ships: absolute targets, in the viewer's physics.

DAgger (Ross, Gordon & Bagnell, "A reduction of imitation learning and structured prediction to
no-regret online learning", 2011): the student drives, the teacher says what it would have done.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from character.action import action_of, target_pose
from character.anatomy import ACTION_SIZE, POLICY_HZ, POSE_SIZE, STATE_SIZE
from character.reference import ReferenceClip
from training.curves import write_curve
from training.run import as_arrays, as_tensors, progress_bar, save_checkpoint

from .crowd import VIEWER
from .imitation_env import EPISODE_SECONDS, RESIDUAL_SIZE, ImitationEnv
from .networks import Teacher, action_error, new_actor
from .ppo import digest

_CHECKPOINT_ROUNDS = 10
_JOINTS = slice(POSE_SIZE - ACTION_SIZE, POSE_SIZE)


@dataclass(frozen=True)
class Settings:
    """Everything that decides a distillation, apart from its clip and teacher.

    capacity: states remembered. taught: rounds in which the teacher drives, with ``noise`` rad.
    """

    seed: int = 0
    rounds: int = 100
    environments: int = 64
    horizon: int = 64
    capacity: int = 131_072
    taught: int = 2
    noise: float = 0.05
    push: float = 150.0
    updates: int = 120
    minibatch: int = 512
    rate: float = 5e-4


class Run:
    """A distillation that can stop after any round and go on as if it had not."""

    def __init__(
        self, clip: ReferenceClip, teacher: Teacher, settings: Settings, threads: int = 1
    ) -> None:
        torch.manual_seed(settings.seed)
        self._chance = torch.Generator().manual_seed(settings.seed)
        self.settings = settings
        self.round = 0
        self.curve: list[dict[str, float]] = []
        self.actor = new_actor()
        self._teacher = teacher
        self._task = digest(clip, teacher)
        self._env = ImitationEnv(
            clip, VIEWER, settings.environments, settings.seed, settings.push, threads=threads
        )
        self._states = torch.empty(settings.capacity, STATE_SIZE)
        self._targets = torch.empty(settings.capacity, ACTION_SIZE)
        self._seen = 0
        self._optimizer = torch.optim.Adam(self.actor.network.parameters(), settings.rate)
        self._schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
            self._optimizer, settings.rounds * settings.updates, settings.rate / 50
        )

    def train(self, checkpoint: Path, until: int | None = None) -> None:
        """Train to ``until`` rounds (all by default), saving to ``checkpoint``."""
        last = self.settings.rounds if until is None else min(until, self.settings.rounds)
        name = checkpoint.stem
        with progress_bar() as progress:
            task = progress.add_task(name, total=self.settings.rounds, completed=self.round)
            while self.round < last:
                self.curve.append(self.advance())
                told = ", ".join(f"{key} {value:.3g}" for key, value in self.curve[-1].items())
                progress.update(task, completed=self.round, description=f"{name}, {told}")
                if self.round % _CHECKPOINT_ROUNDS == 0 or self.round == last:
                    self.save(checkpoint)

    def advance(self) -> dict[str, float]:
        """One round: collect, then learn. What is told of it, by name."""
        reward, falls = self._collect()
        if self.round == 0:
            self._begin()
        errors = []
        for _ in range(self.settings.updates):
            count = min(self._seen, self.settings.capacity)
            index = torch.randint(count, (self.settings.minibatch,), generator=self._chance)
            error = action_error(self.actor(self._states[index]), self._targets[index])
            self._optimizer.zero_grad()
            error.backward()
            self._optimizer.step()
            self._schedule.step()
            errors.append(error.item())
        self.round += 1
        return {
            "round": self.round,
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
            place = (self._seen + torch.arange(env.count)) % s.capacity
            self._states[place] = states
            self._targets[place] = torch.from_numpy(wanted[:, _JOINTS]).float()
            self._seen += env.count
            if self.round < s.taught:
                draw = torch.randn(env.count, RESIDUAL_SIZE, generator=self._chance)
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
        """Normalises by the first states; the first action is the mean target."""
        self.actor.inputs.update(self._states[: self._seen])
        mean = self._targets[: self._seen].mean(dim=0).double().numpy()
        pose = np.concatenate([np.zeros(POSE_SIZE - ACTION_SIZE), mean])
        self.actor.shift.copy_(torch.from_numpy(action_of(pose)))

    def save(self, path: Path) -> None:
        """Writes the checkpoint, and the learning curve beside it."""
        state = {
            "settings": asdict(self.settings),
            "task": self._task,
            "round": self.round,
            "curve": self.curve,
            "actor": self.actor.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "states": self._states,
            "targets": self._targets,
            "seen": self._seen,
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
                f"{path}: made with other settings, another motion or teacher; train without "
                "--resume or with the same ones"
            )
        self.actor.load_state_dict(state["actor"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self._states[:], self._targets[:] = state["states"], state["targets"]
        self.round, self._seen, self.curve = state["round"], state["seen"], state["curve"]
        self._chance.set_state(state["random"])
        self._env.restore(as_arrays(state["environments"]))
