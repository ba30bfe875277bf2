"""The body against DeepMimic's files, and its kinematics against two others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import (
    BALL_POSE,
    BALLS,
    HINGE_POSE,
    HINGES,
    JOINTED,
    NAMES,
    OFFSETS,
    PARENTS,
    POSE_SIZE,
    QPOS,
    QVEL,
    RATE_SIZE,
    TORQUE_LIMITS,
)
from character.body import Body
from character.instant import Instant
from character.reference import ReferenceClip
from motion import quat
from motion.skeleton import Skeleton, forward_kinematics

RADIUS = {"sphere": 0.5, "capsule": 0.5}


def test_every_number_is_deepmimics(body: Body, deepmimic: Path) -> None:
    character = json.loads((deepmimic / "characters" / "humanoid3d.txt").read_text())
    gains = json.loads((deepmimic / "controllers" / "2018_humanoid3d_ctrl.txt").read_text())
    model = body.model
    joints = character["Skeleton"]["Joints"]
    weights = np.array([joint["DiffWeight"] for joint in joints])
    assert np.allclose(body.weights, weights / weights.sum())
    rows = zip(joints, character["BodyDefs"], gains["PDControllers"], strict=True)
    for b, (joint, part, pd) in enumerate(rows):
        assert joint["Name"] == part["Name"] == NAMES[b]
        assert joint["Parent"] == PARENTS[b]
        offset = [joint[f"Attach{axis}"] for axis in "XYZ"]
        assert np.allclose(model.body_pos[body.ids[b]], offset)
        assert np.allclose(OFFSETS[b], offset)
        assert body.masses[b] == part["Mass"]
        assert (body.stiffness[b], body.damping[b]) == (pd["Kp"], pd["Kd"])
        assert TORQUE_LIMITS[b] == joint.get("TorqueLim", 0)
        centre = [part[f"Attach{axis}"] for axis in "XYZ"]
        assert np.allclose(model.body_ipos[body.ids[b]], centre)
        size = model.geom_size[body.geoms[b]]
        params = np.array([part[f"Param{i}"] for i in range(3)])
        if part["Shape"] == "box":
            assert np.allclose(size, params / 2)
        else:
            assert np.isclose(size[0], params[0] / 2)
            assert part["Shape"] == "sphere" or np.isclose(size[1], params[1] / 2)
        user = model.jnt_user[model.joint(NAMES[b]).id] if b in JOINTED else np.zeros(9)
        assert user[2] == TORQUE_LIMITS[b]
        for axis in range(3 if b in BALLS else 0):
            limits = joint[f"LimLow{axis}"], joint[f"LimHigh{axis}"]
            assert tuple(user[3:].reshape(3, 2)[axis]) == limits
        if b in HINGES:
            limits = joint["LimLow0"], joint["LimHigh0"]
            assert tuple(user[3:].reshape(3, 2)[2]) == limits
            assert tuple(model.joint(NAMES[b]).range) == limits


def test_mujoco_counts_the_joints_as_anatomy_says(body: Body) -> None:
    poses, rates = [np.arange(7)], [np.arange(6)]
    for b in JOINTED:
        joint = body.model.joint(NAMES[b])
        poses.append(joint.qposadr[0] + np.arange(4 if b in BALLS else 1))
        rates.append(joint.dofadr[0] + np.arange(3 if b in BALLS else 1))
    assert QPOS.tolist() == np.concatenate(poses).tolist()
    assert QVEL.tolist() == np.concatenate(rates).tolist()


def kinematics(body: Body, pose: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joints (15, 3) and world rotations (15, 4) by the forward kinematics of motion clips."""
    offsets = body.model.body_pos[body.ids]
    skeleton = Skeleton(NAMES, np.array(PARENTS), offsets, {})
    local = quat.identity((15,))
    local[0] = pose[3:7]
    local[list(BALLS)] = pose[BALL_POSE]
    local[list(HINGES)] = quat.from_axis_angle(np.array([0.0, 0.0, 1.0]), pose[HINGE_POSE])
    translations = offsets.copy()
    translations[0] = pose[:3]
    return forward_kinematics(skeleton, local, translations)


def same_rotations(a: np.ndarray, b: np.ndarray, within: float) -> bool:
    return bool(np.all(1 - np.abs(np.sum(a * b, axis=-1)) < within))


def test_kinematics_are_those_of_a_skeleton(body: Body, instants: list) -> None:
    for pose, rates in instants:
        found = body.at(pose, rates)
        joints, rotations = kinematics(body, pose)
        assert np.allclose(found.joints, joints, atol=1e-9, rtol=0)
        assert same_rotations(found.rotations, rotations, 1e-12)
        centres = joints + quat.rotate(rotations, body.model.body_ipos[body.ids])
        assert np.allclose(found.centres, centres, atol=1e-9, rtol=0)
        assert np.allclose(found.pose, pose) and np.allclose(found.rates, rates)


def test_velocities_are_the_differences_of_positions(body: Body, instants: list) -> None:
    """The next pose is integrated here, from what the package says that rates mean."""
    step = 1e-6
    for pose, rates in instants:
        before, after = (moved(body, pose, rates, sign * step) for sign in (-1, 1))
        found = body.at(pose, rates)
        linear = (after.centres - before.centres) / (2 * step)
        turn = quat.mul(after.rotations, quat.conjugate(before.rotations))
        angular = quat.log(turn) / (2 * step)
        assert np.allclose(found.linear, linear, atol=1e-5)
        assert np.allclose(found.angular, angular, atol=1e-5)


def moved(body: Body, pose: np.ndarray, rates: np.ndarray, time: float) -> Instant:
    def turn(vector: np.ndarray) -> np.ndarray:
        angle = np.linalg.norm(vector, axis=-1)
        return quat.from_axis_angle(vector / angle[..., None], angle * time)

    out = pose.copy()
    out[:3] += rates[:3] * time
    out[3:7] = quat.mul(turn(rates[3:6]), pose[3:7])
    at, place = 6, 7
    for joint in sorted(BALLS + HINGES):
        if joint in BALLS:
            own = pose[place : place + 4]
            out[place : place + 4] = quat.mul(own, turn(rates[at : at + 3]))
            at, place = at + 3, place + 4
        else:
            out[place] += rates[at] * time
            at, place = at + 1, place + 1
    assert (at, place) == (RATE_SIZE, POSE_SIZE)
    return body.at(out, rates)


def test_lowest_points_are_those_of_the_surface(body: Body, instants: list) -> None:
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(20_000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    pose, rates = instants[0]
    found = body.at(pose, rates)
    for b in range(15):
        size, kind = body.model.geom_size[body.geoms[b]], body.model.geom_type[body.geoms[b]]
        if kind == 6:  # a box: its corners
            surface = np.sign(directions) * size
        else:  # a sphere, drawn along y for a capsule
            surface = directions * size[0]
            surface[:, 1] += np.sign(surface[:, 1]) * size[1]
        world = found.centres[b] + quat.rotate(found.rotations[b], surface)
        assert np.isclose(world[:, 1].min(), found.lowest[b], atol=2e-4)


def test_standing_puts_the_soles_on_the_ground(body: Body, standing: ReferenceClip) -> None:
    instant = body.at(standing.poses[0], np.zeros(RATE_SIZE))
    assert np.allclose(instant.lowest[[5, 11]], 0, atol=1e-6)
    assert instant.lowest.min() > -1e-6
    assert instant.heading == 0
    assert body.masses.sum() == 45
