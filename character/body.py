"""The humanoid: its MuJoCo model, the order of its numbers, and where its parts are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import mujoco
import numpy as np

from motion import quat

MODEL = Path(__file__).resolve().parents[1] / "assets" / "character" / "humanoid.xml"

NAMES: tuple[str, ...] = (
    "root",
    "chest",
    "neck",
    "right_hip",
    "right_knee",
    "right_ankle",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_hip",
    "left_knee",
    "left_ankle",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
)
PARENTS: tuple[int, ...] = (-1, 0, 1, 0, 3, 4, 1, 6, 7, 0, 9, 10, 1, 12, 13)
ROOT = 0
HINGES: tuple[int, ...] = (4, 7, 10, 13)
BALLS: tuple[int, ...] = (1, 2, 3, 5, 6, 9, 11, 12)
FEET, HANDS, TRUNK = frozenset({5, 11}), frozenset({8, 14}), frozenset({0, 1, 2})
KNEELING = frozenset({3, 6, 7, 9, 12, 13})
"""Thighs and arms: low when the character rests on its knees or elbows."""
END_EFFECTORS: tuple[int, ...] = (5, 8, 11, 14)

POSE_SIZE, RATE_SIZE = 43, 34
_JOINTED = sorted(BALLS + HINGES)
_POSE_WIDTHS = [7, *(4 if body in BALLS else 1 for body in _JOINTED)]
_RATE_WIDTHS = [6, *(3 if body in BALLS else 1 for body in _JOINTED)]
POSE_START = dict(zip([ROOT, *_JOINTED], np.cumsum([0, *_POSE_WIDTHS[:-1]]).tolist(), strict=True))
RATE_START = dict(zip([ROOT, *_JOINTED], np.cumsum([0, *_RATE_WIDTHS[:-1]]).tolist(), strict=True))
"""Body -> index of its first number in a pose, in the rates."""

ROOT_ROTATION = slice(3, 7)
BALL_POSE: np.ndarray = np.array([np.arange(4) + POSE_START[b] for b in BALLS])
HINGE_POSE: np.ndarray = np.array([POSE_START[b] for b in HINGES])
BALL_RATES: np.ndarray = np.array([np.arange(3) + RATE_START[b] for b in BALLS])
HINGE_RATES: np.ndarray = np.array([RATE_START[b] for b in HINGES])
"""Indices (8, 4), (4,) into a pose, (8, 3), (4,) into the rates, ordered as BALLS and HINGES."""


@dataclass(frozen=True, eq=False)
class Instant:
    """The body at one moment, in the world.

    pose (43,), rates (34,): see the package. For the 15 bodies: rotations (15, 4), joints
    (15, 3) the body's own joint, centres (15, 3) of mass, linear (15, 3) velocity of the centre
    in m/s, angular (15, 3) in rad/s, lowest (15,) height of the lowest point in metres.
    """

    pose: np.ndarray
    rates: np.ndarray
    rotations: np.ndarray
    joints: np.ndarray
    centres: np.ndarray
    linear: np.ndarray
    angular: np.ndarray
    lowest: np.ndarray

    @cached_property
    def heading(self) -> float:
        """Where the root faces: 0 along +X, rising towards -Z (to the left), radians."""
        w, x, y, z = self.pose[ROOT_ROTATION].tolist()
        return math.atan2(2 * (w * y - x * z), 1 - 2 * (y * y + z * z))

    @cached_property
    def to_heading(self) -> np.ndarray:
        """Matrix (3, 3): world row vectors times it point as seen by someone with the heading."""
        cosine, sine = np.cos(self.heading), np.sin(self.heading)
        return np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])


class Body:
    """The compiled humanoid and its numbers, in the order of the package.

    masses (15,) kg. weights (15,): of the joints in the reward, sum 1. stiffness Kp and
    damping Kd (15,) N m / rad and N m s / rad. torque_limits (15,) N m. limits (15, 3, 2):
    lower and upper about x, y, z, radians. extents (15, 3), radii (15,): half extents of the shapes
    and the radii around them, m. own_geoms (G + 1,): which of the model's geometries, and of one
    more, are the body's. Holds scratch memory: one thread at a time.
    """

    def __init__(self) -> None:
        self.model = model = mujoco.MjModel.from_xml_path(str(MODEL))
        self._scratch = mujoco.MjData(model)
        self.ids = np.array([model.body(name).id for name in NAMES])
        self.floor = model.geom("floor").id
        self.geoms = np.array([model.geom(name).id for name in NAMES])
        self.own_geoms = np.isin(np.arange(model.ngeom + 1), self.geoms)
        self.masses = model.body_mass[self.ids]
        weights = model.body_user[self.ids, 0]
        self.weights = weights / weights.sum()

        numbers = np.zeros((len(NAMES), 9))
        poses, rates = [np.arange(7)], [np.arange(6)]
        for body in _JOINTED:
            joint = model.joint(NAMES[body])
            numbers[body] = model.jnt_user[joint.id]
            poses.append(joint.qposadr[0] + np.arange(4 if body in BALLS else 1))
            rates.append(joint.dofadr[0] + np.arange(3 if body in BALLS else 1))
        self.stiffness, self.damping, self.torque_limits = numbers[:, :3].T
        self.limits = numbers[:, 3:].reshape(-1, 3, 2)
        self.pose_index = np.concatenate(poses)
        self.rate_index = np.concatenate(rates)
        self.extents, self.radii = _shapes(model, self.geoms)

    def qpos(self, pose: np.ndarray) -> np.ndarray:
        """MuJoCo's coordinates (43,) of a pose (43,)."""
        qpos = np.empty(POSE_SIZE)
        qpos[self.pose_index] = pose
        return qpos

    def qvel(self, pose: np.ndarray, rates: np.ndarray) -> np.ndarray:
        """MuJoCo's velocities (34,) of rates (34,): the root turns about its own axes there."""
        qvel = np.empty(RATE_SIZE)
        qvel[self.rate_index] = rates
        qvel[3:6] = quat.rotate(quat.conjugate(pose[ROOT_ROTATION]), rates[3:6])
        return qvel

    def at(self, pose: np.ndarray, rates: np.ndarray) -> Instant:
        """The instant with this pose (43,) and these rates (34,)."""
        return self.placed(self.qpos(pose), self.qvel(pose, rates))

    def placed(self, qpos: np.ndarray, qvel: np.ndarray) -> Instant:
        """The instant at MuJoCo's coordinates (43,) and velocities (34,)."""
        self._scratch.qpos[:], self._scratch.qvel[:] = qpos, qvel
        return self.read(self._scratch)

    def read(self, data: mujoco.MjData) -> Instant:
        """The instant that ``data`` holds in qpos and qvel; brings its kinematics up to date.

        data: of ``model``, or of one that begins with it and holds more (a box).
        """
        model = data.model
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_comVel(model, data)
        pose, rates = data.qpos[self.pose_index], data.qvel[self.rate_index]
        rates[3:6] = quat.rotate(pose[ROOT_ROTATION], rates[3:6])
        centres, velocity = data.xipos[self.ids], data.cvel[self.ids]
        angular, origin = velocity[:, :3], data.subtree_com[self.ids[ROOT]]
        axes = data.geom_xmat[self.geoms][:, 3:6]  # the world's y in the geometry's frame
        reach = np.sum(np.abs(axes) * self.extents, axis=1) + self.radii
        return Instant(
            pose=pose,
            rates=rates,
            rotations=data.xquat[self.ids],
            joints=data.xpos[self.ids],
            centres=centres,
            linear=velocity[:, 3:] + cross(angular, centres - origin),
            angular=angular,
            lowest=data.geom_xpos[self.geoms, 1] - reach,
        )


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross products of vectors (N, 3); several times faster than np.cross for a few rows."""
    left, right = [1, 2, 0], [2, 0, 1]
    return a[:, left] * b[:, right] - a[:, right] * b[:, left]


def _shapes(model: mujoco.MjModel, geoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half extents (15, 3) of a box or of a capsule's axis (z), and radii (15,) around them."""
    extents, radii = np.zeros((len(geoms), 3)), np.zeros(len(geoms))
    for row, geom in enumerate(geoms):
        size = model.geom_size[geom]
        if model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_BOX:
            extents[row] = size
        else:
            radii[row] = size[0]
            extents[row, 2] = (
                size[1] if model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_CAPSULE else 0
            )
    return extents, radii
