"""The benchmark of the models measures each engine that it names."""

from __future__ import annotations

from pathlib import Path

from viewer.bench.models import measure_models

from .nets import save_model_like


def test_a_model_that_exists_is_measured_beside_its_rivals(own_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    save_model_like("deepphase", tmp_path / "models" / "deepphase.onnx")
    measured = measure_models(tmp_path, runs=20)
    assert [m.name.rpartition(" ")[2] for m in measured] == ["p50", "p95", "p99"]
    assert all("DeepPhase" in m.name and m.unit == "µs" for m in measured)
    assert all("ONNX Runtime" in m.rival and "numpy" in m.rival for m in measured)
    assert 0 < measured[0].value <= measured[1].value <= measured[2].value
