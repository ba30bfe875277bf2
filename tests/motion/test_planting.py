"""Planted feet stand still, stay on the floor, and leave the body its bones."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import (
    ANKLE_HEIGHT,
    CANONICAL,
    FOOT_JOINTS,
    INDEX,
    LEFT_FOOT,
    LEFT_TOE,
    OFFSETS,
    PARENTS,
    TOE_HEIGHT,
)
from motion.contacts import joint_speed
from motion.features import FPS, motion_features, motion_from_features
from motion.planting import plant_feet, settled, soft_reach, stilled_path
from motion.skeleton import forward_kinematics

FRAME_TIME = 1 / 30


@pytest.fixture
def skating() -> tuple[np.ndarray, np.ndarray]:
    """A figure with bent knees that slides forward on both feet, and its contacts."""
    rotations = np.zeros((60, 22, 4), np.float32)
    rotations[..., 0] = 1
    bend = np.float32(0.25)
    for side in ("Left", "Right"):
        for part, turn in (("UpLeg", -bend), ("Leg", 2 * bend), ("Foot", -bend)):
            rotations[:, INDEX[side + part]] = (np.cos(turn / 2), np.sin(turn / 2), 0, 0)
    translations = np.broadcast_to(OFFSETS, (60, 22, 3)).copy()
    positions, _ = forward_kinematics(CANONICAL, rotations, translations)
    positions[..., 1] += ANKLE_HEIGHT - positions[:, LEFT_FOOT, 1].mean()
    positions[..., 2] += np.linspace(0, 0.2, 60)[:, None]
    contacts = np.zeros((60, 4), np.float32)
    contacts[10:50] = 1
    return positions, contacts


def test_feet_in_contact_do_not_move(skating: tuple[np.ndarray, np.ndarray]) -> None:
    positions, contacts = skating
    before = joint_speed(positions, FRAME_TIME)[12:48, FOOT_JOINTS]
    planted = plant_feet(positions, contacts, FRAME_TIME)
    after = joint_speed(planted, FRAME_TIME)[12:48, FOOT_JOINTS]
    assert before.min() > 0.09
    assert after.max() < 1e-3


def test_feet_in_contact_are_on_the_floor(skating: tuple[np.ndarray, np.ndarray]) -> None:
    positions, contacts = skating
    positions[..., 1] += 0.03 * np.sin(np.arange(60) / 8)[:, None]
    planted = plant_feet(positions, contacts, FRAME_TIME)
    np.testing.assert_allclose(planted[12:48, LEFT_FOOT, 1], ANKLE_HEIGHT, atol=2e-3)
    np.testing.assert_allclose(planted[12:48, LEFT_TOE, 1], TOE_HEIGHT, atol=2e-3)


def test_bones_keep_canonical_lengths(skating: tuple[np.ndarray, np.ndarray]) -> None:
    positions, contacts = skating
    planted = plant_feet(positions * 1.03, contacts, FRAME_TIME)
    lengths = np.linalg.norm(planted[:, 1:] - planted[:, PARENTS[1:]], axis=-1)
    wanted = np.linalg.norm(OFFSETS[1:], axis=-1)
    np.testing.assert_allclose(lengths, np.broadcast_to(wanted, lengths.shape), atol=1e-4)


def test_a_stance_begins_and_ends_without_a_jump(
    skating: tuple[np.ndarray, np.ndarray],
) -> None:
    positions, contacts = skating
    planted = plant_feet(positions, contacts, FRAME_TIME)
    step = np.linalg.norm(np.diff(planted, axis=0), axis=-1)
    assert step.max() < 0.04


def test_hips_come_down_where_the_leg_is_too_short(
    skating: tuple[np.ndarray, np.ndarray],
) -> None:
    positions, contacts = skating
    stretched = positions.copy()
    stretched[..., 2] += np.linspace(0, 0.9, 60)[:, None]
    planted = plant_feet(stretched, contacts, FRAME_TIME)
    assert planted[45, 0, 1] < positions[45, 0, 1] - 0.02
    assert joint_speed(planted, FRAME_TIME)[15:45, LEFT_FOOT].max() < 0.05


def test_without_contact_only_bones_and_floor_change(
    skating: tuple[np.ndarray, np.ndarray],
) -> None:
    positions, contacts = skating
    planted = plant_feet(positions, np.zeros_like(contacts), FRAME_TIME)
    np.testing.assert_allclose(planted, positions, atol=2e-3)


def test_flickers_and_gaps_of_contact_are_settled() -> None:
    down = np.zeros((30, 4), bool)
    down[5:20] = True
    down[10, 1] = False
    down[25, 2] = True
    calm = settled(down, FRAME_TIME)
    assert calm[10, 1] and not calm[25, 2]
    np.testing.assert_array_equal(calm[:, 0], down[:, 0])


def test_the_path_follows_feet_that_stand(skating: tuple[np.ndarray, np.ndarray]) -> None:
    positions, contacts = skating
    features = motion_features(positions)
    still = motion_from_features(stilled_path(features, contacts > 0.5))
    half = motion_from_features(stilled_path(features, contacts > 0.5, 0.5))
    slid = joint_speed(positions, 1 / FPS)[20:40, FOOT_JOINTS].mean()
    assert joint_speed(still, 1 / FPS)[20:40, FOOT_JOINTS].max() < 0.01
    assert joint_speed(half, 1 / FPS)[20:40, FOOT_JOINTS].mean() == pytest.approx(slid / 2, rel=0.1)
    unmoved = stilled_path(features, contacts > 0.5, 0.0)
    np.testing.assert_array_equal(unmoved[:-1], features[:-1])


def test_a_leg_stretches_less_and_less() -> None:
    length = 0.85
    away = np.linspace(0, 1.0, 400)
    stretched = soft_reach(away, length)
    near = away < 0.985 * length
    assert stretched[near] == pytest.approx(away[near])
    assert (np.diff(stretched) > 0).all() and stretched.max() < length
    assert np.diff(stretched, 2).max() < 1e-9
    assert soft_reach(np.array([0.99 * length]), length)[0] == pytest.approx(
        0.99 * length, abs=1e-3
    )


def test_a_knee_does_not_snap_where_the_leg_is_as_long_as_its_way() -> None:
    """Hips that bob through the height at which the legs are straight, over standing feet."""
    rotations = np.zeros((90, 22, 4), np.float32)
    rotations[..., 0] = 1
    for side in ("Left", "Right"):
        for part, turn in (("UpLeg", -0.3), ("Leg", 0.6), ("Foot", -0.3)):
            rotations[:, INDEX[side + part]] = (np.cos(turn / 2), np.sin(turn / 2), 0, 0)
    translations = np.broadcast_to(OFFSETS, (90, 22, 3)).copy()
    positions, _ = forward_kinematics(CANONICAL, rotations, translations)
    positions[..., 1] += ANKLE_HEIGHT - positions[:, LEFT_FOOT, 1].mean()
    rise = 0.03 * (1 - np.cos(2 * np.pi * np.arange(90) / 22.5))
    above = [j for j in range(22) if j not in FOOT_JOINTS]
    positions[:, above, 1] += rise[:, None]
    contacts = np.ones((90, 4), np.float32)
    planted = plant_feet(positions, contacts, FRAME_TIME)
    knee = planted[:, INDEX["LeftLeg"]]
    size = np.linalg.norm(np.diff(knee, 2, axis=0), axis=-1) / FRAME_TIME**2
    assert joint_speed(planted, FRAME_TIME)[5:85, FOOT_JOINTS].max() < 0.05
    assert size.max() < 6.0
