"""Gradients beside the outputs, by the engine that runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from inference.engines.numpy import NumpyEngine
from inference.gradients import SCALARS, Scalar, gradient
from inference.mlp import Mlp
from inference.models import MODELS
from inference.onnx.reader import read_model
from inference.runner import Report, Runner
from inference.worker.executor import Executor
from inference.worker.messages import EngineFailed, Failure, Infer, LoadModel, Result
from tests.inference.nets import save_model_like

ROWS = np.random.default_rng(3).standard_normal((4, 132)).astype(np.float32)


class Breaking(NumpyEngine):
    """Runs the model as it is, and breaks on its layers turned round."""

    name = "breaking"

    def load(self, model: object) -> Runner:
        if isinstance(model, Mlp) and model.input_name == "back":
            raise RuntimeError("turned the wrong way")
        return super().load(model)  # type: ignore[arg-type]

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Nothing to prepare."""


@pytest.fixture
def deepphase(tmp_path: Path) -> Path:
    path = tmp_path / "deepphase.onnx"
    save_model_like("deepphase", path)
    return path


def ask(executor: Executor, of: Scalar, rows: Mapping[str, np.ndarray]) -> Result | Failure:
    return executor.step(Infer("deepphase", rows, "test", gradient=of))


@pytest.mark.parametrize("of", SCALARS)
def test_a_gradient_comes_with_the_outputs(deepphase: Path, of: Scalar) -> None:
    executor = Executor(["numpy"], NumpyEngine(), lambda _: None)
    executor.load(LoadModel("deepphase", deepphase))
    result = ask(executor, of, {"frame": ROWS})
    assert isinstance(result, Result) and result.gradient is not None
    expected = gradient(read_model(deepphase, MODELS["deepphase"]), ROWS, of)
    np.testing.assert_allclose(result.gradient, expected, rtol=1e-4, atol=1e-6)
    plain = executor.step(Infer("deepphase", {"frame": ROWS}, "test"))
    assert isinstance(plain, Result) and plain.gradient is None


def test_an_engine_that_fails_at_gradients_leaves_them_to_the_next(deepphase: Path) -> None:
    told: list[object] = []
    executor = Executor(["breaking", "numpy"], NumpyEngine(), told.append)
    executor.join(Breaking(), 0.0)
    executor.load(LoadModel("deepphase", deepphase))
    result = ask(executor, "angle", {"frame": ROWS})
    assert isinstance(result, Result) and result.gradient is not None
    (failed,) = [each for each in told if isinstance(each, EngineFailed)]
    assert failed.engine == "breaking" and "turned the wrong way" in failed.message


def test_wrong_inputs_are_one_sentence(deepphase: Path) -> None:
    executor = Executor(["numpy"], NumpyEngine(), lambda _: None)
    executor.load(LoadModel("deepphase", deepphase))
    outcome = ask(executor, "angle", {"frame": ROWS[:, :130]})
    assert isinstance(outcome, Failure) and "130" in outcome.message
