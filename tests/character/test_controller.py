"""The stable PD against its formula with dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

mujoco = pytest.importorskip("mujoco")

from character.action import target_pose  # noqa: E402
from character.anatomy import BALLS, HINGES, NAMES, QVEL, TORQUE_LIMITS  # noqa: E402
from character.body import Body  # noqa: E402
from character.controller import StablePD  # noqa: E402

DT = 1 / 600


def by_formula(body: Body, data: mujoco.MjData, target: np.ndarray) -> np.ndarray:
    """Torques (34,) in MuJoCo's order, the matrices written out."""
    model = body.model
    mass = np.empty((model.nv, model.nv))
    mujoco.mj_forward(model, data)
    mujoco.mj_fullM(model, data, mass)
    error, kp, kd = np.zeros(model.nv), np.zeros(model.nv), np.zeros(model.nv)
    for b in sorted(BALLS + HINGES):
        joint = model.joint(NAMES[b])
        place, at = joint.qposadr[0], joint.dofadr[0]
        if b in BALLS:
            q = Rotation.from_quat(data.qpos[place : place + 4], scalar_first=True)
            ahead = q * Rotation.from_rotvec(DT * data.qvel[at : at + 3])
            goal = Rotation.from_quat(target[place : place + 4], scalar_first=True)
            error[at : at + 3] = (ahead.inv() * goal).as_rotvec()
        else:
            error[at] = target[place] - (data.qpos[place] + DT * data.qvel[at])
        width = 3 if b in BALLS else 1
        kp[at : at + width], kd[at : at + width] = body.stiffness[b], body.damping[b]
    pull = kp * error - kd * data.qvel
    acceleration = np.linalg.solve(mass + DT * np.diag(kd), pull - data.qfrc_bias)
    torques = pull - DT * kd * acceleration
    for b in sorted(BALLS + HINGES):
        at, width = body.model.joint(NAMES[b]).dofadr[0], 3 if b in BALLS else 1
        size = np.linalg.norm(torques[at : at + width])
        if size > TORQUE_LIMITS[b]:
            torques[at : at + width] *= TORQUE_LIMITS[b] / size
    return torques


@pytest.mark.parametrize("reach", [0.02, 0.3, 2.0])
def test_torques_are_the_formulas(body: Body, instants: list, reach: float) -> None:
    rng = np.random.default_rng(7)
    controller = StablePD(body)
    for pose, rates in instants:
        data = mujoco.MjData(body.model)
        data.qpos[:], data.qvel[:] = body.qpos(pose), body.qvel(pose, rates * reach)
        data.qpos[1] = 5  # away from the ground
        action = reach * rng.normal(size=36)
        controller.aim(action)
        found = controller.torques(data)
        expected = by_formula(body, data, body.qpos(target_pose(action)))
        assert np.allclose(found, expected, rtol=1e-6, atol=1e-6)
        assert np.all(found[:6] == 0)


def test_no_joint_exceeds_its_limit(body: Body, instants: list) -> None:
    controller = StablePD(body)
    controller.aim(np.full(36, 50.0))
    data = mujoco.MjData(body.model)
    data.qpos[:] = body.qpos(instants[0][0])
    torques = controller.torques(data)[QVEL][6:]
    sizes = [np.linalg.norm(part) for part in np.split(torques, np.cumsum(WIDTHS)[:-1])]
    limits = TORQUE_LIMITS[sorted(BALLS + HINGES)]
    assert np.all(sizes <= limits + 1e-9)
    assert np.any(np.isclose(sizes, limits))


WIDTHS = [3 if b in BALLS else 1 for b in sorted(BALLS + HINGES)]


def test_a_floating_body_takes_the_pose_it_is_asked_for(body: Body) -> None:
    action = np.zeros(36)
    action[[8, 11]] = 0.6, 1.0  # right hip, about z
    action[12] = -0.9  # right knee
    controller, data = StablePD(body), mujoco.MjData(body.model)
    data.qpos[1] = 100.0
    controller.aim(action)
    for _ in range(900):
        data.qfrc_applied[:] = controller.torques(data)
        mujoco.mj_step(body.model, data)
    reached = body.read(data).pose
    assert np.allclose(np.abs(reached[7:]), np.abs(target_pose(action)[7:]), atol=0.02)
