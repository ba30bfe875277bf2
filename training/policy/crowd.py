"""Many characters at once: batched physics, states and rewards for training.

The same quantities as character.simulation, character.state and character.reward, with a leading
axis for the N characters; poses and rates in the order of the package ``character``.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from mujoco.batch import Batch

from character.anatomy import (
    BALL_POSE,
    BALL_RATES,
    BALLS,
    END_EFFECTORS,
    HINGE_POSE,
    HINGE_RATES,
    HINGES,
    POLICY_HZ,
    QPOS,
    QVEL,
    RATE_SIZE,
    RATE_START,
    ROOT,
    ROOT_ROTATION,
    STATE_SIZE,
    TORQUE_LIMITS,
)
from character.body import Body
from character.reward import WEIGHTS, angle_between
from character.steering import cadence_of
from motion import quat
from motion.vec import cross

_VELOCITY = int(mujoco.mjtStage.mjSTAGE_VEL)
_FASTEST = 10_000.0
_HEADING_SCALE, _SPEED_SCALE = 8.0, 20.0  # 1/rad2, s2/m2
_FREE = int(mujoco.mjtDisableBit.mjDSBL_CONTACT | mujoco.mjtDisableBit.mjDSBL_CONSTRAINT)


@dataclass(frozen=True)
class Physics:
    """hz: steps a second. horizon: the dt of the stable PD's formula, seconds."""

    hz: int
    horizon: float


TRAINING = Physics(240, 1 / 400)
"""Coarser than the viewer's, more than twice as fast, and with the same behaviour."""
VIEWER = Physics(600, 1 / 600)


class Crowd:
    """N characters side by side, each alone in its world."""

    def __init__(self, physics: Physics, count: int, threads: int = 1) -> None:
        self.body = body = Body()
        self._physics = physics
        self._kp, self._kd = np.zeros(RATE_SIZE), np.zeros(RATE_SIZE)
        for joint in BALLS + HINGES:
            columns = slice(RATE_START[joint], RATE_START[joint] + (3 if joint in BALLS else 1))
            self._kp[columns] = body.stiffness[joint]
            self._kd[columns] = body.damping[joint]
        self._ball_limits = TORQUE_LIMITS[list(BALLS)][:, None]
        self._hinge_limits = TORQUE_LIMITS[list(HINGES)]

        model = body.model
        model.opt.timestep = 1 / physics.hz
        free = Body().model
        free.opt.disableflags |= _FREE
        free.dof_armature[QVEL] = physics.horizon * self._kd
        self._free = Batch(free, nsim=count, nthread=threads)
        self._acceleration = self._free.bind("qacc")
        self.batch = Batch(model, nsim=count, nthread=threads)
        fields = ("xpos", "xquat", "xipos", "cvel", "subtree_com", "geom_xpos", "geom_xmat")
        self._fields = {name: self.batch.bind(name) for name in fields}
        self._masses = body.masses / body.masses.sum()
        self._pose_weights = body.weights[[ROOT, *BALLS]], body.weights[list(HINGES)]
        self._rate_weights = np.zeros(RATE_SIZE)
        self._rate_weights[3:6] = body.weights[ROOT]
        self._rate_weights[BALL_RATES] = self._pose_weights[0][1:, None]
        self._rate_weights[HINGE_RATES] = self._pose_weights[1]

    def place(self, rows: np.ndarray, poses: np.ndarray, rates: np.ndarray) -> None:
        """Puts characters ``rows`` (n,) at poses (n, 43) and rates (n, 34), on or above ground."""
        self.batch.reset(rows, stage=int(mujoco.mjtStage.mjSTAGE_NONE))
        for row, pose, rate in zip(rows, poses, rates, strict=True):
            lowest = self.body.at(pose, rate).lowest.min()
            self.batch.qpos[row] = self.body.qpos(pose)
            self.batch.qpos[row, 1] -= min(lowest, 0.0)
            self.batch.qvel[row] = self.body.qvel(pose, rate)
        self.batch.forward(rows, stage=_VELOCITY)

    def step(self, targets: np.ndarray, forces: np.ndarray) -> np.ndarray:
        """1/30 s towards target poses (N, 43) with forces (N, 3) on the pelvis, in newtons.

        Returns who ran away: (N,) bool, true where the physics broke down.
        """
        self.batch.xfrc_applied[:, self.body.ids[ROOT], :3] = forces
        substeps = self._physics.hz // POLICY_HZ
        for substep in range(substeps):
            self.batch.qfrc_applied[:, QVEL] = self._torques(targets)
            self.batch.step(stage=_VELOCITY if substep == substeps - 1 else 0)
        return ~(np.abs(self.batch.qvel) < _FASTEST).all(axis=1)

    def restore(self, state: np.ndarray) -> None:
        """Goes back to a copy of ``batch.state``."""
        self.batch.state[:] = state
        self.batch.forward(stage=_VELOCITY)

    def _torques(self, targets: np.ndarray) -> np.ndarray:
        """Forces (N, 34) in the order of the rates, as character.controller has them."""
        pose, rates, dt = *self._coordinates(), self._physics.horizon
        balls = quat.mul(pose[:, BALL_POSE], quat.exp(rates[:, BALL_RATES] * dt))
        hinges = pose[:, HINGE_POSE] + rates[:, HINGE_RATES] * dt
        error = np.zeros_like(rates)
        turns = quat.mul(quat.conjugate(balls), targets[:, BALL_POSE])
        error[:, BALL_RATES] = quat.log(turns)
        error[:, HINGE_RATES] = targets[:, HINGE_POSE] - hinges
        force = self._kp * error - self._kd * rates
        self._free.qpos[:], self._free.qvel[:] = self.batch.qpos, self.batch.qvel
        self._free.qfrc_applied[:, QVEL] = force
        self._free.forward()
        force -= dt * self._kd * self._acceleration[:, QVEL]
        size = np.linalg.norm(force[:, BALL_RATES], axis=-1, keepdims=True)
        force[:, BALL_RATES] *= self._ball_limits / np.maximum(size, self._ball_limits)
        limit = self._hinge_limits
        force[:, HINGE_RATES] = np.clip(force[:, HINGE_RATES], -limit, limit)
        return force

    def _coordinates(self) -> tuple[np.ndarray, np.ndarray]:
        """Poses (N, 43) and rates (N, 34), in which the root turns about its own axes."""
        return self.batch.qpos[:, QPOS], self.batch.qvel[:, QVEL]

    @property
    def heading(self) -> np.ndarray:
        """Where everyone faces (N,): 0 along +X, rising to the left, radians."""
        return heading_of(self._coordinates()[0])

    def read(self) -> Instants:
        """Where everyone is now."""
        ids, field = self.body.ids, self._fields
        pose, rates = self._coordinates()
        rates[:, 3:6] = quat.rotate(pose[:, ROOT_ROTATION], rates[:, 3:6])
        centres, velocity = field["xipos"][:, ids], field["cvel"][:, ids]
        angular, origin = velocity[..., :3], field["subtree_com"][:, ids[:1]]
        axes = field["geom_xmat"][:, self.body.geoms, 3:6]  # the world's y in the geometry's frame
        reach = np.sum(np.abs(axes) * self.body.extents, axis=-1) + self.body.radii
        return Instants(
            pose=pose,
            rates=rates,
            rotations=field["xquat"][:, ids],
            joints=field["xpos"][:, ids],
            centres=centres,
            linear=velocity[..., 3:] + cross(angular, centres - origin),
            angular=angular,
            lowest=field["geom_xpos"][:, self.body.geoms, 1] - reach,
        )

    def rewards(self, here: Instants, reference: Reference) -> np.ndarray:
        """DeepMimic's reward (N,) of everyone beside the reference."""
        there = reference.pose
        balls, hinges = self._pose_weights
        turns = angle_between(_turning(here.pose), _turning(there))
        bends = here.pose[:, HINGE_POSE] - there[:, HINGE_POSE]
        rates = (here.rates - reference.rates) ** 2
        drift = self._masses @ here.linear - reference.drift
        root = (
            np.sum((here.pose[:, :3] - there[:, :3]) ** 2, axis=1)
            + 0.1 * turns[:, 0] ** 2
            + 0.01 * rates[:, :3].sum(axis=1)
            + 0.001 * rates[:, 3:6].sum(axis=1)
        )
        ends = np.sum((here.ends - reference.ends) ** 2, axis=(1, 2)) / len(END_EFFECTORS)
        errors = {
            "pose": 2 * (turns**2 @ balls + bends**2 @ hinges),
            "velocity": 0.1 * (rates @ self._rate_weights),
            "end_effector": 40 * ends,
            "root": 5 * root,
            "com": 10 * 0.1 * np.sum(drift**2, axis=1),
        }
        total: np.ndarray = np.zeros(len(there))
        for term, weight in WEIGHTS.items():
            total += weight * np.exp(-errors[term])
        return total

    def steering_rewards(
        self, here: Instants, reference: Reference
    ) -> tuple[np.ndarray, np.ndarray]:
        """How well everyone keeps the reference's heading and speed (N,), in [0, 1].

        And how far they are off that heading (N,), radians to either side.
        """
        off = here.heading - heading_of(reference.pose)
        off = (off + np.pi) % (2 * np.pi) - np.pi
        drift = (self._masses @ here.linear - reference.drift)[:, [0, 2]]
        heading = 1 / (1 + _HEADING_SCALE * off**2)
        speed = 1 / (1 + _SPEED_SCALE * np.sum(drift**2, axis=1))
        return 0.4 * heading + 0.6 * speed, np.abs(off)


@dataclass(frozen=True, eq=False)
class Reference:
    """What N characters imitate now: pose (N, 43), rates (N, 34), ends (N, 4, 3) as in
    Instants.ends, drift (N, 3): velocity of the whole body's centre of mass, m/s."""

    pose: np.ndarray
    rates: np.ndarray
    ends: np.ndarray
    drift: np.ndarray

    def with_strides(self, share: np.ndarray, middle: Reference) -> Reference:
        """The same with joints and ends ``share`` (N,) times as far from ``middle``, one pose."""
        wide = share[:, None]
        pose, rates = self.pose.copy(), self.rates.copy()
        joints = slice(ROOT_ROTATION.stop, None)
        pose[:, joints] = middle.pose[:, joints] + wide * (pose - middle.pose)[:, joints]
        pose[:, BALL_POSE] = quat.normalize(pose[:, BALL_POSE])
        rates[:, 6:] *= wide
        ends = middle.ends + wide[..., None] * (self.ends - middle.ends)
        return Reference(pose, rates, ends, self.drift)

    def steered(
        self, place: np.ndarray, heading: np.ndarray, turn: np.ndarray, pace: np.ndarray
    ) -> Reference:
        """The same over ``place`` (N, 2), turned by ``heading`` (N,) radians about +Y.

        turn (N,): rad/s at which it turns on. pace (N,): what its speed over the ground is
        multiplied by; everything else moves faster by its cadence.
        """
        about_y = quat.exp(heading[:, None] * [0, 1, 0])
        cadence = cadence_of(pace)[:, None]
        faster = np.stack([pace, cadence[:, 0], pace], axis=1)
        pose, rates = self.pose.copy(), self.rates * cadence
        pose[:, [0, 2]] = place
        pose[:, ROOT_ROTATION] = quat.mul(about_y, pose[:, ROOT_ROTATION])
        rates[:, :3] = quat.rotate(about_y, self.rates[:, :3]) * faster
        rates[:, 3:6] = quat.rotate(about_y, rates[:, 3:6])
        rates[:, 4] += turn
        return Reference(pose, rates, self.ends, quat.rotate(about_y, self.drift) * faster)


@dataclass(frozen=True, eq=False)
class Instants:
    """N bodies at one moment: character.body.Instant with a leading axis."""

    pose: np.ndarray
    rates: np.ndarray
    rotations: np.ndarray
    joints: np.ndarray
    centres: np.ndarray
    linear: np.ndarray
    angular: np.ndarray
    lowest: np.ndarray

    @property
    def heading(self) -> np.ndarray:
        """Where the roots face (N,): 0 along +X, rising to the left, radians."""
        return heading_of(self.pose)

    @property
    def ends(self) -> np.ndarray:
        """Wrists and ankles (N, 4, 3): height above ground, the rest from the root, by heading."""
        root = self.joints[:, None, ROOT] * [1, 0, 1]
        return (self.joints[:, END_EFFECTORS] - root) @ _to_heading(self.heading)

    def states(self, phase: np.ndarray) -> np.ndarray:
        """What policies see: (N, 197) float32, at phases (N,)."""
        heading, count = self.heading, len(self.pose)
        turn, half = _to_heading(heading), -heading / 2
        nothing = np.zeros(count)
        about_y = np.stack([np.cos(half), nothing, np.sin(half), nothing], axis=-1)
        rotations = quat.mul(about_y[:, None], self.rotations)
        rotations[:, ROOT] = self.rotations[:, ROOT]
        rotations = np.where(rotations[..., :1] < 0, -rotations, rotations)
        linear, angular = self.linear @ turn, self.angular @ turn
        linear[:, ROOT], angular[:, ROOT] = self.linear[:, ROOT], self.angular[:, ROOT]
        centres = (self.centres - self.joints[:, :1]) @ turn
        poses = np.concatenate([centres, rotations], axis=-1).reshape(count, -1)
        velocities = np.concatenate([linear, angular], axis=-1).reshape(count, -1)
        states = np.empty((count, STATE_SIZE), np.float32)
        states[:, 0], states[:, 1] = phase, self.joints[:, ROOT, 1]
        states[:, 2:] = np.concatenate([poses, velocities], axis=1)
        return states


def heading_of(poses: np.ndarray) -> np.ndarray:
    """Where the roots of poses (N, 43) face (N,): 0 along +X, rising to the left, radians."""
    w, x, y, z = poses[:, ROOT_ROTATION].T
    angles: np.ndarray = np.arctan2(2 * (w * y - x * z), 1 - 2 * (y * y + z * z))
    return angles


def _turning(pose: np.ndarray) -> np.ndarray:
    """Rotations (N, 9, 4) of the root and of the ball joints."""
    return np.concatenate([pose[:, None, ROOT_ROTATION], pose[:, BALL_POSE]], axis=1)


def _to_heading(heading: np.ndarray) -> np.ndarray:
    """Matrices (N, 3, 3): world row vectors times them point as seen along the headings (N,)."""
    c, s, nothing = np.cos(heading), np.sin(heading), np.zeros_like(heading)
    one = np.ones_like(heading)
    rows = [[c, nothing, s], [nothing, one, nothing], [-s, nothing, c]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
