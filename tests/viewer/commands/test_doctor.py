"""main.py doctor: the state of this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import viewer.commands.doctor as doctor
from tests.conftest import Call


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
