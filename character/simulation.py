"""One character under a policy: 600 Hz physics, 30 Hz decisions, its reference beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

import mujoco
import numpy as np

from .anatomy import (
    ACTION_SIZE,
    FEET,
    HANDS,
    KNEELING,
    NAMES,
    POLICY_HZ,
    POSE_SIZE,
    QVEL,
    RATE_SIZE,
    SUBSTEPS,
    TRUNK,
)
from .body import Body, model_with
from .box import MOTION, PLACE, BoxPose, box_pose
from .contact import contact_forces
from .controller import StablePD
from .deeds import Box
from .instant import Instant
from .push import Push, Shove
from .reference import ReferenceClip
from .reward import Imitation
from .state import state_vector
from .steering import STRAIGHT, Steering, steered, turned
from .step import Snapshot, Step

_FALL_CHECK = 10  # substeps: 60 Hz
_GROUND = [0, 2]
_REST = 0.03
_FRAMES_LOOKED_AT = 500
_FASTEST = 1000.0  # rad/s; and m/s, a tenth of it for the root
_MEMORY = int(mujoco.mjtState.mjSTATE_FULLPHYSICS | mujoco.mjtState.mjSTATE_WARMSTART)


# MuJoCo would write MUJOCO_LOG.TXT into the working folder; what goes wrong is raised here instead.
mujoco.set_mju_user_warning(logging.getLogger(__name__).info)


class Policy(Protocol):
    """State (197,) to action (36,)."""

    def __call__(self, state: np.ndarray, /) -> np.ndarray: ...


class SimulationError(RuntimeError):
    """The simulation cannot go on: one sentence that says when and why."""


class Simulation:
    """A character that starts in its reference clip and is driven by actions.

    One thread at a time. A fall is a touch of the ground by a body that ``may_touch`` does not
    name. ``pushes`` act at their times after the reset; add to the list at any time. friction: of
    everything with everything. gravity: m/s2, downwards. box: the one thrown last. steering: how
    the world is turned for the policy and its clip.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        pushes: Sequence[Push | Shove] = (),
        friction: float = 0.9,
        gravity: float = 9.8,
    ) -> None:
        self.body = Body()
        self.pushes, self.steering = list(pushes), STRAIGHT
        self._controller = StablePD(self.body)
        self._imitation = Imitation(self.body.masses, self.body.weights)
        self._model, self._data = self.body.model, mujoco.MjData(self.body.model)
        self.box: Box | None = None
        self.set_world(friction, gravity)
        self._perform(clip, may_touch(self.body, clip))
        self.reset()

    def set_world(self, friction: float, gravity: float) -> None:
        """Changes friction and gravity from the next step on."""
        self.friction, self.gravity = friction, gravity
        self._model.geom_friction[:, 0] = friction
        self._model.opt.gravity[:] = (0, -gravity, 0)
        self._controller.set_gravity(self._model.opt.gravity)

    def _perform(self, clip: ReferenceClip, touching: frozenset[int]) -> None:
        self.clip = clip
        falling = sorted(frozenset(range(len(NAMES))) - touching)
        self._falls = np.zeros(self.body.model.ngeom + 1, bool)  # the box comes last
        self._falls[self.body.geoms[falling]] = True

    def follow(self, clip: ReferenceClip, clip_time: float, touching: frozenset[int]) -> None:
        """Goes on with ``clip`` from ``clip_time``, its reference where the character is.

        touching: what ``may_touch`` says of the clip.
        """
        self._perform(clip, touching)
        self._start = clip_time - self.time
        self._shift = self.instant.pose[_GROUND] - self._imitated()[0][_GROUND]

    def steer(self, steering: Steering) -> None:
        """Turns the world for the policy and its clip from now on; the reference stays in place."""
        if steering != self.steering:
            before, self.steering = self._imitated()[0][_GROUND], steering
            self._shift = self._shift + before - self._imitated()[0][_GROUND]

    def rise(self) -> None:
        """Whoever had fallen stands again: only a touch from now on is a fall."""
        self.fallen = False

    def _imitated(self) -> tuple[np.ndarray, np.ndarray]:
        """Pose and rates of the clip now, as it is steered, but for its shift over the ground."""
        pose, rates = self.clip.at(self.clip_time)
        return (pose, rates) if self.steering == STRAIGHT else turned(pose, rates, self.steering)

    def reset(self, start: float = 0.0) -> None:
        """Puts the character into its clip at ``start`` seconds, on the ground, time at 0.

        Takes the box away and steers straight.
        """
        pose, rates = self.clip.at(start)
        pose[1] -= min(self.body.at(pose, rates).lowest.min(), 0.0)
        self._exchange(None)
        mujoco.mj_resetData(self._model, self._data)
        self._data.qpos[:] = self.body.qpos(pose)
        self._data.qvel[:] = self.body.qvel(pose, rates)
        self._start, self._steps, self.fallen = start, 0, False
        self._shift, self.steering = np.zeros(2), STRAIGHT
        self._pushing: dict[Push | Shove, np.ndarray] = {}
        self.instant: Instant = self.body.read(self._data)

    def throw(self, box: Box, position: np.ndarray, velocity: np.ndarray) -> None:
        """Puts ``box``, the only one, at ``position`` (3,) with ``velocity`` (3,), m and m/s."""
        self._exchange(box)
        self._data.qpos[PLACE] = [*position, 1, 0, 0, 0]
        self._data.qvel[MOTION] = [*velocity, 0, 0, 0]
        self._data.qacc_warmstart[MOTION] = 0

    def remove_box(self) -> None:
        """Takes the box away."""
        self._exchange(None)

    def _exchange(self, box: Box | None) -> None:
        """The world with ``box`` in place of the present one; the character stays as it is."""
        if box == self.box:
            return
        old, self.box = self._data, box
        self._model = self.body.model if box is None else model_with(box)
        self._data = mujoco.MjData(self._model)
        self._data.time = old.time
        for name in ("qpos", "qvel", "qacc_warmstart"):
            count = POSE_SIZE if name == "qpos" else RATE_SIZE
            getattr(self._data, name)[:count] = getattr(old, name)[:count]
        self.set_world(self.friction, self.gravity)

    @property
    def box_pose(self) -> BoxPose | None:
        """Where the box is now."""
        return box_pose(self.box, self._data.qpos)

    def contacts(self) -> tuple[np.ndarray, np.ndarray]:
        """Points (N, 3) and forces (N, 3) on the character at the end of the last step."""
        return contact_forces(self.body, self._data)

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
        state, seen = state_vector(self.instant, self.clip.phase(self.clip_time)), self.steering
        return state if seen == STRAIGHT else steered(state, seen.heading, seen.turn, seen.pace)

    @property
    def steps(self) -> int:
        """Decisions since the reset."""
        return self._steps

    def present(self) -> Step:
        """The present moment as a step that no decision led to: zeros for action and torques."""
        reference = self.reference()
        return Step(
            time=self.time,
            clip_time=self.clip_time,
            action=np.zeros(ACTION_SIZE),
            torques=np.zeros(RATE_SIZE - 6),
            body=self.instant,
            reference=reference,
            reward=self._imitation.reward(self.instant, reference),
            fallen=self.fallen,
        )

    def reference(self) -> Instant:
        """The imitated instant; it starts every cycle above the character's place."""
        pose, rates = self._imitated()
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
        with np.errstate(over="ignore", invalid="ignore"):  # told below
            for substep in range(SUBSTEPS):
                self._apply_pushes(self.time + substep / (POLICY_HZ * SUBSTEPS))
                self._data.qfrc_applied[:RATE_SIZE] = self._controller.torques(self._data)
                mujoco.mj_step(self._model, self._data)
                if substep % _FALL_CHECK == _FALL_CHECK - 1:
                    self.fallen |= self._touches_ground()
        rates = np.abs(self._data.qvel)
        if not ((rates < _FASTEST).all() and (rates[:3] < _FASTEST / 10).all()):
            raise SimulationError(
                f"at {self.time:.2f} s the physics ran away: the body moves faster than "
                f"{_FASTEST / 10:,.0f} m/s or a part of it turns faster than {_FASTEST:,.0f} rad/s."
            )
        return self._finish(action)

    def _finish(self, action: np.ndarray) -> Step:
        before, left = self.clip.cycle(self.clip_time), self._imitated()[0][_GROUND]
        self._steps += 1
        self._start += (self.steering.cadence - 1) / POLICY_HZ
        self.instant = self.body.read(self._data)
        there = self._imitated()[0][_GROUND]
        if self.clip.cycle(self.clip_time) > before:
            self._shift = self.instant.pose[_GROUND] - there
        else:  # a stride is longer or shorter than in the clip
            self._shift = self._shift + (there - left) * (self._stretch - 1)
        reference = self.reference()
        return Step(
            time=self.time,
            clip_time=self.clip_time,
            action=action,
            torques=self._data.qfrc_applied[QVEL][6:],
            body=self.instant,
            reference=reference,
            reward=self._imitation.reward(self.instant, reference),
            fallen=self.fallen,
        )

    @property
    def _stretch(self) -> float:
        """The length of a stride, as a share of the clip's."""
        return self.steering.pace / self.steering.cadence

    def _touches_ground(self) -> bool:
        """Whether a body that may not touches the floor now."""
        pairs = self._data.contact.geom
        return bool((self._falls[pairs].any(axis=1) & (pairs == self.body.floor).any(axis=1)).any())

    def _apply_pushes(self, time: float) -> None:
        self._data.xfrc_applied[:] = 0
        for push in self.pushes:
            if push.time <= time + 1e-9 and time + 1e-9 < push.time + push.duration:
                if push not in self._pushing:
                    self._pushing[push] = push.vector(self.body.read(self._data).heading)
                body = self.body.ids[NAMES.index(push.body)]
                self._data.xfrc_applied[body, :3] += self._pushing[push]

    def snapshot(self) -> Snapshot:
        """The present moment, to come back to."""
        physics = np.empty(mujoco.mj_stateSize(self._model, _MEMORY))
        mujoco.mj_getState(self._model, self._data, physics, _MEMORY)
        return Snapshot(
            physics=physics,
            start=self._start,
            steps=self._steps,
            shift=self._shift,
            steering=self.steering,
            fallen=self.fallen,
            pushing=dict(self._pushing),
            friction=self.friction,
            gravity=self.gravity,
            box=self.box,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to a moment of this clip; what follows is the same to the bit."""
        self._exchange(snapshot.box)
        self.set_world(snapshot.friction, snapshot.gravity)
        mujoco.mj_setState(self._model, self._data, snapshot.physics, _MEMORY)
        self._start, self._steps = snapshot.start, snapshot.steps
        self._shift, self.fallen = snapshot.shift, snapshot.fallen
        self.steering = snapshot.steering
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
