"""The task that policies are trained on: imitate a clip, stay up, endure pushes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from character.anatomy import (
    BALL_POSE,
    BALLS,
    HINGE_POSE,
    HINGES,
    NAMES,
    POLICY_HZ,
    POSE_SIZE,
    RATE_SIZE,
    ROOT_ROTATION,
)
from character.body import Body
from character.reference import ReferenceClip
from character.simulation import may_touch
from motion import quat

from .crowd import Crowd, Instants, Physics, Reference

RESIDUAL_SIZE = 3 * len(BALLS) + len(HINGES)
EPISODE_SECONDS = 20.0
_LOOK_AHEAD = 0.117  # s: at best the target leads the pose by the lag of the joints
_TABLE_HZ = 240
_LOW, _CROUCH = 0.55, 0.15  # m: how low a root is a fall, and how far below the clip at least
_PUSH_STEPS, _PUSH_EVERY = 6, (75, 91)  # of 1/30 s: 0.2 s, every 2.5 to 3 s
_GROUND = [0, 2]


class ClipTable:
    """A clip sampled finely, to look up for many characters at once."""

    def __init__(self, clip: ReferenceClip, body: Body) -> None:
        self.clip = clip
        count = max(int(np.ceil(clip.duration * _TABLE_HZ)), 2)
        self._last = count - 1
        times = np.linspace(0, clip.duration * (1 - 1e-9), count)
        instants = [body.at(*clip.at(time)) for time in times]
        whole = Instants(
            **{
                field.name: np.array([getattr(instant, field.name) for instant in instants])
                for field in fields(Instants)
            }
        )
        whole.pose[:, _ROTATIONS] = quat.continuous(whole.pose[:, _ROTATIONS])
        drift = body.masses @ whole.linear / body.masses.sum()
        ends = whole.ends.reshape(count, -1)
        self._rows = np.concatenate([whole.pose, whole.rates, ends, drift], axis=1)

    @property
    def lowest_root(self) -> float:
        """Height of the root at its lowest, metres."""
        return float(self._rows[:, 1].min())

    def cycles(self, times: np.ndarray) -> np.ndarray:
        """Whole cycles before ``times`` (N,); 0 for a clip that does not wrap."""
        return times // self.clip.duration if self.clip.loop else np.zeros_like(times)

    def at(self, times: np.ndarray) -> Reference:
        """The clip at ``times`` (N,) s; the root's place is that in the first cycle."""
        within = times - self.cycles(times) * self.clip.duration
        place = np.clip(within / self.clip.duration, 0, 1) * self._last
        row = np.minimum(place.astype(int), self._last - 1)
        share = (place - row)[:, None]
        values = (1 - share) * self._rows[row] + share * self._rows[row + 1]
        pose, rates, ends, drift = np.split(values, _COLUMNS, axis=1)
        pose[:, _ROTATIONS] = quat.normalize(pose[:, _ROTATIONS])
        return Reference(pose, rates, ends.reshape(-1, 4, 3), drift)

    def targets(self, times: np.ndarray, residuals: np.ndarray) -> np.ndarray:
        """Target poses (N, 43): the clip a little after ``times``, turned by (N, 28) rad."""
        target = self.at(times + _LOOK_AHEAD).pose
        vectors = residuals[:, : -len(HINGES)].reshape(-1, len(BALLS), 3)
        target[:, BALL_POSE] = quat.mul(target[:, BALL_POSE], quat.exp(vectors))
        target[:, HINGE_POSE] += residuals[:, -len(HINGES) :]
        return target


_COLUMNS = np.cumsum([POSE_SIZE, RATE_SIZE, 12])
_ROTATIONS = np.concatenate([[np.arange(POSE_SIZE)[ROOT_ROTATION]], BALL_POSE])


@dataclass(frozen=True)
class Outcome:
    """What a step led to, each (N,): reward in [0, 1], fallen, over (in time, not by a fall)."""

    reward: np.ndarray
    fallen: np.ndarray
    over: np.ndarray


class ImitationEnv:
    """N characters that imitate ``clip`` from random moments on, for at most ``seconds``.

    push: force in newtons up to which pushes come, 0 for none. strict: a root far below that of
    the clip is a fall already. Draws come from ``seed``.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        physics: Physics,
        count: int,
        seed: int,
        push: float = 0.0,
        seconds: float = EPISODE_SECONDS,
        threads: int = 1,
        strict: bool = False,
    ) -> None:
        self.count = count
        self.crowd = Crowd(physics, count, threads)
        body = self.crowd.body
        self.table = ClipTable(clip, body)
        touching = may_touch(body, clip)
        self._falls = [b for b in range(len(NAMES)) if b not in touching]
        self._low = min(_LOW, self.table.lowest_root - _CROUCH) if strict else -np.inf
        self._seconds, self._push = seconds, push
        self._chance = np.random.default_rng(seed)
        self._start, self._origin = np.zeros(count), np.zeros((count, 2))
        self._steps = np.zeros(count, int)
        self._next_push = np.zeros(count, int)
        self._force = np.zeros((count, 3))
        self.reset(np.arange(count))

    def reset(self, rows: np.ndarray) -> None:
        """Starts characters ``rows`` (n,) anew at random moments of the clip."""
        if not len(rows):
            return
        self._start[rows] = self._chance.uniform(0, self.table.clip.duration, len(rows))
        self._steps[rows], self._origin[rows], self._force[rows] = 0, 0, 0
        self._next_push[rows] = self._chance.integers(*_PUSH_EVERY, len(rows))
        reference = self.table.at(self._start[rows])
        self.crowd.place(rows, reference.pose, reference.rates)

    @property
    def times(self) -> np.ndarray:
        """Seconds into the clip (N,), cycles included."""
        return self._start + self._steps / POLICY_HZ

    def states(self) -> np.ndarray:
        """What policies see (N, 197) float32."""
        return self.crowd.read().states((self.times / self.table.clip.duration) % 1.0)

    def residual_targets(self, residuals: np.ndarray) -> np.ndarray:
        """Target poses (N, 43) of now, as ``ClipTable.targets`` has them."""
        return self.table.targets(self.times, residuals)

    def step(self, targets: np.ndarray) -> Outcome:
        """1/30 s towards target poses (N, 43); who falls or is over waits for a reset."""
        before = self.table.cycles(self.times)
        wild = self.crowd.step(targets, self._forces())
        self._steps += 1
        here, reference = self.crowd.read(), self.table.at(self.times)
        wrapped = self.table.cycles(self.times) > before
        place = here.pose[wrapped][:, _GROUND] - reference.pose[wrapped][:, _GROUND]
        self._origin[wrapped] = place
        reference.pose[:, _GROUND] += self._origin
        low = (here.lowest[:, self._falls] <= 0).any(axis=1)
        fallen = wild | low | (here.pose[:, 1] < self._low)
        ended = (self.times >= self.table.clip.duration) & (not self.table.clip.loop)
        late = self._steps >= self._seconds * POLICY_HZ
        reward = np.where(fallen, 0.0, self.crowd.rewards(here, reference))
        return Outcome(reward, fallen, (ended | late) & ~fallen)

    def _forces(self) -> np.ndarray:
        """The pushes of this step (N, 3): level, of random strength and direction."""
        if self._push:
            begin = np.flatnonzero(self._steps == self._next_push)
            end = np.flatnonzero(self._steps == self._next_push + _PUSH_STEPS)
            angle = self._chance.uniform(0, 2 * np.pi, len(begin))
            size = self._chance.uniform(0, self._push, len(begin))
            self._force[begin, 0] = size * np.cos(angle)
            self._force[begin, 2] = size * np.sin(angle)
            self._force[end] = 0
            self._next_push[end] += self._chance.integers(*_PUSH_EVERY, len(end))
        return self._force

    def snapshot(self) -> dict[str, Any]:
        """Everything to go on from, to the bit."""
        return {
            "physics": self.crowd.batch.state.copy(),
            "chance": self._chance.bit_generator.state,
            **{name: getattr(self, name).copy() for name in _MEMORY},
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Goes back to a snapshot."""
        self._chance.bit_generator.state = snapshot["chance"]
        for name in _MEMORY:
            getattr(self, name)[:] = snapshot[name]
        self.crowd.restore(snapshot["physics"])


_MEMORY = ("_start", "_origin", "_steps", "_next_push", "_force")
