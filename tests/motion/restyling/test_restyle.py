"""Restyling keeps the content at strength 0, moves the style block alone, and plants feet."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import FOOT_JOINTS, INDEX
from motion.contacts import joint_speed
from motion.features import FEATURES, FPS, ROOT, WINDOW, motion_features
from motion.restyling.joining import cut, window_starts
from motion.restyling.restyle import read_content, restyled, restyled_windows
from motion.restyling.subspace import STYLE_SIZE
from tests.motion.synthetic import walk

LATENT = 256


class Linear:
    """A code of 256 numbers that is exact for the windows of one clip; the first number
    raises the left hand.
    """

    def __init__(self, windows: np.ndarray) -> None:
        raised = np.zeros((WINDOW, FEATURES))
        raised[:, 3 * INDEX["LeftHand"] + 1] = 1.0
        flat = windows.reshape(len(windows), -1)
        more = np.random.default_rng(0).standard_normal((LATENT - len(flat) - 1, raised.size))
        rows = np.concatenate([raised.reshape(1, -1), flat, more])
        self._basis = np.linalg.qr(rows.T)[0].T

    def encode(self, windows: np.ndarray) -> np.ndarray:
        return windows.reshape(len(windows), -1) @ self._basis.T

    def decode(self, latents: np.ndarray) -> np.ndarray:
        return (latents @ self._basis).reshape(len(latents), WINDOW, FEATURES)


@pytest.fixture(scope="module")
def positions() -> np.ndarray:
    return walk(200, 1 / FPS)


@pytest.fixture(scope="module")
def model(positions: np.ndarray) -> Linear:
    features = motion_features(positions)
    return Linear(cut(features, window_starts(len(features))))


def test_strength_0_is_the_content(model: Linear, positions: np.ndarray) -> None:
    content = read_content(positions, model.encode, model.decode)
    style = np.ones(STYLE_SIZE)
    came, _ = restyled(content, style, 0.0, model.decode)
    assert np.linalg.norm(came - positions, axis=-1).mean() < 0.025


def test_strength_moves_the_style_block_and_nothing_else(
    model: Linear, positions: np.ndarray
) -> None:
    content = read_content(positions, model.encode, model.decode)
    style = content.style + np.eye(STYLE_SIZE)[0]
    once, twice = (restyled_windows(content, style, s, model.decode) for s in (1.0, 2.0))
    own = content.latents[:, :STYLE_SIZE]
    for windows, strength in ((once, 1.0), (twice, 2.0)):
        found = model.encode(windows)
        wanted = own + strength * (style - own)
        np.testing.assert_allclose(found[:, :STYLE_SIZE], wanted, atol=1e-3)
        kept = content.latents[:, STYLE_SIZE:]
        np.testing.assert_allclose(found[:, STYLE_SIZE:], kept, atol=1e-3)


def test_a_style_for_each_window(model: Linear, positions: np.ndarray) -> None:
    content = read_content(positions, model.encode, model.decode)
    styles = np.repeat(content.style[None], len(content.starts), axis=0)
    together = restyled_windows(content, content.style, 1.0, model.decode)
    each = restyled_windows(content, styles, 1.0, model.decode)
    np.testing.assert_array_equal(together, each)


def test_feet_in_contact_stand(model: Linear, positions: np.ndarray) -> None:
    """Though the decoder lets the body go on a tenth too slowly for its feet."""

    def slow(latents: np.ndarray) -> np.ndarray:
        windows = model.decode(latents)
        windows[..., ROOT] *= 0.9
        return windows

    content = read_content(positions, model.encode, model.decode)
    came, contacts = restyled(content, content.latents[:, :STYLE_SIZE], 1.0, slow)
    speed = joint_speed(came * np.array([1, 0, 1]), 1 / FPS)[:, FOOT_JOINTS]
    assert contacts.mean() > 0.3
    assert np.percentile(speed[contacts > 0.5], 90) <= 0.1
    assert came.shape == positions.shape and came.dtype == np.float32
