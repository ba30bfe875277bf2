"""main.py models, doctor and bench: the state of this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import viewer.commands.doctor as doctor
import viewer.commands.models as models
from inference.models import MODELS
from tests.viewer.commands.conftest import Call, linear_model
from viewer.bench.measurement import Measurement
from viewer.commands.bench import readme_table, rewrite
from viewer.commands.console import Refused


def test_models_lists_all_five(call: Call) -> None:
    lines = call("models", "list", "--json").out.splitlines()
    assert [json.loads(line)["model"] for line in lines] == list(MODELS)


def test_a_model_that_is_not_the_manifests_is_told(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "ASSETS", tmp_path)
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


@pytest.mark.parametrize(("name", "found"), [("new", "0 files"), ("file", "cannot be written")])
def test_doctor_looks_at_the_cache_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, found: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path / name))
    finding = doctor.cache()
    assert str(tmp_path / name) in finding.value and found in finding.value
    assert bool(finding.mend) == (name == "file")


def test_doctor_reports_everything_and_mends_what_is_wrong(call: Call) -> None:
    answer = call("doctor", "--json")
    assert answer.code == 0
    checks = {row["check"]: row for row in map(json.loads, answer.out.splitlines())}
    for name in ("Python", "numpy", "PySide6-Essentials", "onnx", "max", "mojo", "OpenGL", "cache"):
        assert checks[name]["value"]
    assert all(row["ok"] != bool(row.get("mend")) for row in checks.values())
    assert checks["OpenGL"]["ok"], checks["OpenGL"]


def test_doctor_survives_a_driver_that_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "GL_PROBE", "import os; os.abort()")
    finding = doctor.opengl()
    assert finding.mend
    assert "-6" in finding.value


def test_doctor_fails_when_nothing_can_run(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "NEEDED", ("numpy", "no-such-library"))
    answer = call("doctor")
    assert answer.code == 1
    assert "!! no-such-library: not installed →" in answer.out


def measured() -> Iterable[Measurement]:
    yield Measurement("open a clip", 0.12, "s", target=0.5, rival="bvhio 9 s")
    yield Measurement("frames", 30, "fps", target=60, at_least=True)
    yield Measurement("memory", 1234, "MB")


def test_the_readme_block_is_rewritten_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    rewrite(readme, readme_table("today, here", list(measured())))
    text = readme.read_text()
    assert text.startswith("before\n<!-- bench:begin -->\n")
    assert text.endswith("\n<!-- bench:end -->\nafter\n")
    assert "old" not in text
    assert "| open a clip | 0.12 s | ≤ 0.5 s | bvhio 9 s |" in text
    assert "| frames | 30 fps **missed** | ≥ 60 fps |  |" in text
    assert "| memory | 1,234 MB |  |  |" in text


def test_a_readme_without_the_block_is_refused(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing here")
    with pytest.raises(Refused, match="bench:begin"):
        rewrite(readme, "table")
    assert readme.read_text() == "nothing here"


def test_an_unknown_benchmark_is_refused(refused: Callable[..., str]) -> None:
    assert "motion, models, character, window" in refused("bench", "speed")
