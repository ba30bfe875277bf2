"""Sliders of a made-up model, of which it is known what each number of the style does."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from motion.canonical import INDEX, JOINTS
from motion.features import FPS, WINDOW, motion_features
from motion.restyling.restyle import read_content
from motion.restyling.subspace import LATENT_SIZE, STYLE_SIZE
from tests.motion.synthetic import walk
from training.data import HELD_OUT, TRAIN, TrainingClip
from training.stylevae.directions import (
    LEAST_EFFECT,
    RealStyles,
    Workshop,
    choose_contents,
    find_sliders,
)
from training.stylevae.properties import PROPERTIES

DRAW = np.random.default_rng(0)
LEGS = ("Hips", "Leg", "Foot", "Toe")
UPPER = [n for n, name in enumerate(JOINTS) if not any(part in name for part in LEGS)]
LEFT_ARM, RIGHT_ARM = ([INDEX[s + p] for p in ("ForeArm", "Hand")] for s in ("Left", "Right"))
STORE: list[np.ndarray] = []


def encode(windows: np.ndarray) -> np.ndarray:
    """No style at all; the content is the number under which a window is kept."""
    latents = np.zeros((len(windows), LATENT_SIZE), np.float32)
    latents[:, STYLE_SIZE] = range(len(STORE), len(STORE) + len(windows))
    STORE.extend(windows)
    return latents


def decode(latents: np.ndarray) -> np.ndarray:
    """The first number of a style leans the body, the second leans it a little, lifts the left
    arm and lowers the right one; the others do nothing.
    """
    windows = np.stack([STORE[int(n)] for n in latents[:, STYLE_SIZE]])
    joints = windows[..., :66].reshape(len(windows), WINDOW, -1, 3)
    lean = (0.05 * latents[:, 0] + 0.03 * latents[:, 1])[:, None, None]
    joints[:, :, UPPER, 2] += lean * (joints[:, :, UPPER, 1] - joints[:, :, :1, 1])
    turn = np.clip(0.1 * latents[:, 1], -1, 1)[:, None, None]
    joints[:, :, LEFT_ARM, 1] += turn * np.array([0.28, 0.53])
    joints[:, :, RIGHT_ARM, 1] -= turn * np.array([0.28, 0.53])
    return windows


@pytest.fixture(scope="module")
def found() -> tuple:
    workshop = Workshop([read_content(walk(75, 1 / FPS), encode, decode)], decode)
    styles = DRAW.normal(size=(400, STYLE_SIZE))
    real = RealStyles(styles, np.full(400, 1 / 400))
    return (*find_sliders(real, workshop, seed=0), real)


def test_it_has_the_sliders_that_the_model_has(found: tuple) -> None:
    sliders, table, _ = found
    assert set(table) == {each.name for each in PROPERTIES}
    assert {each.name for each in sliders} == {n for n, row in table.items() if not row["left_out"]}
    assert {"lean", "asymmetry"} <= {each.name for each in sliders}
    assert "deviations only" in table["toes out"]["left_out"]


def test_a_slider_changes_its_own_property_and_says_by_how_much(found: tuple) -> None:
    sliders, table, _ = found
    by_name = {each.name: each for each in sliders}
    lean, lift = by_name["lean"], by_name["asymmetry"]
    assert lean.own.high == pytest.approx(np.degrees(np.arctan(0.1)), abs=1.5)
    assert abs(lean.effects["asymmetry"].high) < 0.2 * lift.own.high
    assert abs(lift.effects["lean"].high) < 0.4 * lean.own.high
    assert lift.own.low < 0 < lift.own.high
    assert table["lean"]["correlation"] > 0.95 and table["lean"]["effect"] > LEAST_EFFECT


def test_directions_are_one_standard_deviation_long_and_have_dual_readings(found: tuple) -> None:
    sliders, _, real = found
    directions = np.array([each.direction for each in sliders])
    readings = np.array([each.reading for each in sliders])
    np.testing.assert_allclose(readings @ directions.T, np.eye(len(sliders)), atol=1e-4)
    unit = directions @ np.linalg.inv(real.half())
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-3)


def test_the_poses_show_both_ends(found: tuple) -> None:
    lean = next(each for each in found[0] if each.name == "lean")
    assert lean.low.shape == lean.high.shape == (22, 3)
    assert lean.high[INDEX["Head"], 2] - lean.low[INDEX["Head"], 2] > 0.08


def test_the_half_covariance_is_that_of_the_real_styles() -> None:
    styles = DRAW.normal(size=(500, 4)) @ np.diag([1, 2, 3, 4])
    real = RealStyles(styles, np.full(500, 1 / 500))
    np.testing.assert_allclose(real.half() @ real.half(), np.cov(styles.T, bias=True), atol=1e-4)


def clip(style: str, split: str, frames: int) -> TrainingClip:
    positions = walk(frames, 1 / FPS)
    usable = np.ones(frames, bool)
    return TrainingClip(style, style, "", split, positions, motion_features(positions), usable)


def test_contents_are_steady_gaits_of_five_seconds_at_most() -> None:
    clips = [clip("salsa_dance", TRAIN, 150), clip("walk", TRAIN, 70), clip("walk", TRAIN, 200)]
    contents = choose_contents(clips, encode, decode)
    assert [len(content.positions) for content in contents] == [150]
    with pytest.raises(ValueError, match="no steady walk of 3 s"):
        choose_contents([clip("walk", HELD_OUT, 60)], encode, decode)
