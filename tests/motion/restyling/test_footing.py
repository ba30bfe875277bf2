"""Feet that come down stay where they are, whatever the body above them does."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import FOOT_JOINTS, INDEX, OFFSETS, PARENTS
from motion.features import FPS
from motion.restyling.footing import Footing
from tests.motion.restyling.strolling import stroll

FEET = list(FOOT_JOINTS)


def walked(faster: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A walk whose body goes on ``faster`` m/s than its feet step, its contacts, and with its feet
    held; all (T, ...)."""
    positions = stroll(240)
    cycle = np.arange(len(positions))[:, None] / FPS + np.array([0.0, 0.0, 0.5, 0.5])
    contacts = (cycle % 1.0 < 0.5).astype(np.float32)
    positions[..., 2] += faster * np.arange(len(positions))[:, None] / FPS
    footing, held = Footing(), []
    for pose, down in zip(positions, contacts, strict=True):
        held.append(footing.step(pose, down, 0.0).pose())
    return positions, contacts, np.array(held)


def slides(positions: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    """Speeds over the ground, m/s, of toes that stand before and after, two seconds in."""
    toes, down = positions[60:, FEET[1::2]], contacts[60:, 1::2] > 0.5
    speed = np.linalg.norm(np.diff(toes[..., ::2], axis=0), axis=-1) * FPS
    found: np.ndarray = speed[down[1:] & down[:-1]]
    return found


@pytest.mark.parametrize("faster", [-0.3, 0.0, 0.3])
def test_feet_that_stand_do_not_slide(faster: float) -> None:
    positions, contacts, held = walked(faster)
    assert np.percentile(slides(positions, contacts), 50) == pytest.approx(abs(faster), abs=0.02)
    assert np.percentile(slides(held, contacts), 95) < 0.03


def test_steps_get_as_long_as_the_way_of_the_body() -> None:
    """Ahead as much as behind: a foot that would slide 15 cm is never 15 cm away."""
    positions, contacts, held = walked(0.3)
    away = (held - positions)[90:, INDEX["LeftToeBase"], 2]
    standing = contacts[90:, 1] > 0.5
    assert away[standing].max() > 0.04 and away[standing].min() < -0.04
    assert np.abs(away).max() < 0.13


def test_the_body_above_the_legs_keeps_its_pose_and_all_bones_their_length() -> None:
    positions, _, held = walked(0.2)
    legs = [INDEX[s + p] for s in ("Left", "Right") for p in ("Leg", "Foot", "ToeBase")]
    rest = np.setdiff1d(np.arange(22), legs)
    moved = held[:, rest] - positions[:, rest]
    assert np.ptp(moved, axis=1).max() < 1e-5 and np.abs(moved[..., ::2]).max() < 1e-5
    for side in ("Left", "Right"):
        for part in ("Leg", "Foot"):
            joint = INDEX[side + part]
            bones = np.linalg.norm(held[:, joint] - held[:, PARENTS[joint]], axis=-1)
            assert bones == pytest.approx(np.linalg.norm(OFFSETS[joint]), abs=1e-3)


def test_knees_bend_ahead() -> None:
    positions, _, held = walked(0.3)
    for side in ("Left", "Right"):
        hip, knee, ankle = (held[:, INDEX[side + part]] for part in ("UpLeg", "Leg", "Foot"))
        share = (hip - knee)[:, 1] / (hip - ankle)[:, 1]
        line = hip + share[:, None] * (ankle - hip)
        assert (knee - line)[:, 2].min() > -1e-6
    snap, was = (np.abs(np.diff(each, n=2, axis=0)).max() for each in (held, positions))
    assert snap < 2 * was


def test_a_foot_too_far_away_is_let_go() -> None:
    positions = np.repeat(stroll(1), 120, axis=0)
    positions[..., 2] += np.linspace(0, 4, 120)[:, None]
    footing = Footing()
    held = np.array([footing.step(pose, np.ones(4), 0.0).pose() for pose in positions])
    away = np.linalg.norm(held[:, FEET] - held[:, :1], axis=-1)
    assert away.max() < 1.3 and np.isfinite(held).all()
