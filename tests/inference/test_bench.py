"""The benchmark of the models measures each engine that it names."""

from __future__ import annotations

from pathlib import Path

from viewer.bench.models import measure_models

from .nets import save_model_like


def test_rows_for_every_engine_of_the_models_that_exist(own_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    save_model_like("deepphase", tmp_path / "models" / "deepphase.onnx")
    rows = measure_models(tmp_path, runs=20)
    assert [row.model for row in rows] == ["deepphase"] * 3
    assert [row.engine for row in rows] == ["mojo", "numpy", "onnxruntime"]
    assert all(0 < row.p50 <= row.p95 <= row.p99 for row in rows)
