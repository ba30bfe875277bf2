"""main.py models: which are there and whether they are the manifest's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import viewer.model.shipped as shipped
from inference.models import MODELS
from tests.conftest import Call
from tests.viewer.commands.conftest import linear_model


def test_models_lists_all_five(call: Call) -> None:
    lines = call("models", "list", "--json").out.splitlines()
    assert [json.loads(line)["model"] for line in lines] == list(MODELS)


def test_a_model_that_is_not_the_manifests_is_told(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "ASSETS", tmp_path)
    path = tmp_path / "models" / "deepphase.onnx"
    linear_model(path, "deepphase", ("frame", 132), {"phase": 2})
    assert "DeepPhase: differs from manifest.json" in call("models").out
    digest = json.loads(call("models", "--json").out.splitlines()[0])["sha256"]
    manifest = {"deepphase": {"file": path.name, "sha256": digest}}
    (tmp_path / "models" / "manifest.json").write_text(json.dumps(manifest))
    found = call("models").out.splitlines()
    assert found[0].startswith("DeepPhase: ready, 266 parameters")
    assert found[1] == "StyleVAE encoder: not trained yet"
    path.rename(tmp_path / "elsewhere")
    assert call("models").out.startswith("DeepPhase: missing, though manifest.json lists it")
