"""``main.py latency``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from main import main


def test_it_tells_the_engines_as_json_and_writes_the_card(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "card.png"
    code = main(["latency", "--seconds", "0.5", "--engine", "numpy", "--json", "-o", str(card)])
    told = capsys.readouterr()
    assert code == 0
    report = json.loads(told.out)
    assert report["engines"][0]["engine"] == "numpy" and report["engines"][0]["frames"] == 30
    assert set(report["engines"][0]["whole"]) == {"p50", "p95", "p99"}
    assert len(report["engines"][0]["models"]) == 5
    assert card.read_bytes()[:4] == b"\x89PNG"
    assert json.loads(card.with_suffix(".json").read_text("utf-8")) == report
    assert f"Wrote {card}." in told.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["-o", "card.pdf"], "card.pdf: a latency report is written as .png or .json."),
        (
            ["--engine", "abacus"],
            "There is no engine 'abacus'; choose one of mojo, mojo-fast, mojo-half, max, "
            "max-gpu, numpy.",
        ),
        (["--seconds", "4000"], "--seconds is at most 3600."),
    ],
)
def test_bad_input_is_one_sentence_before_anything_is_measured(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["latency", *given]) == 2
    assert capsys.readouterr().err.strip() == said
