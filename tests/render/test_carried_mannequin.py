"""The mannequin that rigid frames carry."""

from __future__ import annotations

import numpy as np
import pytest

from motion import quat
from motion.canonical import INDEX
from render.carried_mannequin import CarriedMannequin
from render.color_schemes import DARK
from render.mannequin import mannequin
from render.mannequin_parts import END_FRAMES, FRAMES, RADII, TOE_TIPS

CARRIERS = {
    "pelvis": "Hips",
    "waist": "Spine",
    "chest": "Spine1",
    "head": "Neck",
    "thigh": "UpLeg",
    "shin": "Leg",
    "foot": "Foot",
    "upper": "Arm",
    "fore": "ForeArm",
}


@pytest.fixture
def hanging(t_pose: np.ndarray) -> np.ndarray:
    """The rest pose with arms that hang straight down, joints (22, 3)."""
    pose = t_pose.copy()
    for side in ("Left", "Right"):
        shoulder = pose[INDEX[f"{side}Arm"]].copy()
        for name in ("ForeArm", "Hand"):
            joint = INDEX[f"{side}{name}"]
            pose[joint] = shoulder - [0, np.linalg.norm(t_pose[joint] - shoulder), 0]
    return pose


def origins_of(pose: np.ndarray) -> np.ndarray:
    """Where the frames (14, 3) begin."""
    sides = [next((s for s in ("Left", "Right") if f.startswith(s)), "") for f in FRAMES]
    joints = [
        side + CARRIERS[frame.removeprefix(side)] for side, frame in zip(sides, FRAMES, strict=True)
    ]
    return np.array([pose[INDEX[joint]] for joint in joints])


RAISED = np.array([0.0, 0.4, 0.0])
UPRIGHT = np.tile(np.eye(3), (len(FRAMES), 1, 1))


def test_at_rest_it_is_the_mannequin_fitted_to_joints(hanging: np.ndarray) -> None:
    origins = origins_of(hanging)
    carried = CarriedMannequin.at_rest(hanging, origins, 1.0)
    figure = carried.placed(origins, UPRIGHT, DARK.figure)
    fitted = mannequin(hanging)
    ends = [0, 1, 2, 4, 5, 6]
    assert np.abs(figure.data[:, ends] - fitted.data[:, ends]).max() < 0.03
    np.testing.assert_array_equal(figure.data[:, 12:], fitted.data[:, 12:])


def test_it_goes_where_its_frames_go(hanging: np.ndarray) -> None:
    origins = origins_of(hanging)
    carried = CarriedMannequin.at_rest(hanging, origins, 0.9)
    turn = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array(2.1))
    shift = np.array([3.0, 0.4, -4.0])
    still = carried.placed(origins + RAISED, UPRIGHT, DARK.figure).data
    turns = np.tile(quat.to_matrix(turn), (len(FRAMES), 1, 1))
    moved = carried.placed(quat.rotate(turn, origins) + shift, turns, DARK.figure).data
    for columns in ([0, 1, 2], [4, 5, 6]):
        there = quat.rotate(turn, still[:, columns] - RAISED) + shift
        np.testing.assert_allclose(moved[:, columns], there, atol=1e-4)
    np.testing.assert_allclose(moved[:, 8:11], quat.rotate(turn, still[:, 8:11]), atol=1e-5)
    np.testing.assert_allclose(moved[:, [3, 7]], 0.9 * RADII, atol=1e-6)


def test_a_frame_carries_its_own_parts_and_no_others(hanging: np.ndarray) -> None:
    origins = origins_of(hanging)
    carried = CarriedMannequin.at_rest(hanging, origins, 1.0)
    shin = FRAMES.index("Leftshin")
    turns = UPRIGHT.copy()
    turns[shin] = quat.to_matrix(quat.from_axis_angle(np.array([1.0, 0, 0]), np.array(1.2)))
    still = carried.placed(origins, UPRIGHT, DARK.figure).data
    bent = carried.placed(origins, turns, DARK.figure).data
    for end, columns in enumerate(([0, 1, 2], [4, 5, 6])):
        moved = np.abs(bent[:, columns] - still[:, columns]).max(axis=1) > 1e-6
        assert moved.any() and (END_FRAMES[moved, end] == shin).all()


def test_toes_bend_up_where_they_would_sink(hanging: np.ndarray) -> None:
    origins = origins_of(hanging)
    carried = CarriedMannequin.at_rest(hanging, origins, 1.0)
    tilted = UPRIGHT.copy()
    for side in ("Left", "Right"):
        tilt = quat.from_axis_angle(np.array([1.0, 0, 0]), np.array(0.25))
        tilted[FRAMES.index(f"{side}foot")] = quat.to_matrix(tilt)
    low = carried.placed(origins, tilted, DARK.figure).data[TOE_TIPS]
    high = carried.placed(origins + RAISED, tilted, DARK.figure).data[TOE_TIPS]
    assert (low[:, 5] > high[:, 5] - RAISED[1] + 0.01).all()
    np.testing.assert_allclose(low[:, 1], high[:, 1] - RAISED[1], atol=1e-6)
