"""Which pushes skills survive, alone and driven."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from character.anatomy import POLICY_HZ
from character.deeds import Want
from character.drive.ride import Ride
from character.drive.state import Kind
from character.push import DIRECTIONS, Push

from .troupe import Case, Measure, Troupe, mean

WAYS = {"forward": "forward", "sideways": "left"}
ALONE, DRIVEN = "alone", "driven"
_PUSH_SECONDS, _UPRIGHT = 0.2, 5.0
_NEWTONS, _MOST, _EXACT = 200.0, 1200.0, 10.0


def _pushed(troupe: Troupe, phases: int) -> list[Case]:
    lasting = troupe.numbers(Kind.GAIT, Kind.STAND)
    return [
        (number, way, phase / phases, who)
        for number in lasting
        for who in (ALONE, DRIVEN)
        for way in DIRECTIONS
        for phase in range(phases)
    ]


def _push(troupe: Troupe, case: Case, _: np.random.Generator) -> bool:
    number, way, phase, who = case
    return _survives(troupe, number, way, phase, who, _NEWTONS)


def _pushes(troupe: Troupe, cases: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for (number, way, _, who), survived in zip(cases, results, strict=True):
        skill = told.setdefault(troupe.skills[number].name.name, {})
        skill.setdefault(who, {}).setdefault(way, []).append(survived)
    for skill in told.values():
        for who, ways in skill.items():
            shares = {way: mean(each) for way, each in ways.items()}
            skill[who] = shares | {"mean": mean(shares.values())}
    return told


def _enlarged(troupe: Troupe, phases: int) -> list[Case]:
    return [
        (number, name, phase / phases)
        for number in troupe.free()
        for name in WAYS
        for phase in range(phases)
    ]


def _enlarge(troupe: Troupe, case: Case, _: np.random.Generator) -> float:
    """Newtons, by halving."""
    number, name, phase = case
    low, high = 0.0, _MOST
    while high - low > _EXACT:
        middle = (low + high) / 2
        survived = _survives(troupe, number, WAYS[name], phase, ALONE, middle)
        low, high = (middle, high) if survived else (low, middle)
    return _EXACT * math.floor(low / _EXACT)


def _largest(troupe: Troupe, cases: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    found: dict[tuple[str, str], list[float]] = {}
    for (number, name, _), newtons in zip(cases, results, strict=True):
        found.setdefault((troupe.skills[number].name.name, name), []).append(newtons)
    told: dict[str, Any] = {}
    for (skill, name), each in found.items():
        told.setdefault(skill, {})[name] = {"one_phase": max(each), "all_phases": min(each)}
    return told


def _survives(
    troupe: Troupe, number: int, way: str, phase: float, who: str, newtons: float
) -> bool:
    """Whether a skill, alone or driven, is upright for a while after a push at that phase."""
    each = troupe.skills[number]
    others = troupe.free() if who == DRIVEN else [number]
    skills = [troupe.skills[other] for other in others]
    ride = Ride(skills, troupe.run, others.index(number), phase * each.clip.duration)
    if who == DRIVEN:
        ride.wish(Want(each.name.name))
    ride.simulation.pushes = [Push(0.0, newtons, math.radians(DIRECTIONS[way]), _PUSH_SECONDS)]
    for _ in range(round((_PUSH_SECONDS + _UPRIGHT) * POLICY_HZ)):
        if ride.step().fallen or ride.mind.fallen:
            return False
    return True


PUSHES = Measure(
    "share of phases at which 200 N for 0.2 s on the pelvis are survived for 5 s, by "
    "direction; alone: the policy on its clip; driven: by the controller, which may take the "
    "clip up elsewhere and change skills, but not get up", "phases", 16,
    _pushed, _push, _pushes,
)  # fmt: skip
LARGEST = Measure(
    "newtons for 0.2 s on the pelvis that the policy alone survives, found by halving to "
    "10 N: at the best phase, and at all", "phases", 16,
    _enlarged, _enlarge, _largest,
)  # fmt: skip
