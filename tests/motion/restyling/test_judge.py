"""The judge of styles: the file round trip, its inputs, and the Fréchet distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.features import FEATURES, FPS, JOINT_VALUES, WINDOW
from motion.npz import write_npz
from motion.restyling.judge import KERNEL, Judge, judge_inputs, load_judge

INPUTS, WIDTH = 135, 64


def made_judge() -> Judge:
    draw = np.random.default_rng(0)
    sizes = {"first": KERNEL * INPUTS, "second": KERNEL * WIDTH, "last": 2 * WIDTH}
    weights = {
        name: (
            draw.standard_normal((size, 2 if name == "last" else WIDTH)).astype(np.float32)
            / np.float32(np.sqrt(size)),
            np.zeros(2 if name == "last" else WIDTH, np.float32),
        )
        for name, size in sizes.items()
    }
    real = (np.zeros(2 * WIDTH), np.eye(2 * WIDTH))
    nothing, one = np.zeros(INPUTS, np.float32), np.ones(INPUTS, np.float32)
    return Judge(("calm", "wild"), nothing, one, weights, np.array([0.5, 2.0]), real)


def test_it_reads_one_style_a_window() -> None:
    windows = np.random.default_rng(1).standard_normal((5, WINDOW, FEATURES)).astype(np.float32)
    judge = made_judge()
    assert judge.traits(windows).shape == (5, 2 * WIDTH)
    read = judge.read(windows)
    assert read.shape == (5,) and set(read) <= {0, 1}
    np.testing.assert_array_equal(judge.read(windows[2:3]), read[2:3])


def test_its_inputs_are_positions_root_and_speeds() -> None:
    windows = np.zeros((1, WINDOW, FEATURES), np.float32)
    windows[0, :, 4] = np.arange(WINDOW) / FPS
    inputs = judge_inputs(windows)
    assert inputs.shape == (1, WINDOW, INPUTS)
    np.testing.assert_allclose(inputs[0, :, JOINT_VALUES + 3 + 4], 1.0, rtol=1e-4)


def test_the_distance_of_normal_sets_is_the_known_one() -> None:
    """|m₁ - m₂|² for the same covariance; Σ (σ - 1)² for the same mean."""
    traits = np.random.default_rng(2).standard_normal((200_000, 2 * WIDTH))
    judge = made_judge()
    assert judge.distance(traits) == pytest.approx(0.0, abs=0.1)
    assert judge.distance(traits + 0.5) == pytest.approx(0.25 * 2 * WIDTH, rel=0.02)
    assert judge.distance(2 * traits) == pytest.approx(2 * WIDTH, rel=0.02)


def test_a_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    write_npz(tmp_path / "judge.npz", {"styles": np.array(["calm"])})
    with pytest.raises(ValueError, match=r"judge\.npz: no style judge, 'first\.weight' is missing"):
        load_judge(tmp_path / "judge.npz")
