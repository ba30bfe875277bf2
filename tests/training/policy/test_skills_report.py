"""How a set of skills does, measured shortly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.drive.files import shipped_set
from training.policy.skills_report import MEASURES, lines, measured
from training.policy.troupe import Cast, Troupe, troupe

ASSETS = Path(__file__).resolve().parents[3] / "assets"
FILES = tuple(file for file in shipped_set(ASSETS) if file.name in ("walk", "run"))
CAST = Cast(FILES, seed=1, engine="numpy")
WALKS = Cast(FILES[:1], seed=0, engine="numpy")


@pytest.fixture(scope="module")
def two() -> Troupe:
    return troupe(FILES, "numpy")


@pytest.fixture(scope="module")
def changed() -> dict[str, Any]:
    told, whole = measured("changes", CAST, 2)
    assert whole
    return told


def test_changes_are_counted_by_pair(changed: dict[str, Any]) -> None:
    assert changed["changes"] == 2 and 0 <= changed["survived"] <= 1
    assert sum(int(pair.split(" of ")[1]) for pair in changed["pairs"].values()) == 2


def test_every_case_has_its_own_chance_by_the_seed() -> None:
    def drawn(_: Troupe, __: tuple[int], chance: np.random.Generator) -> float:
        return chance.random()

    (_, first), (_, again), (_, other) = (
        Cast(FILES, seed, engine="numpy").played(drawn, [(0,), (1,)], "drawn") for seed in (1, 1, 2)
    )
    assert first == again and len({*first, *other}) == 4


def test_two_processes_tell_the_same(changed: dict[str, Any]) -> None:
    told, whole = measured("changes", Cast(FILES, seed=1, jobs=2, engine="numpy"), 2)
    assert whole and told == changed


def test_a_script_of_random_wishes_tells_how_it_went(two: Troupe) -> None:
    script = MEASURES["script"]
    told = script.play(two, (4 / 60,), np.random.default_rng(0))
    assert told["seconds"] == pytest.approx(4.0) and told["falls"] >= told["recoveries"]
    assert told["real_time_factor_of_cpu_time"] > 0 and not told["interrupted"]
    json.dumps(told)


def test_pushes_tell_of_each_skill_alone_and_driven() -> None:
    told, whole = measured("pushes", WALKS, 1)
    assert whole and list(told) == ["walk"]
    for skill in told.values():
        for who in ("alone", "driven"):
            shares = [skill[who][way] for way in ("forward", "left", "back", "right")]
            assert set(shares) <= {0.0, 1.0}
            assert skill[who]["mean"] == pytest.approx(sum(shares) / 4)
    assert len(lines(told)) == 1


def test_the_largest_push_at_all_phases_is_none_larger_than_at_the_best() -> None:
    told, whole = measured("largest", WALKS, 1)
    assert whole
    for found in told["walk"].values():
        assert 0 <= found["all_phases"] <= found["one_phase"] <= 1200
        assert found["one_phase"] % 10 == 0


@pytest.mark.slow
def test_steering_is_measured_of_each_gait() -> None:
    told, _ = measured("steering", WALKS, 1)
    assert told["walk"]["turning 20"]["fallen"] in (0.0, 1.0)


def test_an_interruption_tells_what_was_played() -> None:
    def play(_: Troupe, case: tuple[int], __: np.random.Generator) -> int:
        if case[0] == 2:
            raise KeyboardInterrupt
        return 10 * case[0]

    cases = [(number,) for number in range(4)]
    assert CAST.played(play, cases, "numbers") == ([(0,), (1,)], [0, 10])


@pytest.mark.parametrize("what", ["getup", "goto"])
def test_what_a_set_cannot_do_is_said(what: str) -> None:
    with pytest.raises(ValueError, match="The set has no skill of the kind"):
        measured(what, CAST)
