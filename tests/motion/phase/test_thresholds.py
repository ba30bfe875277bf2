"""Thresholds as JSON, and what is told of those that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from motion.phase.series import PhaseError
from motion.phase.thresholds import (
    MAX_BYTES,
    Thresholds,
    read_thresholds,
    thresholds_from_json,
    thresholds_to_json,
    write_thresholds,
)


def test_there_and_back(tmp_path: Path) -> None:
    mine = Thresholds(jump=8.0, strike=0.1)
    assert thresholds_from_json(thresholds_to_json(mine)) == mine
    write_thresholds(tmp_path / "mine.json", mine)
    assert read_thresholds(tmp_path / "mine.json") == mine


def test_what_is_left_out_is_as_usual() -> None:
    assert thresholds_from_json("{}") == Thresholds()
    assert thresholds_from_json('{"dead_s": 1}') == Thresholds(dead_s=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{jump: 6}", "This is not JSON."),
        ("[6]", "Thresholds are a JSON object"),
        ('{"jmp": 6}', "There is no threshold 'jmp': expected jump, reversal"),
        ('{"jump": "fast"}', "'jump' is a number above 0, found 'fast'."),
        ('{"jump": true}', "'jump' is a number above 0, found True."),
        ('{"jump": null}', "'jump' is a number above 0, found None."),
        ('{"strike": -1}', "'strike' is a number above 0, found -1."),
        ('{"strike": NaN}', "'strike' is a number above 0, found nan."),
        ('{"frequency_low": 5}', "'frequency_low' is 5, not below 'frequency_high', 4."),
        ("[" * 100_000, "This is not JSON."),
    ],
)
def test_errors_name_file_and_field(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text[:MAX_BYTES])
    with pytest.raises(PhaseError) as caught:
        read_thresholds(path)
    assert str(caught.value).startswith(f"{path}: {said}")


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(" " * MAX_BYTES + json.dumps({}))
    with pytest.raises(PhaseError, match="bytes, expected at most 100,000"):
        read_thresholds(path)
