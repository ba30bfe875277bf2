"""One character under a policy: 600 Hz physics, 30 Hz decisions, its reference beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import mujoco
import numpy as np

from .action import ACTION_SIZE
from .body import FEET, HANDS, KNEELING, NAMES, TRUNK, Body, Instant
from .controller import StablePD
from .push import Push
from .reference import ReferenceClip
from .reward import Imitation, Reward
from .state import state_vector

POLICY_HZ = 30
SUBSTEPS = 20
_FALL_CHECK = 10  # substeps: 60 Hz
_GROUND = [0, 2]
_REST = 0.03
_FRAMES_LOOKED_AT = 500
_FASTEST = 10_000.0
_EVERYTHING = int(mujoco.mjtState.mjSTATE_INTEGRATION)


# MuJoCo would write MUJOCO_LOG.TXT into the working folder; what goes wrong is raised here instead.
mujoco.set_mju_user_warning(logging.getLogger(__name__).info)


class Policy(Protocol):
    """State (197,) to action (36,)."""

    def __call__(self, state: np.ndarray, /) -> np.ndarray: ...


class SimulationError(RuntimeError):
    """The simulation cannot go on: one sentence that says when and why."""


@dataclass(frozen=True, eq=False)
class Step:
    """What one decision led to, at the end of its 1/30 s.

    time: seconds since the reset. clip_time: seconds into the clip, cycles included.
    action (36,). torques (28,): those of the last 1/600 s in the order of a pose's rates,
    N m. body, reference: the simulated and the imitated instant.
    """

    time: float
    clip_time: float
    action: np.ndarray
    torques: np.ndarray
    body: Instant
    reference: Instant
    reward: Reward
    fallen: bool


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything a simulation goes on from, to the bit."""

    physics: np.ndarray
    start: float
    steps: int
    shift: np.ndarray
    fallen: bool
    pushing: dict[Push, np.ndarray]


class Simulation:
    """A character that starts in its reference clip and is driven by actions.

    One thread at a time. A fall is a touch of the ground by a body that ``may_touch`` does not
    name. ``pushes`` act at their times after the reset; add to the list at any time.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        pushes: list[Push] | None = None,
        friction: float = 0.9,
        gravity: float = 9.8,
    ) -> None:
        self.clip = clip
        self.body = Body()
        self.body.model.geom_friction[:, 0] = friction
        self.body.model.opt.gravity[:] = (0, -gravity, 0)
        self.pushes = list(pushes or [])
        falling = sorted(frozenset(range(len(NAMES))) - may_touch(self.body, clip))
        self._falls = np.zeros(self.body.model.ngeom, bool)
        self._falls[self.body.geoms[falling]] = True
        self._controller = StablePD(self.body)
        self._imitation = Imitation(self.body)
        self._data = mujoco.MjData(self.body.model)
        self.reset()

    def reset(self, start: float = 0.0) -> None:
        """Puts the character into its clip at ``start`` seconds, on the ground, time at 0."""
        pose, rates = self.clip.at(start)
        pose[1] -= min(self.body.at(pose, rates).lowest.min(), 0.0)
        mujoco.mj_resetData(self.body.model, self._data)
        self._data.qpos[:] = self.body.qpos(pose)
        self._data.qvel[:] = self.body.qvel(pose, rates)
        self._start, self._steps, self.fallen = start, 0, False
        self._shift = np.zeros(2)
        self._pushing: dict[Push, np.ndarray] = {}
        self.instant = self.body.read(self._data)

    @property
    def time(self) -> float:
        """Seconds since the reset."""
        return self._steps / POLICY_HZ

    @property
    def clip_time(self) -> float:
        """Seconds into the clip, cycles included."""
        return self._start + self.time

    def state(self) -> np.ndarray:
        """What the policy sees now (197,)."""
        return state_vector(self.instant, self.clip.phase(self.clip_time))

    def reference(self) -> Instant:
        """The imitated instant; it starts every cycle above the character's place."""
        pose, rates = self.clip.at(self.clip_time)
        pose[_GROUND] += self._shift
        return self.body.at(pose, rates)

    def step(self, action: np.ndarray) -> Step:
        """Simulates 1/30 s towards ``action`` (36,).

        Raises SimulationError for an action that is not 36 finite numbers, and when the physics
        run away.
        """
        action = np.asarray(action, np.float64)
        if action.shape != (ACTION_SIZE,):
            raise SimulationError(
                f"the action has shape {list(action.shape)}, expected [{ACTION_SIZE}]."
            )
        if not np.isfinite(action).all():
            bad = int(np.count_nonzero(~np.isfinite(action)))
            raise SimulationError(
                f"at {self.time:.2f} s the policy gave {bad} of {ACTION_SIZE} values that are "
                "NaN or infinite: the character is stopped."
            )
        self._controller.aim(action)
        for substep in range(SUBSTEPS):
            self._apply_pushes(self.time + substep / (POLICY_HZ * SUBSTEPS))
            self._data.qfrc_applied[:] = self._controller.torques(self._data)
            mujoco.mj_step(self.body.model, self._data)
            if substep % _FALL_CHECK == _FALL_CHECK - 1:
                self.fallen |= self._touches_ground()
        if not (np.abs(self._data.qvel) < _FASTEST).all():
            raise SimulationError(
                f"at {self.time:.2f} s the physics ran away: a part moves faster than "
                f"{_FASTEST:,.0f} m/s or rad/s."
            )
        return self._finish(action)

    def _finish(self, action: np.ndarray) -> Step:
        before = self.clip.cycle(self.clip_time)
        self._steps += 1
        self.instant = self.body.read(self._data)
        if self.clip.cycle(self.clip_time) > before:
            here, there = self.instant.pose[_GROUND], self.clip.at(self.clip_time)[0][_GROUND]
            self._shift = here - there
        reference = self.reference()
        return Step(
            time=self.time,
            clip_time=self.clip_time,
            action=action,
            torques=self._data.qfrc_applied[self.body.rate_index][6:],
            body=self.instant,
            reference=reference,
            reward=self._imitation.reward(self.instant, reference),
            fallen=self.fallen,
        )

    def _touches_ground(self) -> bool:
        """Whether a body that may not touches the floor now."""
        pairs = self._data.contact.geom
        return bool((self._falls[pairs].any(axis=1) & (pairs == self.body.floor).any(axis=1)).any())

    def _apply_pushes(self, time: float) -> None:
        if not self.pushes:
            return
        self._data.xfrc_applied[:] = 0
        for push in self.pushes:
            if push.time <= time + 1e-9 and time + 1e-9 < push.time + push.duration:
                if push not in self._pushing:
                    self._pushing[push] = push.vector(self.body.read(self._data).heading)
                body = self.body.ids[NAMES.index(push.body)]
                self._data.xfrc_applied[body, :3] += self._pushing[push]

    def snapshot(self) -> Snapshot:
        """The present moment, to come back to."""
        size = mujoco.mj_stateSize(self.body.model, _EVERYTHING)
        physics = np.empty(size)
        mujoco.mj_getState(self.body.model, self._data, physics, _EVERYTHING)
        return Snapshot(
            physics, self._start, self._steps, self._shift, self.fallen, dict(self._pushing)
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to a moment of this clip; what follows is the same to the bit."""
        mujoco.mj_setState(self.body.model, self._data, snapshot.physics, _EVERYTHING)
        self._start, self._steps = snapshot.start, snapshot.steps
        self._shift, self.fallen = snapshot.shift, snapshot.fallen
        self._pushing = dict(snapshot.pushing)
        self.instant = self.body.read(self._data)


def may_touch(body: Body, clip: ReferenceClip) -> frozenset[int]:
    """The bodies whose touch of the ground is no fall, told from what ``clip`` itself sets down.

    Always the feet; the hands too in a clip that sets them down (a cartwheel); every limb in one
    that rests on arms or knees (crawling); the whole body in one that lies (rolling, getting up).
    So DeepMimic lists them clip by clip.
    """
    times = clip.times[:: max(len(clip.times) // _FRAMES_LOOKED_AT, 1)]
    lowest = np.min([body.at(*clip.at(time)).lowest for time in times], axis=0)
    resting = {b for b in range(len(NAMES)) if lowest[b] < _REST}
    if resting & TRUNK:
        return frozenset(range(len(NAMES)))
    if resting & KNEELING:
        return frozenset(range(len(NAMES))) - TRUNK
    return frozenset(FEET) | (HANDS if resting & HANDS else frozenset())


def rollout(simulation: Simulation, policy: Policy, seconds: float) -> Iterator[Step]:
    """Steps until ``seconds`` have passed, the character has fallen or its clip has ended."""
    for _ in range(round(seconds * POLICY_HZ)):
        step = simulation.step(policy(simulation.state()))
        yield step
        if step.fallen or simulation.clip.over(step.clip_time):
            return
