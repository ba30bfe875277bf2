"""A policy on a motion, simulated: its own clip keeps it up, another's is told as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from character.reference import read_clip
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.trial import trial

pytest.importorskip("mujoco")
WALK = ASSETS / "character" / "walk.txt"


def test_the_walk_stays_up_on_its_own_clip() -> None:
    result = trial(ASSETS / "models" / "deepmimic_actor.onnx", read_clip(WALK), 4.0)
    assert result["ended"] == "time"
    assert result["seconds_upright"] == pytest.approx(4.0)
    assert 0.5 < result["reward"]["total"] <= 1.0


def test_the_walk_gets_less_for_another_motion() -> None:
    actor = ASSETS / "models" / "deepmimic_actor.onnx"
    own = trial(actor, read_clip(WALK), 3.0)["reward"]["total"]
    other = trial(actor, read_clip(ASSETS / "character" / "spinkick.txt"), 3.0)["reward"]["total"]
    assert other < own


def test_what_is_no_policy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.onnx"
    path.write_bytes(b"no network")
    with pytest.raises(Refused):
        trial(path, read_clip(WALK), 1.0)
