"""``main.py restyle CLIP --style … -o OUT``: a whole clip in another style."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from motion.conventions import UNIT_NAMES
from motion.features import FPS
from motion.pose import to_clip
from viewer.model.clip import load_motion
from viewer.model.exports import export_clip
from viewer.model.notice import Refused
from viewer.model.restyling import (
    Measured,
    Restyler,
    Wish,
    canonical_motion,
    measured,
    shipped_judge,
    shipped_restyler,
)
from viewer.model.sources import Source
from viewer.model.style_names import StyleNames

from .console import emit, engine_asked, warn

KINDS = (".bvh", ".glb", ".npz")


def run(args: argparse.Namespace) -> None:
    """Writes the clip in its new style, and says how that measures."""
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in KINDS:
        raise Refused(f"{output}: restyle writes .bvh, .glb or .npz.")
    if args.units and kind != ".bvh":
        raise Refused(f"{output}: --units goes with OUT.bvh; {kind} is always in metres.")
    engine_asked(args)
    motion = load_motion(Path(args.file), args.source_units, args.up_axis)
    positions = canonical_motion(motion)
    judge = shipped_judge()
    restyler = shipped_restyler(
        args.engine or "auto", args.device or "cpu", args.precision or "fp32"
    )
    wish = wished(args, restyler)
    started = time.perf_counter()
    made = restyler.restyled(restyler.content(positions), wish)
    seconds = time.perf_counter() - started
    numbers = measured(made, judge)
    clip = to_clip(made.positions, 1 / FPS, motion.clip.name)
    units = export_clip(Source(clip), output, args.units)
    warn(args.file, motion.clip)
    facts: dict[str, Any] = {
        "file": str(output),
        "kind": kind[1:],
        "frames": clip.frame_count,
        "units": units,
        "style": wish.style.label if wish.style else "its own",
        "strength": wish.strength,
        **{name: rounded(value) for name, value in asdict(numbers).items()},
        "engine": restyler.engine,
        "seconds": round(seconds, 3),
    }
    emit(facts, told(facts, clip.name, numbers), args.json)


def wished(args: argparse.Namespace, restyler: Restyler) -> Wish:
    """What the options ask for. Raises Refused."""

    def of_clip(path: Path) -> np.ndarray:
        return restyler.content(canonical_motion(load_motion(path))).style

    names = StyleNames(of_clip, restyler.subspace)
    style = names.find(args.style) if args.style is not None else None
    return Wish(style, strength=args.strength)


def rounded(value: object) -> object:
    """Numbers to four places, all else as it is."""
    return round(value, 4) if isinstance(value, float) else value


def told(facts: dict[str, Any], name: str, numbers: Measured) -> str:
    """One line for a person."""
    parts = [
        f"{facts['file']}: {facts['frames']} frames of {name} in the style {facts['style']}, "
        f"strength {facts['strength']:g}, in {UNIT_NAMES[facts['units']]}",
        f"reads as {numbers.read_as} in {numbers.read_share:.0%} of its windows",
    ]
    speed = f"joint speed {numbers.style_speed_ratio:.2f} of that style's median"
    if numbers.speed_ratio is not None:
        speed += f", {numbers.speed_ratio:.2f} of the content's"
    parts.append(speed)
    if numbers.foot_speed_in_contact is not None:
        parts.append(f"feet in contact at {numbers.foot_speed_in_contact:.3f} m/s")
    return "; ".join(parts) + f"; by {facts['engine']} in {facts['seconds']:.2f} s"
