"""What stands over the stage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from character.drive.state import Kind
from viewer.character.words import label_text, short


def frame(**known: Any) -> Any:
    about = {
        "clip": "walk", "real_time_factor": 0.52, "fell_at": None, "frame": 9, "shown": False,
        "replaying": False, "memory": SimpleNamespace(entries=(), last=9), "drive": None,
    }  # fmt: skip
    return SimpleNamespace(**about | known)


def test_a_long_name_does_not_hide_how_fast_the_time_goes() -> None:
    label = label_text(frame(), "policy_" + "x" * 90 + "_v27", "")
    assert label.startswith("0.5 × real time · policy_xxxxx…") and "_v27 · imitates walk" in label
    fallen = label_text(frame(fell_at=3, clip="c" * 80), "p" * 80, "b" * 80)
    assert fallen.index("Backspace") < 60
    drive = SimpleNamespace(gets_up=True, skills=[SimpleNamespace(kind=Kind.GET_UP)])
    assert "gets up" in label_text(frame(fell_at=3, drive=drive), "walk", "")
    drive.gets_up = False
    assert "Backspace" in label_text(frame(fell_at=3, drive=drive), "walk", "")


def test_the_past_and_a_replay_are_told_as_such() -> None:
    assert "Shift+H" in label_text(frame(shown=True, frame=4, fell_at=3), "walk", "")
    assert "Shift+H" not in label_text(frame(shown=True), "walk", "")
    assert "replays" in label_text(frame(replaying=True, shown=True, frame=4), "walk", "")


def test_a_short_name_stays_as_it_is() -> None:
    assert short("walk") == "walk" and short("w" * 24) == "w" * 24
    assert short("abcdefghijklmnopqrstuvwxyz") == "abcdefghijkl…pqrstuvwxyz"
