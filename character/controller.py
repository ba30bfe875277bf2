"""The stable PD controller: damping acts on the velocity at the end of the step.

Tan, Liu and Turk, "Stable proportional-derivative controllers", IEEE CG&A 2011. With the
error e from the predicted pose q + dt q' to the target and b = Kp e - Kd q',

    acc = (M + dt Kd)^-1 (b - C),    torque = b - dt Kd acc,

where M is the mass matrix and C the bias force of the body without contacts. A copy of the
model with constraints off and dt Kd on the diagonal of M, as armature, solves for acc.
"""

from __future__ import annotations

import copy

import mujoco
import numpy as np

from .action import target_pose
from .anatomy import BALLS, JOINTED, NAMES, POSE_SIZE, RATE_SIZE, TORQUE_LIMITS
from .body import Body

_OFF = int(mujoco.mjtDisableBit.mjDSBL_CONTACT | mujoco.mjtDisableBit.mjDSBL_CONSTRAINT)


class StablePD:
    """Torques that pull the body of ``body.model`` towards a target. One thread at a time."""

    def __init__(self, body: Body) -> None:
        self._body = body
        joints = sorted(JOINTED, key=lambda joint: body.model.joint(NAMES[joint]).dofadr[0])
        widths = [3 if joint in BALLS else 1 for joint in joints]
        self._kp, self._kd = np.zeros(RATE_SIZE), np.zeros(RATE_SIZE)
        self._kp[6:] = np.repeat(body.stiffness[joints], widths)
        self._kd[6:] = np.repeat(body.damping[joints], widths)
        self._limits, self._widths = TORQUE_LIMITS[joints], widths
        self._starts = np.cumsum([0, *widths[:-1]])

        self._free = copy.copy(body.model)
        self._free.opt.disableflags |= _OFF
        self._damping_step = body.model.opt.timestep * self._kd
        self._free.dof_armature[:] = self._damping_step
        self._data = mujoco.MjData(self._free)
        self._target = body.model.qpos0.copy()
        self._next, self._error = np.empty(POSE_SIZE), np.empty(RATE_SIZE)

    def aim(self, action: np.ndarray) -> None:
        """Makes ``action`` (36,) the target from now on."""
        self._target = self._body.qpos(target_pose(action))

    def set_gravity(self, gravity: np.ndarray) -> None:
        """Gravity (3,), m/s2."""
        self._free.opt.gravity[:] = gravity

    def torques(self, data: mujoco.MjData) -> np.ndarray:
        """Generalised forces (34,) in MuJoCo's order, N m; the root's six are zero.

        A ball joint's torque vector is cut to its limit in length, its direction kept.
        """
        free, ahead = self._data, self._next
        qpos, qvel = data.qpos[:POSE_SIZE], data.qvel[:RATE_SIZE]
        ahead[:] = qpos
        mujoco.mj_integratePos(self._free, ahead, qvel, self._free.opt.timestep)
        mujoco.mj_differentiatePos(self._free, self._error, 1.0, ahead, self._target)
        force = self._kp * self._error - self._kd * qvel
        free.qpos[:], free.qvel[:], free.qfrc_applied[:] = qpos, qvel, force
        mujoco.mj_forward(self._free, free)
        force -= self._damping_step * free.qacc
        joints = force[6:]
        size = np.sqrt(np.add.reduceat(joints * joints, self._starts))
        over = self._limits / np.maximum(size, self._limits)
        joints *= np.repeat(over, self._widths)
        return force
