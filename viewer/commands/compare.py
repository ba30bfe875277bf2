"""``main.py compare A B``: the phases or the joints of two clips, or one clip by two models."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from viewer.model.clip import load_motion
from viewer.model.joint_compare import (
    compare_joints,
    joint_numbers,
    joints_plot,
    joints_told,
    moments_of,
    save_joints,
)
from viewer.model.notice import Refused, sentence
from viewer.model.phase_compare import (
    PhaseComparison,
    Side,
    clip_side,
    compare,
    given_series,
    given_side,
    is_series,
    numbers,
    save_comparison,
    told,
)
from viewer.model.phase_plots import compared_plot
from viewer.model.shipped import load_shipped

from .console import emit, engine_asked, engine_parts, warn
from .picture import refuse_others, write_picture


def run(args: argparse.Namespace) -> None:
    """Tells how far B is from A, and writes the difference, the distance matrix, its picture."""
    if args.output and not args.output.lower().endswith(".npz"):
        raise Refused(f"{args.output}: -o of compare writes .npz.")
    refuse_others(args.picture, "compare")
    engine_asked(args)
    if args.joints:
        run_joints(args)
        return
    a, b = sides(args, *named(args))
    found = compare(a, b, args.align)
    if args.output:
        save_comparison(found, Path(args.output))
    if args.picture:
        write_picture(compared_plot(found), Path(args.picture))
    for side in (a, b):
        if side.note:
            print(sentence(side.note), file=sys.stderr)
    emit(facts(found, args), "\n".join(told(found)), args.json)


def run_joints(args: argparse.Namespace) -> None:
    """Tells how far the joints of B are from those of A, over time."""
    files = [Path(file) for file in args.files]
    if len(files) != 2 or args.model_a or args.model_b or any(map(is_series, files)):
        raise Refused("--joints compares two clips, A.bvh and B.bvh.")
    a, b = (load_motion(path, args.units, args.up_axis) for path in files)
    sides: tuple[Side | None, Side | None] = (None, None)
    if args.align != "time":
        runner = load_shipped("deepphase", *engine_parts(args))
        sides = clip_side(a, runner, "DeepPhase"), clip_side(b, runner, "DeepPhase")
    found = compare_joints(a, b, args.align, moments_of(args.align, *sides))
    if args.output:
        save_joints(found, Path(args.output))
    if args.picture:
        write_picture(joints_plot(found), Path(args.picture))
    for motion in (a, b):
        warn(str(motion.path), motion.clip)
    numbers = {**joint_numbers(found), "file": args.output, "picture": args.picture}
    emit(numbers, "\n".join(joints_told(found)), args.json)


def named(args: argparse.Namespace) -> tuple[Path, Path]:
    """The files of A and B, the same one where one clip is read by two models."""
    files = [Path(file) for file in args.files]
    models = (args.model_a, args.model_b)
    if len(files) > 2:
        raise Refused(f"compare takes one or two files, found {len(files)}.")
    if len(files) == 1 and not any(models):
        raise Refused("With what? Give a second clip, or --model-a or --model-b for this one.")
    for name, path, model in zip("ab", (files[0], files[-1]), models, strict=True):
        if model and is_series(path):
            raise Refused(f"{path}: --model-{name} reads a clip, and this is a series already.")
    return files[0], files[-1]


def sides(args: argparse.Namespace, first: Path, second: Path) -> tuple[Side, Side]:
    """A and B; a series without a clip's rate takes that of the other."""
    if is_series(first) and not is_series(second):
        b = of_clip(args, second, args.model_b)
        return given_side(given_series(first), b), b
    if is_series(first):
        a = given_side(given_series(first), None)
    else:
        a = of_clip(args, first, args.model_a)
    if is_series(second):
        return a, given_side(given_series(second), a)
    return a, of_clip(args, second, args.model_b)


def of_clip(args: argparse.Namespace, path: Path, model: str | None) -> Side:
    """The phase of a clip by the model asked for."""
    chosen = engine_parts(args)
    runner = load_shipped("deepphase", *chosen, Path(model) if model else None)
    motion = load_motion(path, args.units, args.up_axis)
    side = clip_side(motion, runner, Path(model).name if model else "DeepPhase")
    warn(str(path), motion.clip)
    return side


def facts(found: PhaseComparison, args: argparse.Namespace) -> dict[str, Any]:
    """All numbers, as they are written in JSON."""
    return {
        "a": found.a.label,
        "b": found.b.label,
        "align": found.by,
        "frames": len(found.difference.aligned.frames),
        "verdict_a": asdict(found.a.verdict),
        "verdict_b": asdict(found.b.verdict),
        **numbers(found),
        "file": args.output,
        "picture": args.picture,
    }
