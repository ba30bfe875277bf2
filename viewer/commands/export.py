"""``main.py export CLIP|SESSION -o OUT``: a motion in another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from motion.conventions import UNIT_NAMES
from viewer.model.export.motions import write_motion
from viewer.model.export.order import Order
from viewer.model.exports import kind_of

from .console import doubted, emit, track, warned


def run(args: argparse.Namespace) -> None:
    """Writes the motion, Y up, and says in which unit."""
    output = Path(args.output)
    kind = kind_of(output, units=args.units, source=Path(args.file))
    facts = write_motion(
        Order(
            args.file, args.output, args.what, args.rig, args.range, args.units,
            args.source_units, args.up_axis,
        ),
        track,
    )  # fmt: skip
    warned(args.file, facts["warnings"])
    doubted(output, facts["doubt"])
    frames, units = facts["frames"], facts["units"]
    result = {"file": str(output), "kind": kind[1:], "frames": frames, "units": units}
    emit(result, f"{output}: {frames} frames of {facts['name']}, in {UNIT_NAMES[units]}", args.json)
