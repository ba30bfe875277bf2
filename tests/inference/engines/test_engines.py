"""Engines against each other and against ONNX Runtime, on the five models and on odd shapes."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference import EngineError, ModelError, load_model
from inference.engines import Engine
from inference.engines.mojo import MojoEngine
from inference.engines.numpy import NumpyEngine
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from motion.bvh import read_bvh
from motion.features import motion_features, phase_frames, windows
from motion.retarget import retarget
from tests.inference.nets import LAYERS, save_chain, save_model_like

ASSETS = Path(__file__).resolve().parents[3] / "assets"
LIMIT = 1e-5


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Largest difference over largest value."""
    return float(np.abs(a - b).max() / np.abs(b).max())


def prepared(engine: MojoEngine) -> MojoEngine:
    engine.prepare(lambda *_: None, threading.Event())
    return engine


@pytest.fixture(params=["mojo", "numpy"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue("mojo") if request.param == "mojo" else NumpyEngine()


@pytest.fixture(scope="module")
def real_inputs() -> dict[str, np.ndarray]:
    """1,000 rows of real motion for the networks that read motion, from clips of every source."""
    folder = Path(__file__).resolve().parents[4] / "shared" / "mocap"
    files = sorted(folder.rglob("*.bvh"))[::40]
    clips = [read_bvh(path) for path in files]
    frames, spans = [], []
    for clip in clips:
        positions = retarget(clip)
        frames.append(phase_frames(positions, clip.frame_time))
        step = max(1, round(1 / 30 / clip.frame_time))
        spans.append(windows(motion_features(positions[::step]), stride=2).reshape(-1, 4380))
    if not clips:
        return {}
    return {
        "frame": np.resize(np.concatenate(frames), (1000, 132)),
        "motion": np.resize(np.concatenate(spans), (1000, 4380)),
    }


@pytest.mark.parametrize("batch", [1, 2, 7, 16, 60, 1000])
@pytest.mark.parametrize("name", MODELS)
def test_mojo_numpy_and_onnx_runtime_agree(
    name: str, batch: int, mojo: MojoEngine, real_inputs: dict[str, np.ndarray], tmp_path: Path
) -> None:
    """On the shipped weights and real motion where they are there."""
    spec = MODELS[name]
    path = spec.path(ASSETS)
    if not spec.available(ASSETS):
        path = save_model_like(name, tmp_path / f"{name}.onnx")
    ((x, shape),) = spec.inputs.items()
    noise = np.random.default_rng(batch).standard_normal((batch, *shape[1:]))
    inputs = {x: real_inputs[x][:batch] if x in real_inputs else noise.astype(np.float32)}
    mlp = read_mlp(path, spec)
    found = mojo.load(mlp).run(inputs)
    reference = NumpyEngine().load(mlp).run(inputs)
    oracle = onnxruntime.InferenceSession(path).run(list(spec.outputs), inputs)
    for (output, values), right in zip(found.items(), oracle, strict=True):
        assert values.shape == right.shape == (batch, *spec.outputs[output][1:])
        assert distance(values, reference[output]) <= LIMIT, output
        assert distance(values, right) <= LIMIT, output


@pytest.mark.parametrize("precision", ["fast", "half"])
@pytest.mark.parametrize("name", MODELS)
def test_16_bit_weights_keep_within_their_limits(
    name: str,
    precision: str,
    own_cache: Path,
    real_inputs: dict[str, np.ndarray],
    tmp_path: Path,
) -> None:
    """The largest difference over the largest value, of each output on 1,000 rows."""
    spec = MODELS[name]
    path = spec.path(ASSETS)
    if not spec.available(ASSETS):
        path = save_model_like(name, tmp_path / f"{name}.onnx")
    ((x, shape),) = spec.inputs.items()
    noise = np.random.default_rng(5).standard_normal((1000, *shape[1:])).astype(np.float32)
    rows = real_inputs.get(x, noise)
    mlp = read_mlp(path, spec)
    exact = NumpyEngine().load(mlp).run({x: rows})
    runner = prepared(MojoEngine(precision)).load(mlp)
    assert runner.engine == f"mojo-{precision}"
    for size in (1, 7, 1000):
        some = [runner.run({x: rows[i : i + size]}) for i in range(0, min(1000, 40 * size), size)]
        for output, right in exact.items():
            found = np.concatenate([part[output] for part in some])
            error = np.abs(found - right[: len(found)]).max() / np.abs(right).max()
            assert error <= {"fast": 1e-4, "half": 1e-2}[precision], output
            if (name, precision) != ("deepphase", "fast"):  # too small to gain by it
                assert error > 1e-7, "these are not the weights of this precision"


WIDTHS = [(1, 1), (3, 5, 2), (8, 16, 32), (17, 33, 7), (257, 15, 1), (1100, 31, 19), (9, 1, 9)]


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 6, 8, 9, 63, 64, 65, 130])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_odd_sizes_and_tails(
    widths: tuple[int, ...], batch: int, mojo: MojoEngine, tmp_path: Path
) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", widths, "LeakyRelu", "Tanh", alpha=-0.5))
    x = np.random.default_rng(batch).standard_normal((batch, widths[0])).astype(np.float32)
    right = NumpyEngine().load(mlp).run({"x": x})["y"]
    np.testing.assert_allclose(mojo.load(mlp).run({"x": x})["y"], right, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("batch", [1, 9])
@pytest.mark.parametrize("activation", ["Relu", "LeakyRelu", "Tanh", "Identity"])
def test_nan_and_infinity_pass_as_in_onnx_runtime(
    activation: str, batch: int, engine: Engine, tmp_path: Path
) -> None:
    path = save_chain(tmp_path / "net.onnx", (1, 1), last=activation)
    x = np.array([[np.nan], [np.inf], [-np.inf], [0], [-0.0], [1e30], [-1e30], [30], [-30]], "f4")
    session = onnxruntime.InferenceSession(path)
    runner = engine.load(read_mlp(path))
    for rows in [x] if batch == 9 else x[:, None]:
        right = session.run(None, {"x": rows})[0]
        np.testing.assert_allclose(runner.run({"x": rows})["y"], right, rtol=1e-6)


def test_one_bad_row_does_not_touch_the_others(engine: Engine, tmp_path: Path) -> None:
    runner = engine.load(read_mlp(save_chain(tmp_path / "net.onnx", (20, 40, 3))))
    x = np.random.default_rng(0).standard_normal((12, 20)).astype(np.float32)
    clean = runner.run({"x": x})["y"]
    x[5] = np.nan
    dirty = runner.run({"x": x})["y"]
    assert np.isnan(dirty[5]).all()
    np.testing.assert_array_equal(np.delete(dirty, 5, 0), np.delete(clean, 5, 0))


def test_any_batch_any_layout_any_number_type(engine: Engine, tmp_path: Path) -> None:
    runner = engine.load(read_mlp(save_chain(tmp_path / "net.onnx", (6, 4, 3))))
    assert runner.run({"x": np.empty((0, 6))})["y"].shape == (0, 3)
    x = np.random.default_rng(0).standard_normal((6, 10)).astype(np.float32)
    plain = runner.run({"x": np.ascontiguousarray(x.T)})["y"]
    np.testing.assert_array_equal(runner.run({"x": x.T})["y"], plain)
    np.testing.assert_allclose(runner.run({"x": x.T.astype(np.float64)})["y"], plain, rtol=1e-6)
    frozen = np.ascontiguousarray(x.T)
    frozen.flags.writeable = False
    np.testing.assert_array_equal(runner.run({"x": frozen})["y"], plain)


def test_results_are_fresh(engine: Engine, tmp_path: Path) -> None:
    runner = engine.load(read_mlp(save_chain(tmp_path / "net.onnx", (6, 4, 3))))
    first = runner.run({"x": np.ones((2, 6))})["y"]
    kept = first.copy()
    runner.run({"x": np.zeros((2, 6))})
    np.testing.assert_array_equal(first, kept)


def test_wrong_inputs_get_a_sentence(engine: Engine, tmp_path: Path) -> None:
    runner = engine.load(read_mlp(save_chain(tmp_path / "net.onnx", (6, 3))))
    for inputs, sentence in (
        ({"z": np.zeros((1, 6))}, r"takes the input 'x', but was given 'z'"),
        ({}, r"was given nothing"),
        ({"x": np.zeros((1, 5))}, r"'x' has shape \[1, 5\], expected \[batch, 6\]"),
        ({"x": np.zeros(6)}, r"'x' has shape \[6\], expected \[batch, 6\]"),
        ({"x": np.float32(1)}, r"'x' has shape \[\]"),
        ({"x": np.array([["a"] * 6])}, r"'x' holds <U1, which is not real numbers"),
        ({"x": np.zeros((1, 6), complex)}, r"'x' holds complex128, which is not real numbers"),
        ({"x": np.array([[None] * 6])}, r"'x' holds object, which is not real numbers"),
        ({"x": [[1, 2], [3]]}, r"the rows of 'x' differ in length"),
    ):
        with pytest.raises(ModelError, match=sentence):
            runner.run(inputs)


def test_two_outputs_of_one_layer(engine: Engine, tmp_path: Path) -> None:
    path = save_model_like("stylevae_encoder", tmp_path / "net.onnx")
    mlp = read_mlp(path, MODELS["stylevae_encoder"])
    mu = mlp.outputs[0]
    same = replace(mlp, outputs=(mu, replace(mu, name="again", shape=(16, 16))))
    results = engine.load(same).run({"motion": np.ones((3, 4380))})
    assert results["again"].shape == (3, 16, 16)
    np.testing.assert_array_equal(results["again"].reshape(3, 256), results["mu"])


def test_load_model_names_its_engine(own_cache: Path, tmp_path: Path) -> None:
    path = save_model_like("deepphase", tmp_path / "deepphase.onnx")
    runner = load_model(path)
    assert (runner.engine, runner.name) == ("mojo", "deepphase")
    assert (runner.inputs, runner.outputs) == ({"frame": (None, 132)}, {"phase": (None, 2)})
    assert load_model(path, engine="numpy").engine == "numpy"
    with pytest.raises(EngineError, match="no engine 'tpu'"):
        load_model(path, engine="tpu")
    with pytest.raises(EngineError, match="no device 'tpu'"):
        load_model(path, engine="max", device="tpu")


def test_without_a_compiler_auto_is_numpy_and_says_why(
    own_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")
    path = save_chain(tmp_path / "net.onnx", (6, 3))
    with caplog.at_level(logging.WARNING):
        assert load_model(path).engine == "numpy"
    assert "No C compiler was found" in caplog.text
    with pytest.raises(EngineError, match="No C compiler was found"):
        load_model(path, engine="mojo")


def test_inference_loads_no_framework() -> None:
    code = "import sys, inference, inference.worker; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    names = {module.split(".")[0] for module in loaded.split()}
    assert "inference" in names
    assert not names & {"PySide6", "torch", "max", "mojo", "onnx", "onnxruntime", "OpenGL"}


def test_every_model_of_the_contract_has_a_place() -> None:
    assert set(MODELS) == set(LAYERS)
    for spec in MODELS.values():
        assert spec.status(Path("/nowhere")) == "not trained yet"
        assert spec.path(ASSETS).name == f"{spec.name}.onnx"
