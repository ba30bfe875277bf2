"""Which joints a phase depends on, beside differences of the model itself, and a planted fault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference import load_model
from inference.engines.numpy import NumpyEngine
from inference.gradients import SCALARS, EngineGradient, Scalar, gradient
from inference.mlp import Mlp
from inference.onnx.reader import read_general, read_mlp
from motion.canonical import INDEX, JOINTS
from motion.features import phase_angle
from tests.inference.nets import save_chain
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.saliency import INPUT_NAMES, Saliency, by_joint, saliency, units, what_changed

DEEPPHASE = ASSETS / "models" / "deepphase.onnx"


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    found = load_motion(ASSETS / "clips" / "walk.bvh").phase_frames
    assert found is not None
    return found


@pytest.fixture(scope="module")
def mlp() -> Mlp:
    return read_mlp(DEEPPHASE)


def blown_up(mlp: Mlp, place: int) -> Mlp:
    """``mlp`` with what input ``place`` sends to its first layer, 30 times as much."""
    first = mlp.layers[0]
    weight = first.weight.copy()
    weight[:, place] *= 30
    return replace(mlp, layers=(replace(first, weight=weight), *mlp.layers[1:]))


def test_turns_per_cm_and_per_metre_a_second(mlp: Mlp, frames: np.ndarray) -> None:
    """Nudged along its own gradient, a joint turns the phase as fast as the saliency says."""
    row = frames[40:41].astype(np.float64)
    found = saliency(mlp, row, "angle").values[0]
    ways = gradient(mlp, row, "angle")[0].reshape(2, 22, 3)
    runner = load_model(DEEPPHASE, "numpy")
    for kind, nudge, per in ((0, 1e-3, 100), (1, 1e-2, 1)):
        joint = int(found[:, kind].argmax())
        way = np.zeros((2, 22, 3))
        way[kind, joint] = ways[kind, joint] / np.linalg.norm(ways[kind, joint])
        ends = np.concatenate([row + s * nudge * way.reshape(1, -1) for s in (-1, 1)])
        angles = phase_angle(runner.run({mlp.input_name: ends})["phase"]) / (2 * np.pi)
        turned = (angles[1] - angles[0] + 0.5) % 1 - 0.5
        assert turned / (2 * nudge * per) == pytest.approx(found[joint, kind], rel=0.05)


@pytest.mark.parametrize("place", [INDEX["LeftHand"] * 3 + 2, 66 + INDEX["RightToeBase"] * 3 + 2])
@pytest.mark.parametrize("of", SCALARS)
def test_a_planted_fault_is_named(mlp: Mlp, frames: np.ndarray, place: int, of: Scalar) -> None:
    joint = JOINTS[place % 66 // 3]
    assert saliency(mlp, frames, of).top(count=1)[0][0] != joint
    found = saliency(blown_up(mlp, place), frames, of)
    assert found.top(count=1)[0][0] == joint
    assert (
        INPUT_NAMES[place] == f"{joint} {['position', 'velocity'][place // 66]} {'xyz'[place % 3]}"
    )


def test_shares_sum_to_one_and_paint_reaches_it(mlp: Mlp, frames: np.ndarray) -> None:
    found = saliency(mlp, frames, "angle")
    assert found.values.shape == (len(frames), 22, 2) and found.values.dtype == np.float32
    np.testing.assert_allclose(found.shares.sum(1), 1, rtol=1e-5)
    np.testing.assert_array_equal(found.paint.max(1), 1)
    assert found.paint.min() >= 0
    names, shares = zip(*found.top(7, count=22), strict=True)
    assert sorted(names) == sorted(JOINTS) and list(shares) == sorted(shares, reverse=True)
    assert units("angle") == ("turns per cm", "turns per m/s")


def test_a_long_clip_is_as_its_pieces(mlp: Mlp, frames: np.ndarray) -> None:
    long = np.tile(frames, (15, 1))[:2500]
    whole = saliency(mlp, long, "amplitude").values
    np.testing.assert_allclose(whole[:40], saliency(mlp, long[:40], "amplitude").values, rtol=1e-3)
    assert saliency(mlp, frames[:0], "angle").values.shape == (0, 22, 2)


def test_nothing_to_share_is_zero() -> None:
    assert not by_joint(np.zeros((2, 132))).any()
    still = Saliency("x", np.zeros((1, 22, 2), np.float32))
    assert not still.shares.any() and not still.paint.any()


def test_what_changed_sums_by_joints(mlp: Mlp, frames: np.ndarray) -> None:
    for first, last in ((10, 12), (0, 70)):
        found = what_changed(mlp, frames[first], frames[last], "angle")
        assert abs(found.parts.sum() - found.change) <= 0.01 * abs(found.change)
        assert found.top(3)[0][1] == pytest.approx(max(found.parts.sum(1), key=abs))


def test_a_joint_that_jumped_is_what_changed(mlp: Mlp, frames: np.ndarray) -> None:
    after = frames[20].copy()
    after[3 * INDEX["Head"] : 3 * INDEX["Head"] + 3] += 0.2
    found = what_changed(mlp, frames[20], after, "angle")
    others = np.delete(found.parts, INDEX["Head"], axis=0)
    assert found.top(1)[0][0] == "Head" and not others.any() and not found.parts[:, 1].any()


def test_a_general_graph_is_alike(mlp: Mlp, frames: np.ndarray) -> None:
    other = saliency(read_general(DEEPPHASE), frames[:70], "angle").values
    np.testing.assert_allclose(saliency(mlp, frames[:70], "angle").values, other, rtol=1e-3)


def test_an_engine_gives_the_same(mlp: Mlp, frames: np.ndarray) -> None:
    on = EngineGradient(mlp, NumpyEngine())
    found = saliency(mlp, frames, "angle", on=on).shares
    assert np.abs(found - saliency(mlp, frames, "angle").shares).mean() < 1e-4


def test_another_shape_is_told(tmp_path: Path, frames: np.ndarray) -> None:
    mine = read_mlp(save_chain(tmp_path / "mine.onnx", (9, 2)))
    with pytest.raises(Refused, match=r"mine.onnx: the input 'x' has shape \['batch', 9\]"):
        saliency(mine, frames, "angle")
    three = read_mlp(save_chain(tmp_path / "three.onnx", (132, 3)))
    with pytest.raises(Refused, match="one output of two numbers"):
        what_changed(three, frames[0], frames[1], "angle")
