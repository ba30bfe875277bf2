"""``main.py restyle CLIP --style … -o OUT``: a whole clip in another style."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from motion.conventions import UNIT_NAMES
from viewer.model.clip import load_motion
from viewer.model.exports import MOTION_KINDS, doubt_of, export_clip, kind_of
from viewer.model.notice import Refused
from viewer.model.restyling import (
    Measured,
    StyleNetworks,
    Wish,
    canonical_motion,
    measured,
    opened_content,
    restyled_motion,
    shipped_judge,
    shipped_networks,
    shipped_phase,
)
from viewer.model.sources import Source
from viewer.model.style_keys import MOST_SECONDS, read_keys
from viewer.model.style_names import StyleNames

from .console import doubted, emit, engine_asked, engine_parts, frame_rate, warn

MOST_READ = 3


def run(args: argparse.Namespace) -> None:
    """Writes the clip in its new style, and says how that measures."""
    output = Path(args.output)
    kind = kind_of(output, MOTION_KINDS, args.units, Path(args.file))
    if args.seconds and args.seconds > MOST_SECONDS:
        raise Refused(f"--seconds {args.seconds:g}: a clip may last {MOST_SECONDS:g} s at most.")
    engine_asked(args)
    motion = opened_content(Path(args.file), args.source_units, args.up_axis)
    canonical_motion(motion)  # refused before anything is loaded
    judge = shipped_judge()
    chosen = engine_parts(args)
    networks = shipped_networks(*chosen)
    names = StyleNames(networks.atlas, style_of(networks), networks.subspace)
    wish = wished(args, names)
    started = time.perf_counter()
    atlas = names.atlas if wish.sliders else None
    made = restyled_motion(
        motion, wish, networks, lambda: shipped_phase(*chosen), atlas, args.seconds
    )
    written = made.on_source_rig() if args.rig == "source" else made.canonical()
    took = time.perf_counter() - started
    numbers = measured(made, judge, written)
    units = export_clip(Source(written), output, args.units)
    warn(args.file, motion.clip)
    doubted(output, doubt_of(output, written, units))
    facts: dict[str, Any] = {
        "file": str(output),
        "kind": kind[1:],
        "frames": written.frame_count,
        "fps": frame_rate(written),
        "units": units,
        "rig": args.rig,
        "style": worn(args, wish),
        "strength": wish.strength,
        **rounded(numbers),
        "engine": networks.engine,
        "took_s": round(took, 3),
    }
    emit(facts, told(facts, written.name, numbers), args.json)


def style_of(networks: StyleNetworks) -> Callable[[Path], np.ndarray]:
    """Finds the style of a motion file."""
    return lambda path: networks.style(canonical_motion(load_motion(path)))


def wished(args: argparse.Namespace, names: StyleNames) -> Wish:
    """What the options ask for. Raises Refused."""
    if args.style is None and args.seed is None and not (args.keys or args.slider):
        raise Refused("What style? Give --style, --seed, --slider or --keys.")
    if args.style is not None and args.seed is not None:
        raise Refused("--style and --seed both choose the style: leave one out.")
    style = names.find(args.style) if args.style is not None else None
    if args.seed is not None:
        style = names.random(args.seed)
    keys = read_keys(Path(args.keys), names, style) if args.keys else ()
    sliders = tuple(names.slider(text) for text in args.slider)
    return Wish(style, keys, sliders, args.strength)


def worn(args: argparse.Namespace, wish: Wish) -> str:
    """What the clip wears, in words."""
    style = f"{len(wish.keys)} keys" if wish.keys else wish.style.label if wish.style else "its own"
    return ", ".join([style, *args.slider])


def rounded(numbers: Measured) -> dict[str, Any]:
    """The numbers to four places, as they are written in JSON."""
    return {
        "speed_ratio": places(numbers.speed_ratio),
        "read_as": next(iter(numbers.reads)),
        "read_share": places(next(iter(numbers.reads.values()))),
        "reads": {name: places(share) for name, share in numbers.reads.items()},
        "style_speed_ratio": places(numbers.style_speed_ratio),
        "foot_speed_in_contact": places(numbers.foot_speed_in_contact),
    }


def places(value: float | None) -> float | None:
    """``value`` to four places."""
    return None if value is None else round(value, 4)


def told(facts: dict[str, Any], name: str, numbers: Measured) -> str:
    """One line for a person."""
    most = [*numbers.reads.items()][:MOST_READ]
    reads = ", ".join(f"{style} in {share:.0%}" for style, share in most)
    first = next(iter(numbers.reads))
    parts = [
        f"{facts['file']}: {facts['frames']} frames of {name} at {facts['fps']:g} fps, style: "
        f"{facts['style']}, strength {facts['strength']:g}, in {UNIT_NAMES[facts['units']]}",
        f"reads as {reads} of its windows",
    ]
    speed = f"joint speed {numbers.style_speed_ratio:.2f} of the median of {first}"
    if numbers.speed_ratio is not None:
        speed += f", {numbers.speed_ratio:.2f} of the content's"
    parts.append(speed)
    if numbers.foot_speed_in_contact is not None:
        parts.append(f"feet in contact at {numbers.foot_speed_in_contact:.3f} m/s")
    return "; ".join(parts) + f"; by {facts['engine']} in {facts['took_s']:.2f} s"
