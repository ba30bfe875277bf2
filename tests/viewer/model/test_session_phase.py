"""The thresholds in a session: written, read, told where they cannot be used, absent before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from motion.phase.thresholds import Thresholds
from viewer.model.demo import ASSETS
from viewer.model.document import Document, Phase
from viewer.model.session import Session
from viewer.model.session_blob import dumps, loads
from viewer.model.session_file import read_session, write_session

MINE = Thresholds(jump=9.5, dead_share=0.2, frequency_low=0.25, strike=0.01)


def read(path: Path, change: Any = lambda data: None) -> tuple[Phase, list[str]]:
    write_session(path, Session(Document(phase=Phase(MINE))), ASSETS)
    data = loads(path.read_bytes())
    change(data)
    path.write_bytes(dumps(data))
    session, doubts = read_session(path, ASSETS)
    return session.document.phase, list(doubts)


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
