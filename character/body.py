"""The humanoid in MuJoCo: its model, its numbers, and where its parts are."""

from __future__ import annotations

from pathlib import Path

import mujoco
import numpy as np

from motion import quat
from motion.vec import cross

from .anatomy import (
    JOINTED,
    NAMES,
    POSE_SIZE,
    QPOS,
    QVEL,
    RATE_SIZE,
    ROOT,
    ROOT_ROTATION,
)
from .deeds import Box
from .instant import Instant
from .shapes import Shapes

MODEL = Path(__file__).resolve().parents[1] / "assets" / "character" / "humanoid.xml"


class Body:
    """The compiled humanoid and its numbers, in the order of the package.

    masses (15,) kg. weights (15,): of the joints in the reward, sum 1. stiffness Kp and
    damping Kd (15,) N m / rad and N m s / rad. extents (15, 3), radii (15,): half extents of the
    shapes and the radii around them, m. own_geoms (G + 1,): which of the model's geometries, and
    of one more, are the body's. Holds scratch memory: one thread at a time.
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

        self.stiffness, self.damping = np.zeros((2, len(NAMES)))
        for part in JOINTED:
            kp, kd = model.jnt_user[model.joint(NAMES[part]).id, :2]
            self.stiffness[part], self.damping[part] = kp, kd
        self.extents, self.radii = _shapes(model, self.geoms)

    def qpos(self, pose: np.ndarray) -> np.ndarray:
        """MuJoCo's coordinates (43,) of a pose (43,)."""
        qpos = np.empty(POSE_SIZE)
        qpos[QPOS] = pose
        return qpos

    def qvel(self, pose: np.ndarray, rates: np.ndarray) -> np.ndarray:
        """MuJoCo's velocities (34,) of rates (34,): the root turns about its own axes there."""
        qvel = np.empty(RATE_SIZE)
        qvel[QVEL] = rates
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
        pose, rates = data.qpos[QPOS], data.qvel[QVEL]
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

    def shapes(self) -> Shapes:
        """What is drawn of it; a box becomes the stick that fills it best."""
        count = len(self.geoms)
        ends, radii, widening = np.zeros((count, 2, 3)), self.radii.copy(), np.zeros((count, 3))
        for row, geom in enumerate(self.geoms):
            half, turn = self.extents[row], self.model.geom_quat[geom]
            along = np.argsort(half)
            reach = half[along[2]]
            if radii[row] == 0:
                radii[row] = half[along[0]]
                wide = np.eye(3)[along[1]] * (half[along[1]] / half[along[0]] - 1)
                widening[row] = quat.rotate(turn, wide)
                reach -= radii[row]
            way = quat.rotate(turn, np.eye(3)[along[2]] * reach)
            ends[row] = self.model.geom_pos[geom] + [-way, way]
        return Shapes(ends, radii, widening)


def model_with(box: Box) -> mujoco.MjModel:
    """The humanoid's model with ``box`` behind everything of it, so that its numbers stay."""
    spec = mujoco.MjSpec.from_file(str(MODEL))
    body = spec.worldbody.add_body(name="box")
    body.add_freejoint()
    half = [box.side / 2] * 3
    body.add_geom(name="box", type=mujoco.mjtGeom.mjGEOM_BOX, size=half, mass=box.mass)
    return spec.compile()


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
