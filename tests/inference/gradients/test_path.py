"""What changed between two frames: the parts sum to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.gradients import SCALARS, attribute, differentiate
from inference.onnx.reader import read_general, read_mlp
from tests.inference.nets import save_chain

DEEPPHASE = Path(__file__).parents[3] / "assets" / "models" / "deepphase.onnx"


def pairs(frames: np.ndarray, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Half of them far apart, half a few frames."""
    rng = np.random.default_rng(5)
    first = rng.integers(0, len(frames) - 20, count)
    far = rng.integers(0, len(frames), count)
    second = np.where(np.arange(count) % 2, far, first + rng.integers(1, 20, count))
    return [(frames[a], frames[b]) for a, b in zip(first, second, strict=True)]


@pytest.mark.parametrize("of", SCALARS)
def test_the_parts_sum_to_the_difference(frames: np.ndarray, of: str) -> None:
    """For angles modulo a turn: the line may pass the origin on its other side."""
    mlp = read_mlp(DEEPPHASE)
    for before, after in pairs(frames, 40):
        found = attribute(mlp, before, after, of)  # type: ignore[arg-type]
        ends = differentiate(mlp, np.stack([before, after]), of).values  # type: ignore[arg-type]
        change = found.change - (ends[1] - ends[0])
        change -= np.round(change) if of == "angle" else 0
        assert abs(change) < 1e-9
        assert abs(found.parts.sum() - found.change) <= max(0.01 * abs(found.change), 2e-6)
        assert found.error <= max(0.005 * abs(found.change), 1e-6)


def test_an_input_that_did_not_move_has_no_part(tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (6, 16, 2), "Tanh"))
    rng = np.random.default_rng(0)
    before = rng.standard_normal(6)
    after = before + rng.standard_normal(6) * [1, 1, 0, 1, 0, 1]
    found = attribute(mlp, before, after, "angle")
    assert found.parts[2] == found.parts[4] == 0 and np.abs(found.parts[[0, 1, 3, 5]]).min() > 0


def test_of_a_linear_model_each_part_is_weight_times_difference(tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (6, 2)))
    before, after = np.random.default_rng(0).standard_normal((2, 6))
    found = attribute(mlp, before, after, "y")
    np.testing.assert_allclose(found.parts, mlp.layers[0].weight[1] * (after - before), rtol=1e-6)
    assert found.steps == 16


def test_a_graph_is_attributed_alike(frames: np.ndarray) -> None:
    before, after = frames[10], frames[14]
    one = attribute(read_mlp(DEEPPHASE), before, after, "angle")
    other = attribute(read_general(DEEPPHASE), before, after, "angle")
    np.testing.assert_allclose(one.parts, other.parts, rtol=1e-6, atol=1e-9)


def test_between_a_frame_and_itself_nothing_changed(frames: np.ndarray) -> None:
    found = attribute(read_mlp(DEEPPHASE), frames[3], frames[3], "angle")
    assert abs(found.change) < 1e-12 and not found.parts.any()
