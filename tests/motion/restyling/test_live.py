"""A motion that still goes on is restyled frame by frame, from its past alone."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import INDEX
from motion.features import FEATURES, WINDOW, motion_features
from motion.restyling.live import BEFORE, NEEDED, LiveRestyle
from motion.restyling.restyle import Decode
from motion.restyling.subspace import StyleSubspace
from tests.motion.restyling.strolling import stroll

HAND = INDEX["LeftHand"]
VALUES = WINDOW * FEATURES
SUBSPACE = StyleSubspace(np.eye(64, 64 + VALUES, dtype=np.float32))
OWN, HIGHER = np.zeros(64), 0.2 * np.eye(64)[0]
"""The style that motion has itself, and one whose left hand is 20 cm higher."""


def encode(windows: np.ndarray) -> np.ndarray:
    """A code that holds all of a window, behind a style of 64 numbers."""
    return np.concatenate([np.zeros((len(windows), 64)), windows.reshape(len(windows), -1)], 1)


def decode(latents: np.ndarray) -> np.ndarray:
    """The window; the first number of the style raises the left hand."""
    windows = latents[:, 64:].reshape(-1, WINDOW, FEATURES).copy()
    windows[..., 3 * HAND + 1] += latents[:, :1]
    return windows


def doubting(latents: np.ndarray) -> np.ndarray:
    """The same, but no two windows agree on how high the left hand is."""
    windows = decode(latents)
    windows[..., 3 * HAND + 1] += 0.02 * np.sin(1e3 * latents[:, 64:200].sum(axis=1))[:, None]
    return windows


@pytest.fixture(scope="module")
def positions() -> np.ndarray:
    return stroll(130)


def live_by(decoding: Decode = decode) -> LiveRestyle:
    return LiveRestyle(encode, decoding, SUBSPACE)


def lived(
    positions: np.ndarray, style: np.ndarray, strength: float = 1.0, decoding: Decode = decode
) -> np.ndarray:
    """Poses (T, 22, 3), each made as it comes."""
    live = live_by(decoding)
    found = [
        live.pose(n, positions[max(0, n + 1 - NEEDED) : n + 1], style, strength)
        for n in range(len(positions))
    ]
    return np.array([each.pose for each in found])


def test_no_strength_is_where_the_content_is(positions: np.ndarray) -> None:
    found = lived(positions, HIGHER, 0.0)
    upper = [INDEX[name] for name in ("Hips", "Head", "LeftHand", "RightHand")]
    assert np.linalg.norm(found - positions, axis=-1)[:, upper].max() < 0.08
    assert found.shape == positions.shape and found.dtype == np.float32


def test_a_style_is_worn_by_the_newest_frame(positions: np.ndarray) -> None:
    own, higher, half = (lived(positions, OWN + s * HIGHER)[:, HAND, 1] for s in (0, 1, 0.5))
    assert (higher - own).min() > 0.08
    assert half - own == pytest.approx(lived(positions, HIGHER, 0.5)[:, HAND, 1] - own, abs=1e-4)


def test_what_windows_disagree_about_is_taken_in_slowly(positions: np.ndarray) -> None:
    features = motion_features(positions)
    cuts = features[np.arange(70)[:, None] + np.arange(WINDOW)]
    apart = (doubting(encode(cuts)) - cuts)[:, -1, 3 * HAND + 1]
    calm = lived(positions, OWN)[WINDOW:, HAND, 1]
    hand = lived(positions, OWN, decoding=doubting)[WINDOW:, HAND, 1]
    raw, left = (np.abs(np.diff(each, n=2)).mean() for each in (apart, hand - calm))
    assert raw > 0.01 and left < 0.5 * raw


def test_a_frame_that_is_jumped_to_is_as_if_one_had_come_to_it(positions: np.ndarray) -> None:
    came, live = lived(positions, OWN), live_by()
    for frame in (120, 60, 61, 129, 129):
        part = positions[max(0, frame + 1 - NEEDED) : frame + 1]
        jumped = live.pose(frame, part, OWN, 1.0).pose
        assert np.linalg.norm(jumped - came[frame], axis=-1).mean() < 0.03
    assert np.array_equal(live_by().pose(129, positions[-NEEDED:], OWN, 1.0).pose, jumped)


def test_a_frame_that_stands_still_takes_another_style(positions: np.ndarray) -> None:
    part, live = positions[-NEEDED:], live_by()
    before, raised, after = (live.pose(129, part, s, 1.0).pose for s in (OWN, HIGHER, OWN))
    assert raised[HAND, 1] > before[HAND, 1] + 0.08
    assert np.array_equal(after, before)


@pytest.mark.parametrize("frames", [1, 2, 7, BEFORE + 1])
def test_a_motion_that_just_began(positions: np.ndarray, frames: int) -> None:
    made = live_by().pose(500, positions[:frames], OWN, 1.0)
    assert np.isfinite(made.pose).all() and made.pose.shape == (22, 3)
    assert set(np.unique(made.contacts)) <= {0.0, 1.0}
    assert np.abs(made.pose[0] - positions[frames - 1, 0])[[0, 2]].max() < 0.02


def test_a_cut_begins_anew(positions: np.ndarray) -> None:
    live = live_by()
    for n in range(70):
        live.pose(n, positions[: n + 1], OWN, 1.0)
    there = positions + np.array([5.0, 0.0, -3.0], np.float32)
    for n in range(3):
        made = live.pose(70 + n, there[: n + 1], OWN, 1.0).pose
        alone = live_by().pose(n, there[: n + 1], OWN, 1.0).pose
        assert np.linalg.norm(made - alone, axis=-1).mean() < 0.06
