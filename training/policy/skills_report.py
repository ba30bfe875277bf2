"""How a set of skills does under the composite controller, in the viewer's own simulation."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.progress import track

from character.anatomy import POLICY_HZ
from character.deeds import GoTo, Head, Steer, Want
from character.drive.report import DriveReport
from character.drive.ride import Ride
from character.drive.state import Kind
from character.push import Push

from .pushes_report import LARGEST, PUSHES
from .steering_report import DEFAULT_TURN, FASTEST_TURN, steering_metrics
from .troupe import Case, Cases, Cast, Measure, Troupe, mean, rounded, troupe

SEED = 1_000_037
_SURVIVED, _PATIENCE, _STANDS_WITHIN = 3.0, 8.0, 6.0
_FELLING = (400.0, 800.0)
_NEAR, _FAR, _GOTO_SECONDS = 1.0, 6.0, 40.0
_PUSH_EVERY, _PUSH, _PUSH_SECONDS = 10.0, 150.0, 0.2


def measured(what: str, cast: Cast, count: int | None = None) -> tuple[dict[str, Any], bool]:
    """One of MEASURES, and whether all of it was played: an interruption tells what was.

    Raises ValueError for a set without a skill that it needs.
    """
    measure = MEASURES[what]
    here = troupe(cast.files, cast.engine)
    cases = measure.cases(here, count or measure.count)
    played, results = cast.played(measure.play, cases, what)
    told = measure.told(here, played, results)
    return told, len(played) == len(cases) and not told.pop("interrupted", False)


def lines(told: dict[str, Any]) -> list[str]:
    """What was told, for a terminal."""
    return [
        f"{name:12}  {json.dumps(value) if isinstance(value, dict) else value}"
        for name, value in told.items()
    ]


def _random_cases(*needs: Kind) -> Cases:
    def cases(troupe: Troupe, count: int) -> list[Case]:
        for kind in needs:
            troupe.number(kind)
        return [()] * count

    return cases


def _change(troupe: Troupe, _case: Case, chance: np.random.Generator) -> tuple[str, bool, float]:
    """A random change: the pair, whether it is survived, and the seconds until it came."""
    first, second = chance.choice(troupe.free(), 2, replace=False).tolist()
    clip, moves = troupe.skills[first].clip, troupe.skills[first].kind is Kind.MOVE
    names = [troupe.skills[number].name.name for number in (first, second)]
    ride = troupe.ride(first, 0.0 if moves else chance.uniform(0, clip.duration))
    if not moves:
        ride.wish(Want(names[0]))
        for _ in range(round(chance.uniform(1, 3) * POLICY_HZ)):
            ride.step()
    ride.wish(Want(names[1]))
    pair, falls, waited = " > ".join(names), ride.mind.falls, 0
    while ride.mind.skill != second and waited < _PATIENCE * POLICY_HZ:
        ride.step()
        waited += 1
        if ride.mind.falls > falls:
            return pair, False, waited / POLICY_HZ
    for _ in range(round(_SURVIVED * POLICY_HZ)):
        ride.step()
    came = ride.mind.falls == falls and waited < _PATIENCE * POLICY_HZ
    return pair, came, waited / POLICY_HZ


def _changes(_: Troupe, __: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    pairs: dict[str, list[bool]] = {}
    for pair, survived, _seconds in results:
        pairs.setdefault(pair, []).append(survived)
    waits = [waited for _, _, waited in results]
    return {
        "changes": len(results),
        "survived": mean(survived for _, survived, _ in results),
        "waited_s": {"mean": mean(waits), "most": rounded(max(waits))},
        "pairs": {name: f"{sum(each)} of {len(each)}" for name, each in sorted(pairs.items())},
    }


def _getup(troupe: Troupe, _case: Case, chance: np.random.Generator) -> float:
    """Seconds until it has risen and then stands for a while; infinite where it does not."""
    gait = troupe.number(Kind.GAIT)
    ride = troupe.ride(gait, chance.uniform(0, troupe.skills[gait].clip.duration))
    _fell(ride, chance)
    risen = 0
    for number in range(round((2 * _STANDS_WITHIN + _SURVIVED) * POLICY_HZ)):
        ride.step()
        risen = 0 if ride.mind.fallen else risen + 1
        if risen > _SURVIVED * POLICY_HZ:
            return (number + 1) / POLICY_HZ - _SURVIVED
    return math.inf


def _fell(ride: Ride, chance: np.random.Generator) -> None:
    """Pushes a ride that walks until it has fallen."""
    while not ride.mind.fallen:
        angle, size = chance.uniform(0, 2 * math.pi), chance.uniform(*_FELLING)
        ride.simulation.pushes.append(Push(ride.simulation.time, size, angle, _PUSH_SECONDS))
        for _ in range(2 * POLICY_HZ):
            ride.step()
            if ride.mind.fallen:
                return


def _getups(_: Troupe, __: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    stood = np.array(results)
    up = stood[np.isfinite(stood)]
    return {
        "falls": len(stood),
        "stands_within_6_s": mean(stood <= _STANDS_WITHIN),
        "stands_within_12_s": mean(np.isfinite(stood)),
        "median_s": rounded(np.median(up)) if len(up) else None,
    }


def _one(_: Troupe, count: int) -> list[Case]:
    return [(count,)]


def _script(troupe: Troupe, case: Case, chance: np.random.Generator) -> dict[str, Any]:
    """Random wishes and pushes, so many minutes: falls, whether it is ever stuck, how fast it is.

    An interruption ends it and is told.
    """
    report, ride = DriveReport(), troupe.ride(0)
    moves = [troupe.skills[number].name.name for number in troupe.numbers(Kind.MOVE)]
    fastest = max(troupe.skills[number].name.speed for number in troupe.numbers(Kind.GAIT))
    next_wish, still, longest, interrupted = 0.0, 0, 0, False
    began, steps = time.process_time(), range(round(case[0] * 60 * POLICY_HZ))
    try:
        for number in track(steps, "seconds", len(steps)):
            if number / POLICY_HZ >= next_wish:
                wish = _wish(chance, moves, fastest)
                ride.wish(wish)
                report.asked(wish, ride.simulation.instant)
                next_wish = number / POLICY_HZ + chance.uniform(2, 6)
            if number and number % round(_PUSH_EVERY * POLICY_HZ) == 0:
                angle = chance.uniform(0, 2 * math.pi)
                push = Push(ride.simulation.time, _PUSH, angle, _PUSH_SECONDS)
                ride.simulation.pushes = [push]
            step = ride.step()
            report.stepped(step.body, ride.state, step.reward.total)
            still = still + 1 if ride.mind.fallen or ride.mind.wanted >= 0 else 0
            longest = max(longest, still)
    except KeyboardInterrupt:
        interrupted = True
    told = report.told()
    return {
        "seconds": told["seconds"],
        "falls": told["falls"],
        "recoveries": told["recoveries"]["count"],
        "recovery_s": mean(told["recoveries"]["seconds"] or [0.0]),
        "changes": told["changes"],
        "longest_wait_s": rounded(longest / POLICY_HZ),
        "fallen_at_the_end": ride.mind.fallen,
        "real_time_factor_of_cpu_time": rounded(told["seconds"] / (time.process_time() - began)),
        "skills": told["skills"],
        "interrupted": interrupted,
    }


def _scripts(_: Troupe, __: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    return dict(results[0])


def _wish(
    chance: np.random.Generator, moves: Sequence[str], fastest: float
) -> Steer | Head | GoTo | Want:
    kinds = ["steer", "go", "goto", "stop"] + ["move"] * bool(moves)
    match str(chance.choice(kinds)):
        case "steer":
            turn = math.radians(chance.uniform(-60, 60))
            return Steer(turn, chance.uniform(0.7, 1.3))
        case "go":
            return Head(chance.uniform(-math.pi, math.pi), chance.uniform(0.7, fastest))
        case "goto":
            x, z = chance.uniform(-6, 6, 2).tolist()
            return GoTo(x, z)
        case "stop":
            return Steer(0.0, 0.0)
    return Want(str(chance.choice(list(moves))))


def _goto(troupe: Troupe, _case: Case, chance: np.random.Generator) -> dict[str, Any]:
    """A random point: whether it stands there, how far off, and after how many seconds."""
    ride, report = troupe.ride(troupe.number(Kind.STAND)), DriveReport()
    angle = chance.uniform(0, 2 * math.pi)
    far = _FAR * math.sqrt(chance.uniform((_NEAR / _FAR) ** 2, 1))
    wish = GoTo(far * math.cos(angle), far * math.sin(angle))
    ride.wish(wish)
    report.asked(wish, ride.simulation.instant)
    target: dict[str, Any] = {}
    for _ in range(round(_GOTO_SECONDS * POLICY_HZ)):
        step = ride.step()
        report.stepped(step.body, ride.state, step.reward.total)
        (target,) = report.targets()
        if target["reached"]:
            break
    return target


def _gotos(_: Troupe, __: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    apart = [target["left_m"] for target in results]
    took = [target["seconds"] for target in results if target["reached"]]
    return {
        "targets": len(results),
        "reached": mean(target["reached"] for target in results),
        "left_m": {"median": rounded(np.median(apart)), "most": rounded(max(apart))},
        "seconds": {"median": rounded(np.median(took)) if took else None},
    }


def _gaits(troupe: Troupe, count: int) -> list[Case]:
    troupe.number(Kind.GAIT)
    return [(number, count) for number in troupe.numbers(Kind.GAIT)]


def _steer(troupe: Troupe, case: Case, _: np.random.Generator) -> dict[str, Any]:
    number, starts = case
    skill = troupe.skills[number]

    def policy(state: np.ndarray) -> np.ndarray:
        (actions,) = troupe.run(skill.policy, {"state": state[None]}).values()
        return np.asarray(actions[0])

    fastest = FASTEST_TURN.get(skill.name.name, DEFAULT_TURN)
    return steering_metrics(skill.clip, policy, fastest, starts, watched=False)


def _steering(troupe: Troupe, cases: Sequence[Case], results: Sequence[Any]) -> dict[str, Any]:
    names = [troupe.skills[number].name.name for number, _ in cases]
    return dict(zip(names, results, strict=True))


MEASURES = {
    "steering": Measure(
        "each gait alone, as training steering does", "episodes a script", 4,
        _gaits, _steer, _steering,
    ),
    "goto": Measure(
        "random points within 6 m; share at which it stands within 0.4 m", "points", 100,
        _random_cases(Kind.STAND, Kind.GAIT), _goto, _gotos,
    ),
    "changes": Measure(
        "from a random moment of one skill another is wanted; share that came within 8 s and "
        "without a fall in the 3 s after", "changes", 200,
        _random_cases(), _change, _changes,
    ),
    "getup": Measure(
        "pushed over while walking; share that is up within 6 s of the fall and still 3 s later",
        "falls", 100, _random_cases(Kind.GAIT, Kind.GET_UP), _getup, _getups,
    ),
    "script": Measure(
        "random wishes every 2 to 6 s, and 150 N for 0.2 s every 10 s", "minutes", 10,
        _one, _script, _scripts,
    ),
    "pushes": PUSHES,
    "largest": LARGEST,
}  # fmt: skip
"""What is measured, by name."""
