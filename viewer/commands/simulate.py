"""``main.py simulate``: the physics character without a window.

NPZ schema ``stridescope.take`` version 1 (docs/reference/file-formats.md): the arrays of
``character.recording`` at 30 steps a second, with ``policy``, ``motion``, ``seed`` and ``pushes``
as given. With ``--script`` it is driven, and the file is a take as the window keeps it.
"""

from __future__ import annotations

import argparse
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from character.anatomy import POLICY_HZ
from character.convert import read_motion
from character.push import parse_push
from character.recording import take_arrays
from character.reference import ClipError, ReferenceClip
from character.step import Step
from motion.bvh import BvhError
from motion.files import whole_file
from motion.npz import write_npz
from viewer.model.demo import ASSETS
from viewer.model.notice import NO_MUJOCO, Refused, sentence
from viewer.model.trial import as_policy, outcome

from . import simulate_script
from .console import emit, engine_asked, engine_parts, track

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.simulation import Policy, Simulation
    from inference import Runner

_ACTOR, _FIRST = "deepmimic_actor", "walk"
_SECONDS, _MOST_SECONDS = 20.0, 3600.0


def run(args: argparse.Namespace) -> None:
    """Simulates the policy on the motion and tells how long and how well it went."""
    try:  # MuJoCo is not there for every Python
        from character.simulation import Simulation, SimulationError
    except ModuleNotFoundError as error:
        raise Refused(NO_MUJOCO) from error
    check(args)
    engine_asked(args)
    if args.script is not None:
        simulate_script.run(args)
        return
    args.seconds = _SECONDS if args.seconds is None else args.seconds
    policy_file = shipped_policy() if args.policy is None else Path(args.policy)
    motion_file = own_motion(policy_file) if args.motion is None else Path(args.motion)
    runner = load_policy(policy_file, args)
    clip = load_clip(motion_file)
    try:
        pushes = [parse_push(text) for text in args.push]
    except ValueError as error:
        raise Refused(sentence(f"--push: {error}")) from error
    for push in pushes:
        if push.time >= args.seconds:
            late = f"a push at {push.time:g} s comes after the {args.seconds:g} s simulated"
            raise Refused(f"--push: {late}.")
    simulation = Simulation(clip, pushes)
    if clip.loop:
        simulation.reset(np.random.default_rng(args.seed).uniform(0, clip.duration))

    about = {
        "policy": str(policy_file),
        "motion": str(motion_file),
        "engine": runner.engine,
        "seed": args.seed,
        "pushes": args.push,
    }
    with whole_file(Path(args.record)) if args.record else nullcontext() as file:
        try:
            steps, seconds = timed(simulation, as_policy(runner), args.seconds)
        except SimulationError as error:
            raise Refused(sentence(f"{policy_file.name}: {error}")) from error
        result = about | summary(simulation, steps, seconds, args.seconds)
        if file is not None:
            write_take(file, steps, about)
            result["file"] = args.record
    emit(result, result_line(result), args.json)


def check(args: argparse.Namespace) -> None:
    """Refuses what is wrong before anything is read."""
    for name in ("policy", "motion", "record", "script", "policies"):
        if getattr(args, name) == "":
            raise Refused(f"--{name}: expected a file, found ''.")
    if args.record and Path(args.record).suffix.lower() != ".npz":
        raise Refused(f"{args.record}: --record writes .npz.")
    if args.policies is not None and args.script is None:
        raise Refused("--policies: a set of skills is driven by --script; one policy by --policy.")
    if args.script is not None and (args.policy or args.motion or args.push):
        raise Refused(
            "--script takes skills (--policies) and pushes of its own, no --policy, "
            "--motion or --push."
        )
    if args.seconds is not None and args.seconds > _MOST_SECONDS:
        most = f"expected at most {_MOST_SECONDS:,.0f}, an hour"
        raise Refused(f"--seconds: {most}, found {args.seconds:g}.")


def shipped_policy() -> Path:
    """The actor that ships; a refusal that says how to get one when none does."""
    path = ASSETS / "models" / f"{_ACTOR}.onnx"
    if not path.is_file():
        raise Refused(
            f"{path} is missing: give a policy with --policy; `main.py models import-deepmimic` "
            "makes one of a published actor, `python -m training policy` trains one."
        )
    return path


def own_motion(policy: Path) -> Path:
    """The clip that ships with a shipped policy; the walk for any other."""
    ending = policy.stem.removeprefix(f"{_ACTOR}_")
    folder = ASSETS / "character"
    own = folder / f"{ending}.txt"
    path = own if ending != policy.stem and own.is_file() else folder / f"{_FIRST}.txt"
    if not path.is_file():
        raise Refused(f"{path} is missing: give a DeepMimic motion file or a BVH with --motion.")
    return path


def load_policy(path: Path, args: argparse.Namespace) -> Runner:
    """The network of the file, held to the actor's contract, on the engine that is asked for."""
    from inference import EngineError, ModelError, load_model
    from inference.models import MODELS

    try:
        return load_model(path, *engine_parts(args), MODELS["deepmimic_actor"])
    except (ModelError, EngineError) as error:
        raise Refused(sentence(error)) from error


def load_clip(path: Path) -> ReferenceClip:
    """A reference clip from a DeepMimic motion file, or of any human BVH."""
    try:
        return read_motion(path)
    except (ClipError, BvhError) as error:
        raise Refused(sentence(error)) from error


def timed(simulation: Simulation, policy: Policy, seconds: float) -> tuple[list[Step], list[float]]:
    """The steps of a run and the seconds that each took."""
    from character.simulation import rollout  # not above: see run

    steps, took = [], []
    before = time.perf_counter()
    for step in track(rollout(simulation, policy, seconds), round(seconds * POLICY_HZ), "simulate"):
        now = time.perf_counter()
        steps.append(step)
        took.append(now - before)
        before = now
    if not steps:
        raise Refused(f"{seconds:g} s is shorter than one step of 1/{POLICY_HZ} s.")
    return steps, took


def summary(
    simulation: Simulation, steps: list[Step], took: list[float], seconds: float
) -> dict[str, Any]:
    """The outcome, and how long it took."""
    wall = sum(took)
    median, high = np.percentile(np.array(took) * 1000, [50, 99])
    told = outcome(simulation, steps, seconds)
    return {
        "start": round(steps[0].clip_time - steps[0].time, 6),
        **told,
        "steps": len(steps),
        "wall_time": round(wall, 4),
        "real_time_factor": round(told["seconds"] / wall, 2),
        "step_ms": {"p50": round(float(median), 3), "p99": round(float(high), 3)},
    }


def result_line(result: dict[str, Any]) -> str:
    """How the simulation went, on one line."""
    ended = {"time": "stayed up", "fall": "fell", "clip": "reached the end of the clip"}
    terms = ", ".join(
        f"{name} {value:.3f}" for name, value in result["reward"].items() if name != "total"
    )
    return (
        f"{Path(result['policy']).stem}: {ended[result['ended']]}, "
        f"{result['seconds_upright']:.2f} s upright, reward {result['reward']['total']:.3f} "
        f"({terms}), {result['real_time_factor']:g} x real time on {result['engine']}, "
        f"step p99 {result['step_ms']['p99']:g} ms"
    )


def write_take(path: Path, steps: list[Step], about: dict[str, Any]) -> None:
    """Writes the steps as a take, with ``about`` at its head."""
    head = {"schema": "stridescope.take", "version": 1}
    write_npz(path, head | about | take_arrays(steps))
