"""The simulated body as mannequin and as shapes: in one piece, on its feet, over what collides."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, HINGE_POSE, HINGES, NAMES, POSE_SIZE, RATE_SIZE
from character.body import Body
from character.instant import Instant
from motion import quat
from motion.canonical import INDEX
from render.color_schemes import DARK
from render.mannequin_parts import BALLS, END_JOINTS
from viewer.model.body_look import AsMannequin, AsShapes, on_bodies

BODY = Body()
SAMPLES = 9
LEFT_FOOT = NAMES.index("left_ankle")
LEAST_M = 0.003
BENT = {"right_knee": -2.7, "left_knee": -2.7, "right_elbow": 2.7, "left_elbow": 2.7}


def standing() -> np.ndarray:
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return pose


def instant(pose: np.ndarray) -> Instant:
    return BODY.at(pose, np.zeros(RATE_SIZE))


def bent(rng: np.random.Generator) -> np.ndarray:
    """A pose with every ball joint a radian off in some way, hinges as far as limbs bend."""
    pose = standing()
    axes = rng.normal(size=(len(BALL_POSE), 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    pose[BALL_POSE] = quat.from_axis_angle(axes, np.ones(len(axes)))
    for index, body in zip(HINGE_POSE, HINGES, strict=True):
        pose[index] = rng.uniform() * BENT[NAMES[body]]
    return pose


def heights(data: np.ndarray, way: int) -> np.ndarray:
    """How high (P, 2) both ends of parts reach up (1) or down (-1), metres; not widened upwards."""
    return data[:, [1, 5]] + way * data[:, [3, 7]]


def touching(data: np.ndarray) -> np.ndarray:
    """Which parts (P, P) go at least 3 mm into which."""
    share = np.linspace(0, 1, SAMPLES)[:, None]
    points = data[:, None, 0:3] * (1 - share) + data[:, None, 4:7] * share
    radii = data[:, 3:4] * (1 - share[:, 0]) + data[:, 7:8] * share[:, 0]
    apart = np.linalg.norm(points[:, None, :, None] - points[None, :, None], axis=-1)
    into = radii[:, None, :, None] + radii[None, :, None] - apart
    found: np.ndarray = into.max(axis=(2, 3)) > LEAST_M
    return found


def pieces(data: np.ndarray) -> int:
    """How many pieces the parts make."""
    reach = touching(data)
    for _ in range(6):
        reach = reach @ reach
    return len(np.unique(reach, axis=0))


def test_the_mannequin_is_in_one_piece_however_it_bends() -> None:
    rng = np.random.default_rng(4)
    assert pieces(AsMannequin().drawn(instant(standing()), DARK.figure).data) == 1
    for _ in range(60):
        assert pieces(AsMannequin().drawn(instant(bent(rng)), DARK.figure).data) == 1
    assert pieces(AsShapes(BODY.shapes()).drawn(instant(standing()), DARK.figure).data) > 1


def test_it_stands_upright_as_tall_as_the_body() -> None:
    data = AsMannequin().drawn(instant(standing()), DARK.figure).data
    shapes = AsShapes(BODY.shapes()).drawn(instant(standing()), DARK.figure)
    assert heights(data, 1).max() == pytest.approx(shapes.bounds()[1][1], abs=0.005)
    assert heights(data, -1).min() == pytest.approx(0, abs=0.003)


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_its_soles_are_flat_on_the_ground_from_heel_to_toe(side: str) -> None:
    """At each end: bounds would hold the toes, which are wider aside, as wide downwards."""
    data = AsMannequin().drawn(instant(standing()), DARK.figure).data
    ankle, ball = INDEX[f"{side}Foot"], INDEX[f"{side}ToeBase"]
    heel = np.flatnonzero((END_JOINTS == [ankle, ball]).all(axis=1))[0]
    toes = np.flatnonzero((END_JOINTS == ball).all(axis=1))[0]
    assert np.abs(data[[heel, toes], 9]).max() < 1e-6  # they are not wider downwards
    np.testing.assert_allclose(heights(data[[heel, toes]], -1), 0, atol=0.003)


def test_its_right_side_mirrors_its_left() -> None:
    data = AsMannequin().drawn(instant(standing()), DARK.figure).data
    left, right = (
        data[(data[:, 12:15] == np.float32(color)).all(axis=1)]
        for color in (DARK.figure.left, DARK.figure.right)
    )
    assert len(left) == len(right) > 8 and (left[:, [0, 4]] > 0).all()
    mirror = np.float32([-1, 1, 1, 1, -1, 1, 1, 1])
    np.testing.assert_allclose(left[:, :8] * mirror, right[:, :8], atol=1e-5)


@pytest.mark.parametrize("roll", [-0.4, 0.0, 0.4])
def test_a_foot_is_flat_where_the_foot_that_collides_is_flat(roll: float) -> None:
    """A leg put aside, its foot turned back: joints alone would not tell that it is flat."""
    pose = standing()
    names = ("left_hip", "left_ankle")
    aside = np.array([1.0, 0.0, 0.0])
    balls = [n for n in NAMES if n not in ("root", *(NAMES[h] for h in HINGES))]
    balls = [n for n in balls if not n.endswith("wrist")]
    for name, angle in zip(names, (roll, -roll), strict=True):
        pose[BALL_POSE[balls.index(name)]] = quat.from_axis_angle(aside, np.array(angle))
    pose[1] -= instant(pose).lowest[LEFT_FOOT]
    now = instant(pose)
    assert quat.rotate(now.rotations[LEFT_FOOT], np.array([0.0, 1, 0]))[1] == pytest.approx(1)
    data = AsMannequin().drawn(now, DARK.figure).data
    toes = (END_JOINTS == INDEX["LeftToeBase"]).all(axis=1)
    heel = (END_JOINTS == [INDEX["LeftFoot"], INDEX["LeftToeBase"]]).all(axis=1)
    for row in data[toes | heel]:
        ends = row[1] - row[3], row[5] - row[7]
        assert min(ends) > -0.01
    assert np.abs(data[toes, 1] - data[toes, 3]).max() < 0.01


def test_hands_and_feet_are_where_the_body_has_them() -> None:
    now = instant(standing())
    ends, radii, bodies = AsMannequin().surface(now)
    assert ends.shape == (len(radii), 2, 3) and bodies.shape == radii.shape
    for side, sign in (("left", 1), ("right", -1)):
        hand = ends[bodies == NAMES.index(f"{side}_elbow")]
        assert (hand[..., 0] * sign > 0.1).all() and hand[..., 1].min() < 0.75
        assert (bodies == NAMES.index(f"{side}_ankle")).sum() >= 4


def test_a_part_shows_the_torque_of_its_body_and_a_ball_that_of_its_joint() -> None:
    values = np.arange(15.0)
    shown = AsMannequin().of_bodies(values)
    for joint, body in (("LeftLeg", "left_knee"), ("LeftFoot", "left_ankle")):
        ball = BALLS & (END_JOINTS[:, 0] == INDEX[joint])
        assert set(shown[ball]) == {NAMES.index(body)}
    thigh = (END_JOINTS == [INDEX["RightUpLeg"], INDEX["RightLeg"]]).all(axis=1)
    assert set(shown[thigh]) == {NAMES.index("right_hip")}
    np.testing.assert_array_equal(AsShapes(BODY.shapes()).of_bodies(values), values)


def test_a_body_has_the_largest_share_of_its_joints() -> None:
    shares = np.zeros(22)
    shares[INDEX["LeftToeBase"]], shares[INDEX["LeftFoot"]] = 0.7, 0.2
    shares[INDEX["RightShoulder"]] = 0.4
    found = on_bodies(shares)
    assert sorted(found)[-2:] == [0.4, 0.7] and np.count_nonzero(found) == 2
