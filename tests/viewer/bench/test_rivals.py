"""The rivals that the viewer hands to the benchmark."""

from __future__ import annotations

from pathlib import Path

from inference.bench.rivals import RIVALS as OTHERS
from inference.engines import VARIANTS
from tests.inference.harness import assert_said_to_be_absent
from tests.inference.nets import save_model_like
from viewer.bench.rivals import RIVALS
from viewer.commands.models_validate import REFERENCES


def test_pytorch_joins_those_that_inference_knows() -> None:
    assert set(RIVALS) - set(OTHERS) >= {"torch-1"}
    assert {*REFERENCES, *VARIANTS} <= set(RIVALS)
    assert all(rival.name == name for name, rival in RIVALS.items())
    torch = [rival for name, rival in RIVALS.items() if name.startswith("torch")]
    assert sum(bool(rival.start) for rival in torch) == 1, "one fresh process of PyTorch"


def test_pytorch_says_so_where_it_is_not_installed(tmp_path: Path) -> None:
    phase = save_model_like("deepphase", tmp_path / "deepphase.onnx")
    assert_said_to_be_absent(RIVALS["torch-1"], "torch", phase, tmp_path)
