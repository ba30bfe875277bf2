"""main.py models quality: the table as lines and as a table, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from motion.restyling.quality import TARGETS
from tests.conftest import Call
from viewer.commands.measurements import around, rewrite
from viewer.commands.models_quality import BEGIN, END, page_rows
from viewer.model import quality
from viewer.model.demo import ASSETS, ROOT, demo_clips
from viewer.model.quality import Row

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


def test_the_page_shows_the_table(tmp_path: Path) -> None:
    rows = (
        Row("a", "speed", 1.25, ">= 1", True, None),
        Row("b", "steps", 3.0, "<= 2", False, 2.5),
        Row("c", "pairs", 77, "", None, None),
    )
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    rewrite(page, "\n".join(page_rows(rows)), BEGIN, END)
    text = page.read_text()
    assert "| speed | 1.25 | >= 1 |  |\n" in text
    assert "| steps | 3 **missed** | <= 2 | 2.5 |\n" in text and "| pairs | 77 |  |  |\n" in text
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    around(ROOT / "docs" / "explanation" / "restyling.md", BEGIN, END)
