"""The task that policies are trained on: imitate a clip, stay up, endure pushes, be steered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import torch

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
from character.steering import steered
from motion import quat
from training.run import as_tensors

from .course import Course
from .crowd import Crowd, Instants, Physics, Reference
from .entries import SHARE, Entries
from .shoves import Shoves

RESIDUAL_SIZE = 3 * len(BALLS) + len(HINGES)
EPISODE_SECONDS = 20.0
_LOOK_AHEAD = 0.117  # s: at best the target leads the pose by the lag of the joints
_TABLE_HZ = 240
_LOW, _CROUCH = 0.55, 0.15  # m: how low a root is a fall, and how far below the clip at least
_LOST = np.radians(70.0)
_GROUND = [0, 2]
_SLOWEST = 0.1  # m/s: a clip that goes on at all
_STANDS = 2.0
"""Seconds after a clip that gets up for which its last pose is held: else it learns to arrive in
that pose, but not in balance."""


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

    @cached_property
    def middle(self) -> Reference:
        """The mean of the clip, one pose (1, 43) about which strides widen."""
        return self._reference(self._rows.mean(axis=0, keepdims=True))

    def moments(self) -> Entries:
        """Every moment of it, to begin at."""
        pose, rates, _, _ = np.split(self._rows, _COLUMNS, axis=1)
        times = np.linspace(0, self.clip.duration * (1 - 1e-9), len(pose))
        poses = pose.copy()
        poses[:, _ROTATIONS] = quat.normalize(pose[:, _ROTATIONS])
        return Entries(poses, rates, times)

    def cycles(self, times: np.ndarray) -> np.ndarray:
        """Whole cycles before ``times`` (N,); 0 for a clip that does not wrap."""
        return times // self.clip.duration if self.clip.loop else np.zeros_like(times)

    def at(self, times: np.ndarray) -> Reference:
        """The clip at ``times`` (N,) s; the root's place is that in the first cycle."""
        within = times - self.cycles(times) * self.clip.duration
        place = np.clip(within / self.clip.duration, 0, 1) * self._last
        row = np.minimum(place.astype(int), self._last - 1)
        share = (place - row)[:, None]
        reference = self._reference((1 - share) * self._rows[row] + share * self._rows[row + 1])
        reference.rates[within > self.clip.duration] = 0.0
        return reference

    def phases(self, times: np.ndarray) -> np.ndarray:
        """Shares in [0, 1) of the cycle passed at ``times`` (N,); of a clip that ended, its end."""
        return np.array([self.clip.phase(time) for time in times])

    def _reference(self, values: np.ndarray) -> Reference:
        """From mixed rows (N, ...)."""
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

    def residuals(self, times: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """The residuals (N, 28) that make ``targets`` (N, 43) of the clip: inverse of those."""
        clip = self.at(times + _LOOK_AHEAD).pose
        turns = quat.mul(quat.conjugate(clip[:, BALL_POSE]), targets[:, BALL_POSE])
        vectors = quat.log(turns).reshape(len(times), -1)
        return np.concatenate([vectors, targets[:, HINGE_POSE] - clip[:, HINGE_POSE]], axis=1)


_COLUMNS = np.cumsum([POSE_SIZE, RATE_SIZE, 12])
_ROTATIONS = np.concatenate([[np.arange(POSE_SIZE)[ROOT_ROTATION]], BALL_POSE])


@dataclass(frozen=True)
class Outcome:
    """What a step led to, each (N,).

    reward: DeepMimic's, in [0, 1]. steering: how well heading and speed are held, in [0, 1].
    fallen. over: in time, not by a fall.
    """

    reward: np.ndarray
    steering: np.ndarray
    fallen: np.ndarray
    over: np.ndarray


class ImitationEnv:
    """N characters that imitate ``clip`` from random moments on, for at most ``seconds``.

    push: force in newtons up to which pushes come, 0 for none; weak: where half of them go, radians
    from the heading. strict: a root far below that of the clip is a fall already, and so is a
    heading lost by more than 70 degrees. steer: turn rate in rad/s up to which the reference's
    heading wanders, its speed with it; 0 for straight on. entries: moments of other skills at
    which ``entering`` of the episodes begin, as fast as they are where the speed varies; astray:
    share of those that begin at any time of the clip, not at the one most alike. Draws come from
    ``seed``.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        physics: Physics,
        count: int,
        seed: int,
        push: float = 0.0,
        weak: float | None = None,
        seconds: float = EPISODE_SECONDS,
        threads: int = 1,
        strict: bool = False,
        steer: float = 0.0,
        entries: Entries | None = None,
        entering: float = SHARE,
        astray: float = 0.0,
    ) -> None:
        self.count = count
        self.crowd = Crowd(physics, count, threads)
        body = self.crowd.body
        self.table = ClipTable(clip, body)
        touching = may_touch(body, clip)
        self._falls = [b for b in range(len(NAMES)) if b not in touching]
        self._low = min(_LOW, self.table.lowest_root - _CROUCH) if strict else -np.inf
        self._lost = _LOST if strict and steer else np.inf
        self._seconds = seconds
        gets_up = not clip.loop and not self._falls
        self._end, self._anywhere = clip.duration + _STANDS * gets_up, gets_up
        self._way = clip.poses[-1, _GROUND] - clip.poses[0, _GROUND]
        self._chance = np.random.default_rng(seed)
        self._entries, self._entering, self._astray = entries, entering, astray
        self.course, self.shoves = Course(count, steer), Shoves(count, push, weak)
        self.times = np.zeros(count)
        """Seconds into the clip (N,), cycles included."""
        self.place = np.zeros((count, 2))
        """Where the references are over the ground (N, 2): x and z, m."""
        self._steps = np.zeros(count, int)
        self.reset(np.arange(count))

    def reset(self, rows: np.ndarray, times: np.ndarray | None = None) -> None:
        """Starts characters ``rows`` (n,) anew at ``times`` (n,) of the clip, random by default."""
        if not len(rows):
            return
        drawn = self._chance.uniform(0, self.table.clip.duration, len(rows))
        self.times[rows] = drawn if times is None else times
        entering, moments = self._draw_entries(rows if times is None else rows[:0])
        self._steps[rows] = 0
        self.course.reset(rows)
        self.shoves.reset(rows, self._chance)
        reference = self.table.at(self.times[rows])
        self.place[rows] = reference.pose[:, _GROUND]
        poses, rates = reference.pose.copy(), reference.rates.copy()
        if self._entries is not None:
            within = np.searchsorted(rows, entering)
            poses[within], rates[within] = self._entries.facing(moments, poses[within])
            speed = np.linalg.norm(self._way) / self.table.clip.duration
            moves = np.linalg.norm(rates[within][:, _GROUND], axis=1)
            self.course.begin_at(entering, moves / max(speed, _SLOWEST))
        self.crowd.place(rows, poses, rates)

    def _draw_entries(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of ``rows`` begin at moments of other skills, and at which; their times are set."""
        if self._entries is None:
            return rows[:0], rows[:0]
        entering = rows[self._chance.random(len(rows)) < self._entering]
        moments = self._chance.integers(0, len(self._entries), len(entering))
        self.times[entering] = self._entries.times[moments]
        if self._astray:
            lost = entering[self._chance.random(len(entering)) < self._astray]
            self.times[lost] = self._chance.uniform(0, self.table.clip.duration, len(lost))
        return entering, moments

    def states(self) -> np.ndarray:
        """What policies see (N, 197) float32."""
        course = self.course
        states = self.crowd.read().states(self.table.phases(self.times))
        return steered(states, course.heading, course.turn, course.pace)

    def residual_targets(self, residuals: np.ndarray) -> np.ndarray:
        """Target poses (N, 43) of now, as ``ClipTable.targets`` has them."""
        return self.table.targets(self.times, residuals)

    def step(self, targets: np.ndarray) -> Outcome:
        """1/30 s towards target poses (N, 43); who falls or is over waits for a reset."""
        forces = self.shoves.advance(self._chance, self.crowd.heading)
        wild = self.crowd.step(targets, forces)
        self._steps += 1
        here = self.crowd.read()
        reference = self._follow(here)
        low = (here.lowest[:, self._falls] <= 0).any(axis=1)
        steering, off = self.crowd.steering_rewards(here, reference)
        fallen = wild | low | (here.pose[:, 1] < self._low) | (off > self._lost)
        ended = (self.times >= self._end) & (not self.table.clip.loop)
        late = self._steps >= self._seconds * POLICY_HZ
        return Outcome(
            reward=np.where(fallen, 0.0, self.crowd.rewards(here, reference)),
            steering=np.where(fallen, 0.0, steering),
            fallen=fallen,
            over=(ended | late) & ~fallen,
        )

    def _follow(self, here: Instants) -> Reference:
        """The reference 1/30 s on; where it wraps it starts above the characters ``here``.

        So does that of who gets up, all the time: lying otherwise than the clip, they come to their
        feet half a metre beside it, and would lose their balance on the way back.
        """
        table, course = self.table, self.course
        cycles, before = table.cycles(self.times), table.at(self.times).pose[:, _GROUND]
        course.advance(self._chance)
        self.times += course.cadence / POLICY_HZ
        reference = table.at(self.times)
        wrapped = table.cycles(self.times) > cycles
        moved = reference.pose[:, _GROUND] - before + wrapped[:, None] * self._way
        c, s = np.cos(course.heading), np.sin(course.heading)
        turned = [c * moved[:, 0] + s * moved[:, 1], c * moved[:, 1] - s * moved[:, 0]]
        self.place += np.stack(turned, axis=1) * (course.pace / course.cadence)[:, None]
        anew = wrapped | self._anywhere
        self.place[anew] = here.pose[anew][:, _GROUND]
        strides = reference.with_strides(course.pace / course.cadence, table.middle)
        return strides.steered(self.place, course.heading, course.turn, course.pace)

    def state_dict(self) -> dict[str, Any]:
        """Everything to go on from, to the bit."""
        return {
            "physics": torch.from_numpy(self.crowd.batch.state.copy()),
            "chance": self._chance.bit_generator.state,
            "course": self.course.state_dict(),
            "shoves": self.shoves.state_dict(),
            **as_tensors({name: getattr(self, name).copy() for name in _KEPT}),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes back to a state."""
        self._chance.bit_generator.state = state["chance"]
        for name in _KEPT:
            getattr(self, name)[:] = state[name].numpy()
        self.course.load_state_dict(state["course"])
        self.shoves.load_state_dict(state["shoves"])
        self.crowd.restore(state["physics"].numpy())


_KEPT = ("times", "place", "_steps")
