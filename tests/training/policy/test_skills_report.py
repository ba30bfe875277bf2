"""How a set of skills does, measured shortly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("mujoco")

from character.drive.files import shipped_set
from training.policy import skills_report
from training.policy.skills_report import Troupe

ASSETS = Path(__file__).resolve().parents[3] / "assets"


@pytest.fixture(scope="module")
def troupe() -> Troupe:
    files = [file for file in shipped_set(ASSETS) if file.name in ("walk", "run")]
    return skills_report.troupe(files)


def test_changes_are_counted_by_pair(troupe: Troupe) -> None:
    told = skills_report.changes(troupe, 2)
    assert told["changes"] == 2 and 0 <= told["survived"] <= 1
    assert sum(int(pair.split(" of ")[1]) for pair in told["pairs"].values()) == 2
    assert told == skills_report.changes(troupe, 2)


def test_a_script_of_random_wishes_tells_how_it_went(troupe: Troupe) -> None:
    told = skills_report.script(troupe, 4.0)
    assert told["seconds"] == pytest.approx(4.0) and told["falls"] >= told["recoveries"]
    assert told["real_time_factor_of_cpu_time"] > 0
    json.dumps(told)


@pytest.mark.parametrize("what", ["getup", "goto"])
def test_what_a_set_cannot_do_is_said(troupe: Troupe, what: str) -> None:
    with pytest.raises(ValueError, match="The set has no skill of the kind"):
        skills_report.MEASURES[what](troupe)
