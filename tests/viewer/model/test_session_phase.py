"""How the phase is looked at, in a session: written, read, told where it cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from motion.phase.align import WAYS, By
from motion.phase.thresholds import Thresholds
from viewer.model.demo import ASSETS
from viewer.model.document import Beside, Document, Phase
from viewer.model.session import Session
from viewer.model.session_blob import dumps, loads
from viewer.model.session_file import read_session, write_session
from viewer.model.session_opened import open_session

MINE = Thresholds(jump=9.5, dead_share=0.2, frequency_low=0.25, strike=0.01)


def read(path: Path, change: Any = lambda data: None) -> tuple[Phase, list[str]]:
    write_session(path, Session(Document(phase=Phase(MINE))), ASSETS)
    data = loads(path.read_bytes())
    change(data)
    path.write_bytes(dumps(data))
    session, doubts = read_session(path, ASSETS)
    return session.document.phase, list(doubts)


def keep(tmp_path: Path, phase: Phase) -> Phase:
    write_session(tmp_path / "s.stride", Session(Document(phase=phase)), ASSETS)
    session, doubts = read_session(tmp_path / "s.stride", ASSETS)
    assert doubts == ()
    return session.document.phase


@pytest.mark.parametrize("by", WAYS)
def test_what_it_is_compared_with_comes_back(tmp_path: Path, by: By) -> None:
    (tmp_path / "mine.onnx").touch()
    clip = Beside("clip", ASSETS / "clips" / "run.bvh", "cm", "Z")
    model = Beside("model", (tmp_path / "mine.onnx").resolve())
    for beside in (clip, model, None):
        phase = Phase(MINE, beside, by)
        assert keep(tmp_path, phase) == phase


def test_those_that_are_laid_over_come_back(tmp_path: Path) -> None:
    b, c, d = (Beside("clip", ASSETS / "clips" / f"{name}.bvh") for name in ("run", "skip", "jump"))
    phase = Phase(MINE, b, "strike", (c, d))
    assert keep(tmp_path, phase) == phase
    gone = replace(phase, further=(Beside("series", tmp_path / "gone.csv"), d))
    write_session(tmp_path / "s.stride", Session(Document(phase=gone)), ASSETS)
    opened = open_session(tmp_path / "s.stride", ASSETS)
    assert opened.session.document.phase.further == (d,) and "gone.csv" in opened.told[0]


def test_a_session_from_before_has_none_laid_over(tmp_path: Path) -> None:
    phase, doubts = read(tmp_path / "s.stride", lambda data: data["phase"].pop("further"))
    assert (phase, doubts) == (Phase(MINE), [])


def test_a_file_to_compare_with_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = Phase(MINE, Beside("series", tmp_path / "gone.csv"), "phase")
    write_session(tmp_path / "s.stride", Session(Document(phase=gone)), ASSETS)
    opened = open_session(tmp_path / "s.stride", ASSETS)
    assert opened.session.document.phase == Phase(MINE, None, "phase")
    assert len(opened.told) == 1 and "gone.csv, with which the phase is compared" in opened.told[0]


def test_a_member_of_another_kind_is_told(tmp_path: Path) -> None:
    def damage(data: dict[str, Any]) -> None:
        data["phase"] |= {"align": "luck", "beside": 3}

    phase, doubts = read(tmp_path / "s.stride", damage)
    assert phase == Phase(MINE)
    assert "'phase.beside' is not an object" in doubts[0]
    assert "'phase.align' is not one of time, phase, strike" in doubts[1]


def test_thresholds_come_back(tmp_path: Path) -> None:
    assert read(tmp_path / "s.stride") == (Phase(MINE), [])


def test_an_older_session_has_the_usual_ones(tmp_path: Path) -> None:
    assert read(tmp_path / "s.stride", lambda data: data.pop("phase")) == (Phase(), [])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("jump", 0, "'phase.thresholds.jump' is not a number from"),
        ("jump", "fast", "'phase.thresholds.jump' is not a number from"),
        ("frequency_low", 7, "'phase.thresholds.frequency_low' is not below 'frequency_high'"),
    ],
)
def test_one_that_cannot_be_used_is_told(
    tmp_path: Path, name: str, value: object, words: str
) -> None:
    def damage(data: dict[str, Any]) -> None:
        data["phase"]["thresholds"][name] = value

    phase, doubts = read(tmp_path / "s.stride", damage)
    assert len(doubts) == 1 and words in doubts[0]
    assert getattr(phase.thresholds, name) == getattr(Thresholds(), name)
    assert phase.thresholds.strike == MINE.strike
