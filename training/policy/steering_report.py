"""How well a policy is steered: scripts of turns and paces, in the viewer's own simulation."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from character.anatomy import POLICY_HZ
from character.convert import read_motion
from character.reference import ReferenceClip
from character.simulation import Policy, Simulation, may_touch
from character.steering import Steering, next_steering, steered
from inference import load_model

from .report import as_policy

SECONDS = 20.0
STARTS = 4
"""Episodes of a script that asks for one thing; of one that changes four times as many."""
FASTEST_TURN = {"walk": 60.0, "run": 45.0}
"""Degrees a second up to which turns are asked of a gait, by its name."""
DEFAULT_TURN = 60.0
PACES = (0.7, 0.85, 1.15, 1.3)
STEERING_IS = (
    f"measured in the viewer's simulation, {SECONDS:g} s from random moments of the clip. heading: "
    "rms over all steps, until the end or a fall, of the angle in degrees between where the "
    "character should face and where its pelvis does. speed: rms over whole cycles of the "
    "relative difference between the way made in the wanted direction and the way wanted, in "
    "percent. fallen: share of the episodes. turning: steadily, by so many degrees a second, half "
    "of the episodes to the left; changing: another rate every 2 to 4 s; pace: another share of "
    "the clip's speed, straight on; driving: rate and pace both another every 2 to 4 s"
)
_SEED = 1_000_033
_CHANGES = (2.0, 4.0)
_GROUND = [0, 2]


@dataclass(frozen=True)
class Wish:
    """What is asked from ``time`` on: turn in rad/s, pace as a share of the clip's speed."""

    time: float
    turn: float
    pace: float


Script = list[Wish]


@dataclass(frozen=True, eq=False)
class Drive:
    """An episode: heading errors (T,) in radians, relative speed errors (C,) of whole cycles."""

    heading: np.ndarray
    speed: np.ndarray
    fallen: bool


def tell(actor: Path, motion: Path, fastest: float, as_json: bool) -> None:
    """Prints the table of the ONNX file ``actor`` on ``motion``."""
    policy = as_policy(load_model(actor, engine="numpy"))
    table = steering_metrics(read_motion(motion), policy, fastest)
    if as_json:
        print(json.dumps(table))
        return
    for name, row in table.items():
        print(
            f"{name:12}  heading {row['heading']:5.1f} deg  speed {row['speed']:5.1f} %  "
            f"fallen {row['fallen']:4.0%}"
        )


def steering_metrics(
    clip: ReferenceClip, policy: Policy, fastest: float, starts: int = STARTS, watched: bool = True
) -> dict[str, dict[str, float]]:
    """The table: for every kind of script, rms of heading and speed errors and share fallen.

    fastest: degrees a second up to which turns are asked. watched: a bar tells how far it is.
    """
    chance = np.random.default_rng(_SEED)
    told = {}
    for name, scripts in _scripts(chance, fastest, starts).items():
        drives = [
            driven(clip, policy, script, chance.uniform(0, clip.duration))
            for script in track(scripts, name, transient=True, disable=not watched)
        ]
        told[name] = _summary(drives)
    return told


def driven(
    clip: ReferenceClip,
    policy: Policy,
    script: Script,
    start: float,
    seconds: float = SECONDS,
) -> Drive:
    """``policy`` on ``clip`` from ``start`` s on, steered by ``script``, until time or a fall."""
    simulation = Simulation(clip)
    simulation.reset(start)
    touching = may_touch(simulation.body, clip)
    helm, wanted, clip_time = Steering(), 0.0, start
    errors, made = [], []
    for step in range(round(seconds * POLICY_HZ)):
        wish = [wish for wish in script if wish.time <= step / POLICY_HZ][-1]
        wanted += wish.turn / POLICY_HZ
        helm = next_steering(helm, wanted, wish.turn, wish.pace, 1 / POLICY_HZ)
        simulation.follow(clip, clip_time, touching)
        before = simulation.instant.pose[_GROUND]
        seen = steered(simulation.state(), helm.heading, helm.turn, helm.pace)
        told = simulation.step(policy(seen))
        clip_time += helm.cadence / POLICY_HZ
        if told.fallen:
            break
        errors.append(math.remainder(told.body.heading - wanted, 2 * math.pi))
        made.append((told.body.pose[_GROUND] - before, wanted, wish.pace))
    return Drive(np.array(errors), _speed_errors(made, clip), simulation.fallen)


def _speed_errors(made: list[tuple[np.ndarray, float, float]], clip: ReferenceClip) -> np.ndarray:
    """Relative errors (C,) of the way made in whole cycles, from moves, headings and paces."""
    way = clip.poses[-1, _GROUND] - clip.poses[0, _GROUND]
    length = round(clip.duration * POLICY_HZ)
    ahead = math.atan2(-way[1], way[0])
    along, asked = [], []
    for move, heading, pace in made[: len(made) // length * length]:
        along.append(move @ [math.cos(heading + ahead), -math.sin(heading + ahead)])
        asked.append(pace * np.linalg.norm(way) / (clip.duration * POLICY_HZ))
    sums = np.array([along, asked]).reshape(2, -1, length).sum(axis=2)
    errors: np.ndarray = sums[0] / sums[1] - 1
    return errors


def _scripts(chance: np.random.Generator, fastest: float, starts: int) -> dict[str, list[Script]]:
    """Scripts by what they ask; ``fastest`` in degrees a second."""
    sides = (np.arange(starts) % 2 * -2 + 1).tolist()
    told: dict[str, list[Script]] = {}
    for turn in (fastest / 3, fastest * 2 / 3, fastest):
        told[f"turning {turn:g}"] = [[Wish(0, side * math.radians(turn), 1)] for side in sides]
    most = math.radians(fastest)
    told["changing"] = [_changing(chance, most, paces=False) for _ in range(4 * starts)]
    for pace in PACES:
        told[f"pace {pace:g}"] = [[Wish(0, 0, pace)] for _ in range(starts)]
    told["driving"] = [_changing(chance, most, paces=True) for _ in range(4 * starts)]
    return told


def _changing(chance: np.random.Generator, most: float, paces: bool) -> Script:
    """Turn rates up to ``most``, and ``paces`` too, each for a few seconds."""
    script, time = [], 0.0
    while time < SECONDS:
        pace = chance.uniform(PACES[0], PACES[-1]) if paces else 1.0
        script.append(Wish(time, chance.uniform(-most, most), pace))
        time += chance.uniform(*_CHANGES)
    return script


def _summary(drives: list[Drive]) -> dict[str, float]:
    told = {
        "heading": math.degrees(_rms(np.concatenate([drive.heading for drive in drives]))),
        "speed": 100 * _rms(np.concatenate([drive.speed for drive in drives])),
        "fallen": float(np.mean([drive.fallen for drive in drives])),
    }
    return {key: round(value, 3) for key, value in told.items()}


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0
