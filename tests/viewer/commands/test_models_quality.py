"""main.py models quality: the table as lines and as a table, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from motion.restyling.quality import TARGETS
from tests.conftest import Call
from viewer.model import quality
from viewer.model.demo import ASSETS, demo_clips

MODELS = ASSETS / "models"


@pytest.fixture
def two_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(clip for clip in demo_clips() if clip.style in ("walk", "run"))
    monkeypatch.setattr(quality, "demo_clips", lambda: few)


def test_every_target_has_its_row(call: Call, two_clips: None) -> None:
    answer = call("models", "quality", "--json")
    assert (answer.code, answer.err) == (0, "")
    *rows, whole = map(json.loads, answer.out.splitlines())
    told = {row["name"]: row for row in rows}
    assert {name: told[name]["target"] for name in TARGETS} == dict(TARGETS)
    assert all(isinstance(told[name]["met"], bool) for name in TARGETS)
    assert whole["targets"] == len(TARGETS)
    assert whole["met"] == sum(told[name]["met"] for name in TARGETS)
    assert set(whole["files"]) == {"stylevae_encoder", "stylevae_decoder", "deepphase"}
    assert whole["numbers"]["read_as_style"] == told["read_as_style"]["value"]


def test_files_of_ones_own_are_measured_as_a_table(call: Call, two_clips: None) -> None:
    own = ("--decoder", MODELS / "stylevae_decoder.onnx", "--phase", MODELS / "deepphase.onnx")
    answer = call("models", "quality", *own)
    assert (answer.code, answer.err) == (0, "")
    assert "strength 0: joint error, cm" in answer.out and "<= 2.5" in answer.out
    assert f"of {len(TARGETS)} targets met" in answer.out


def test_files_that_do_not_fit_are_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.onnx"
    assert "nowhere.onnx" in refused("models", "quality", "--encoder", nowhere)
    wrong = refused("models", "quality", "--encoder", MODELS / "stylevae_decoder.onnx")
    assert "StyleVAE encoder" in wrong
    assert "go with models quality" in refused("models", "list", "--encoder", nowhere)
    assert "go with models quality" in refused("models", "bench", "--style-block")
    assert "takes no file" in refused("models", "quality", "x.onnx")
