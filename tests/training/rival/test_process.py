"""PyTorch as the reference and the rival of the engines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.bench.contestant import Answer, Block, Contestant, ContestantError, Load  # noqa: E402
from inference.bench.start import start  # noqa: E402
from inference.engines.numpy import NumpyRunner  # noqa: E402
from inference.mlp import Activation, Dense, Mlp, Output  # noqa: E402
from inference.models import MODELS  # noqa: E402
from training.rival.reference import Perceptron, describe  # noqa: E402

ROOT = Path(__file__).parents[3]
DECODER = ROOT / "assets" / "models" / "stylevae_decoder.onnx"


def network(activation: Activation) -> Mlp:
    """3-4 with two heads of 2 and 4 numbers, the latter given shape (2, 2)."""
    rng = np.random.default_rng(1)

    def dense(outputs: int, inputs: int, source: int, kind: Activation) -> Dense:
        weight = rng.standard_normal((outputs, inputs), np.float32)
        return Dense(weight, rng.standard_normal(outputs, np.float32), kind, 0.3, source)

    layers = (
        dense(4, 3, -1, activation),
        dense(2, 4, 0, Activation.LINEAR),
        dense(4, 4, 0, activation),
    )
    outputs = (Output("a", 2, (2, 2)), Output("b", 1, (2,)))
    return Mlp("net", Path("net.onnx"), "x", (3,), layers, outputs)


@pytest.mark.parametrize("activation", list(Activation))
def test_each_activation_agrees_with_the_readable_engine(activation: Activation) -> None:
    mlp = network(activation)
    x = np.random.default_rng(2).standard_normal((5, 3), np.float32)
    found = Perceptron(describe(mlp))(torch.from_numpy(x))
    expected = NumpyRunner(mlp).run({"x": x})
    assert [y.shape for y in found] == [(5, 2, 2), (5, 2)]
    for y, wanted in zip(found, expected.values(), strict=True):
        np.testing.assert_allclose(y.numpy(), wanted, rtol=1e-5, atol=1e-6)


def test_pytorch_takes_part_and_starts(tmp_path: Path) -> None:
    x = np.random.default_rng(0).standard_normal((2, 256), np.float32)
    with Contestant("torch-1", ("training.rival.process", "1")) as contestant:
        assert contestant.ask(Load("m", DECODER, MODELS["stylevae_decoder"])) == "torch"
        (motion,) = contestant.ask(Answer("m", x))
        assert motion.shape == (2, 60, 73)
        assert contestant.ask(Block("m", x, calls=2, warm_up=0)).seconds.shape == (2,)
        with pytest.raises(ContestantError, match="no such file"):
            contestant.ask(Load("n", tmp_path / "none.onnx", None))
    own = tmp_path / "decoder.pt"
    command = [sys.executable, "-m", "training.rival.process", "save", str(DECODER), str(own)]
    subprocess.run(command, cwd=ROOT, check=True)
    first = start(("-m", "training.rival.start", str(own)))
    assert 0 < first.seconds < first.whole and first.resident > 50e6


def test_the_start_imports_nothing_of_ours_but_the_network() -> None:
    code = "import sys, training.rival.start, training.rival.reference; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "torch" in done.stdout.split()
    assert not {"inference", "onnx"} & set(done.stdout.split())
