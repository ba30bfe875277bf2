import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motion import features
from motion.canonical import FOOT_JOINTS, INDEX
from motion.contacts import contacts, joint_speed
from tests.motion.synthetic import walk, wander

seeds = st.integers(0, 2**31)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_motion_features_round_trip(seed):
    positions = wander(seed)
    heading = features.heading(positions, 1 / 30)[0]
    origin = (float(positions[0, 0, 0]), float(positions[0, 0, 2]), float(heading))
    back = features.motion_from_features(features.motion_features(positions), origin)
    assert back == pytest.approx(positions, abs=1e-5)


@given(seeds, st.floats(-np.pi, np.pi), st.floats(-3, 3), st.floats(-3, 3))
@settings(max_examples=25, deadline=None)
def test_features_do_not_depend_on_heading_or_place(seed, angle, x, z):
    positions = wander(seed)
    moved = features.turn(positions.astype(np.float64), np.float64(angle)) + np.array([x, 0, z])
    for extract in (features.motion_features, lambda p: features.phase_frames(p, 1 / 30)):
        assert extract(moved) == pytest.approx(extract(positions), abs=1e-4)


def test_layout_of_a_walk():
    found = features.motion_features(walk(240, 1 / 30))
    assert found.shape == (240, 73)
    assert found[5:-5, features.ROOT] == pytest.approx(np.tile([0, 1.0, 0], (230, 1)), abs=1e-3)
    joints = found[:, :66].reshape(240, 22, 3)
    assert joints[:, 0, [0, 2]] == pytest.approx(0, abs=1e-5)
    assert (joints[:, INDEX["LeftArm"], 0] > 0.1).all()
    assert set(np.unique(found[:, features.CONTACTS])) == {0, 1}


def test_heading_follows_the_body():
    positions = wander(0)
    turned = features.turn(positions.astype(np.float64), np.float64(0.7))
    difference = features.heading(turned, 1 / 30) - features.heading(positions, 1 / 30)
    assert np.angle(np.exp(1j * difference)) == pytest.approx(0.7, abs=1e-6)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_phase_frames_return_joints_and_velocities(seed):
    positions = wander(seed)
    joints, velocities = features.joints_from_phase_frames(features.phase_frames(positions, 1 / 30))
    facing = features.heading(positions, 1 / 30)
    world = features.turn(joints.astype(np.float64), facing[:, None])
    world += positions[:, :1] * [1, 0, 1]
    assert world == pytest.approx(positions, abs=1e-5)
    speed = np.linalg.norm(velocities, axis=-1)
    assert speed == pytest.approx(joint_speed(positions, 1 / 30), abs=1e-3)


def test_windows_cover_the_clip():
    rows = np.arange(100 * 73, dtype=np.float32).reshape(100, 73)
    cut = features.windows(rows, stride=10)
    assert cut.shape == (5, 60, 73)
    assert (cut[2] == rows[20:80]).all()
    assert features.windows(rows[:59]).shape == (0, 60, 73)


def test_single_frame_has_features():
    positions = wander(1, frames=1)
    assert np.isfinite(features.motion_features(positions)).all()
    assert np.isfinite(features.phase_frames(positions, 1 / 30)).all()


@pytest.mark.parametrize("frame_time", [1 / 30, 1 / 60, 1 / 120])
def test_contacts_of_a_walk_alternate(frame_time):
    frames = int(4 / frame_time)
    found = contacts(walk(frames, frame_time), frame_time)
    assert found.shape == (frames, 4)
    share = found.mean(axis=0)
    assert (share > 0.4).all() and (share < 0.7).all()
    both = (found[:, 0] * found[:, 2]).mean()
    assert both < 0.25
    strikes = np.count_nonzero(np.diff(found[:, 0]) > 0)
    assert 3 <= strikes <= 4


def test_standing_is_contact_and_flying_is_not():
    still = np.repeat(walk(1), 30, axis=0)
    assert contacts(still, 1 / 30).min() == 1
    still[..., 1] += 0.3
    assert contacts(still, 1 / 30).max() == 0
    assert FOOT_JOINTS == (3, 4, 7, 8)


def test_windows_of_a_motion_join_into_the_motion():
    whole = features.motion_features(walk(150, 1 / 30))
    for starts in (np.array([0, 17, 44, 90]), np.arange(0, 91, 30)):
        parts = np.stack([whole[start : start + features.WINDOW] for start in starts])
        assert np.allclose(features.join_windows(parts, starts), whole, atol=1e-6)
    with pytest.raises(ValueError, match="gap"):
        features.join_windows(parts[:2], np.array([0, 61]))


def test_windows_that_overlap_by_half_fade_along_a_raised_cosine():
    pair = np.stack([np.zeros((60, 1)), np.ones((60, 1))])
    joined = features.join_windows(pair, np.array([0, 30]))[:, 0]
    fade = 0.5 - 0.5 * np.cos(np.pi * (np.arange(30) + 0.5) / 30)
    assert joined == pytest.approx(np.concatenate([np.zeros(30), fade, np.ones(30)]), abs=1e-6)


def test_phase_angle_and_amplitude():
    xy = np.array([[0.0, 2.0], [-1.0, 0.0]])
    assert features.phase_angle(xy) == pytest.approx([np.pi / 2, np.pi])
    assert features.phase_amplitude(xy) == pytest.approx([2, 1])
