"""How a set of skills does under the composite controller, in the viewer's own simulation."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from character.anatomy import POLICY_HZ
from character.body import Body
from character.convert import read_motion
from character.deeds import GoTo, Head, Steer, Want
from character.drive.files import SkillFile, read_set, shipped_set
from character.drive.report import DriveReport
from character.drive.ride import Ride
from character.drive.skills import Run, Skill, skill
from character.drive.state import Kind
from character.push import DIRECTIONS, Push
from inference import Runner, load_model

WHAT = ("changes", "getup", "script", "goto", "pushes", "largest")
CHANGES, FALLEN, TARGETS = 200, 100, 100
SCRIPT_SECONDS = 600.0
SKILLS_ARE = (
    "measured in the viewer's simulation, everything seeded. changes: from a random moment of one "
    "skill another is wanted; share without a fall in the 3 s after the last change to it. getup: "
    "pushed over while walking; share that is up within 6 s of the fall and a second later, and "
    "the seconds. script: "
    "ten minutes of random wishes and pushes of 150 N for 0.2 s every 10 s. goto: share of random "
    "points within 6 m at which it stands within 0.4 m. pushes: share of 16 phases at which 200 N "
    "for 0.2 s on the pelvis are survived for 5 s, by direction, the skill alone. largest: newtons "
    "for 0.2 s survived, to 10 N: at one phase, and at all 16"
)
_SEED = 1_000_037
_SURVIVED, _PATIENCE, _STANDS_WITHIN = 3.0, 8.0, 6.0
_STANDS = 1.0  # seconds on its feet after which it stands
_FELLING = (400.0, 800.0)
_NEAR, _FAR, _GOTO_SECONDS = 1.0, 6.0, 40.0
_PUSH_EVERY, _PUSH, _PUSH_SECONDS, _UPRIGHT = 10.0, 150.0, 0.2, 5.0
_PHASES, _NEWTONS, _MOST, _EXACT = 16, 200.0, 1200.0, 10.0


@dataclass(frozen=True, eq=False)
class Troupe:
    """Skills and ``run``, which answers for their networks."""

    skills: tuple[Skill, ...]
    run: Run

    def ride(self, first: int, start: float = 0.0) -> Ride:
        """A ride that begins with the skill of that number at ``start`` s of its clip."""
        return Ride(self.skills, self.run, first, start)

    def number(self, kind: Kind) -> int:
        """The first skill of a kind. Raises ValueError."""
        for number, each in enumerate(self.skills):
            if each.kind is kind:
                return number
        raise ValueError(f"The set has no skill of the kind '{kind}'; give one that has.")


def tell(path: Path | None, assets: Path, what: str, as_json: bool) -> None:
    """Prints one of WHAT for the set in ``path``, or for the skills that ship.

    Raises ValueError for a set that cannot be used.
    """
    told = {"what": what} | MEASURES[what](troupe(read_set(path) if path else shipped_set(assets)))
    if as_json:
        print(json.dumps(told))
        return
    for name, value in told.items():
        print(f"{name:12}  {value if not isinstance(value, dict) else json.dumps(value)}")


def troupe(files: Iterable[SkillFile]) -> Troupe:
    """The skills of ``files`` with their networks on the numpy engine."""
    networks: dict[str, Runner] = {}

    def run(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if model not in networks:
            networks[model] = load_model(Path(model), engine="numpy")
        return networks[model].run(dict(inputs))

    body = Body()
    skills = [
        skill(
            body, read_motion(file.motion), file.name, file.title, file.kind,
            str(file.actor), None if file.critic is None else str(file.critic), run,
        )
        for file in files
    ]  # fmt: skip
    return Troupe(tuple(skills), run)


def changes(troupe: Troupe, count: int = CHANGES) -> dict[str, Any]:
    """The share of random changes without a fall, whole and by pair."""
    chance = np.random.default_rng(_SEED)
    free = [n for n, each in enumerate(troupe.skills) if each.kind is not Kind.GET_UP]
    pairs: dict[str, list[bool]] = {}
    waits: list[float] = []
    for _ in track(range(count), description="changes", transient=True):
        first, second = chance.choice(free, 2, replace=False).tolist()
        survived, waited = _change(troupe, first, second, chance)
        names = [troupe.skills[number].name.name for number in (first, second)]
        pairs.setdefault(" > ".join(names), []).append(survived)
        waits.append(waited)
    every = [survived for each in pairs.values() for survived in each]
    return {
        "changes": count,
        "survived": _rounded(np.mean(every)),
        "waited_s": {"mean": _rounded(np.mean(waits)), "most": _rounded(np.max(waits))},
        "pairs": {name: f"{sum(each)} of {len(each)}" for name, each in sorted(pairs.items())},
    }


def _change(
    troupe: Troupe, first: int, second: int, chance: np.random.Generator
) -> tuple[bool, float]:
    """Whether a change is survived, and the seconds until it came."""
    clip = troupe.skills[first].clip
    moves = troupe.skills[first].kind is Kind.MOVE
    ride = troupe.ride(first, 0.0 if moves else chance.uniform(0, clip.duration))
    if not moves:
        ride.wish(Want(troupe.skills[first].name.name))
        for _ in range(round(chance.uniform(1, 3) * POLICY_HZ)):
            ride.step()
    ride.wish(Want(troupe.skills[second].name.name))
    falls, waited = ride.mind.falls, 0
    while ride.mind.skill != second and waited < _PATIENCE * POLICY_HZ:
        ride.step()
        waited += 1
        if ride.mind.falls > falls:
            return False, waited / POLICY_HZ
    for _ in range(round(_SURVIVED * POLICY_HZ)):
        ride.step()
    return ride.mind.falls == falls and waited < _PATIENCE * POLICY_HZ, waited / POLICY_HZ


def getup(troupe: Troupe, count: int = FALLEN) -> dict[str, Any]:
    """The share of random falls after which it stands in time."""
    chance, gait = np.random.default_rng(_SEED), troupe.number(Kind.GAIT)
    troupe.number(Kind.GET_UP)
    took: list[float] = []
    for _ in track(range(count), description="falls", transient=True):
        ride = troupe.ride(gait, chance.uniform(0, troupe.skills[gait].clip.duration))
        _fell(ride, chance)
        took.append(_until_it_stands(ride))
    stood = np.array(took)
    return {
        "falls": count,
        "stands_within_6_s": _rounded(np.mean(stood <= _STANDS_WITHIN)),
        "stands_within_12_s": _rounded(np.mean(np.isfinite(stood))),
        "median_s": _rounded(np.median(stood[np.isfinite(stood)])) if len(stood) else None,
    }


def _until_it_stands(ride: Ride) -> float:
    """Seconds until it has risen and then stands for a second; infinite where it does not."""
    risen = 0
    for number in range(round((2 * _STANDS_WITHIN + _STANDS) * POLICY_HZ)):
        ride.step()
        risen = 0 if ride.mind.fallen else risen + 1
        if risen > _STANDS * POLICY_HZ:
            return (number + 1) / POLICY_HZ - _STANDS
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


def script(troupe: Troupe, seconds: float = SCRIPT_SECONDS) -> dict[str, Any]:
    """Random wishes and pushes: falls, recoveries, whether it is ever stuck, how fast it is."""
    chance, report = np.random.default_rng(_SEED), DriveReport()
    ride = troupe.ride(0)
    moves = [each.name.name for each in troupe.skills if each.kind is Kind.MOVE]
    gaits = [each.name.speed for each in troupe.skills if each.kind is Kind.GAIT]
    next_wish, still, longest = 0.0, 0, 0
    began = time.process_time()
    for number in track(range(round(seconds * POLICY_HZ)), description="script", transient=True):
        now = number / POLICY_HZ
        if now >= next_wish:
            wish = _wish(chance, moves, max(gaits))
            ride.wish(wish)
            report.asked(wish, ride.simulation.instant)
            next_wish = now + chance.uniform(2, 6)
        if number and number % round(_PUSH_EVERY * POLICY_HZ) == 0:
            angle = chance.uniform(0, 2 * math.pi)
            push = Push(ride.simulation.time, _PUSH, angle, _PUSH_SECONDS)
            ride.simulation.pushes = [push]
        step = ride.step()
        report.stepped(step.body, ride.state, step.reward.total)
        still = still + 1 if ride.mind.fallen or ride.mind.wanted >= 0 else 0
        longest = max(longest, still)
    told = report.told()
    return {
        "seconds": told["seconds"],
        "falls": told["falls"],
        "recoveries": told["recoveries"]["count"],
        "recovery_s": _rounded(np.mean(told["recoveries"]["seconds"] or [0.0])),
        "changes": told["changes"],
        "longest_wait_s": _rounded(longest / POLICY_HZ),
        "fallen_at_the_end": ride.mind.fallen,
        "real_time_factor_of_cpu_time": _rounded(seconds / (time.process_time() - began)),
        "skills": told["skills"],
    }


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


def goto(troupe: Troupe, count: int = TARGETS) -> dict[str, Any]:
    """The share of random points at which it stands, how far off, and how long it took."""
    chance, stand = np.random.default_rng(_SEED), troupe.number(Kind.STAND)
    reached, apart, took = [], [], []
    for _ in track(range(count), description="targets", transient=True):
        ride, report = troupe.ride(stand), DriveReport()
        angle = chance.uniform(0, 2 * math.pi)
        far = _FAR * math.sqrt(chance.uniform((_NEAR / _FAR) ** 2, 1))
        wish = GoTo(far * math.cos(angle), far * math.sin(angle))
        ride.wish(wish)
        report.asked(wish, ride.simulation.instant)
        for _ in range(round(_GOTO_SECONDS * POLICY_HZ)):
            step = ride.step()
            report.stepped(step.body, ride.state, step.reward.total)
            (target,) = report.targets()
            if target["reached"]:
                break
        reached.append(target["reached"])
        apart.append(target["left_m"])
        took.append(target["seconds"] if target["reached"] else math.nan)
    return {
        "targets": count,
        "reached": _rounded(np.mean(reached)),
        "left_m": {"median": _rounded(np.median(apart)), "most": _rounded(np.max(apart))},
        "seconds": {"median": _rounded(np.nanmedian(took)) if any(reached) else None},
    }


def pushes(troupe: Troupe) -> dict[str, Any]:
    """By skill and direction: the share of phases at which 200 N are survived."""
    told: dict[str, Any] = {}
    for number, each in _lasting(troupe):
        ways = {
            way: _rounded(np.mean([_survives(troupe, number, phase, way, _NEWTONS)
                                   for phase in range(_PHASES)]))
            for way in track(DIRECTIONS, description=each.name.name, transient=True)
        }  # fmt: skip
        told[each.name.name] = ways | {"mean": _rounded(np.mean(list(ways.values())))}
    return told


def largest(troupe: Troupe) -> dict[str, Any]:
    """By skill, forward and to the side: the newtons survived at one and at all 16 phases."""
    told: dict[str, Any] = {}
    for number, each in enumerate(troupe.skills):
        if each.kind is Kind.GET_UP:
            continue
        told[each.name.name] = {}
        for name, way in (("forward", "forward"), ("sideways", "left")):
            phases = track(range(_PHASES), description=f"{each.name.name} {name}", transient=True)
            found = [_largest(troupe, number, phase, way) for phase in phases]
            told[each.name.name][name] = {"one_phase": max(found), "all_phases": min(found)}
    return told


def _largest(troupe: Troupe, number: int, phase: int, way: str) -> float:
    """Newtons, by halving."""
    low, high = 0.0, _MOST
    while high - low > _EXACT:
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _survives(troupe, number, phase, way, middle) else (low, middle)
        )
    return _EXACT * math.floor(low / _EXACT)


def _lasting(troupe: Troupe) -> list[tuple[int, Skill]]:
    kinds = (Kind.GAIT, Kind.STAND)
    return [(n, each) for n, each in enumerate(troupe.skills) if each.kind in kinds]


def _survives(troupe: Troupe, number: int, phase: int, way: str, newtons: float) -> bool:
    """Whether the skill alone is upright for a while after a push at that phase."""
    each = troupe.skills[number]
    ride = Ride((each,), troupe.run, 0, phase / _PHASES * each.clip.duration)
    ride.simulation.pushes = [Push(0.0, newtons, math.radians(DIRECTIONS[way]), _PUSH_SECONDS)]
    for _ in range(round((_PUSH_SECONDS + _UPRIGHT) * POLICY_HZ)):
        if ride.step().fallen or ride.mind.fallen:
            return False
    return True


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 4)


MEASURES: dict[str, Callable[[Troupe], dict[str, Any]]] = dict(
    zip(WHAT, (changes, getup, script, goto, pushes, largest), strict=True)
)
"""What is measured, by name."""
