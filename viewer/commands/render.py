"""``main.py render FILE -o OUT``: the window's picture of a clip or session, without a window."""

from __future__ import annotations

import argparse
from typing import Any

from viewer.model.export.order import Look, Order
from viewer.model.export.pictures import write_shots

from .console import emit, track, warned


def run(args: argparse.Namespace) -> None:
    """Draws one picture, all of them, a film or a turntable, and says what it shows."""
    look = Look(
        args.size, args.fps, args.time, args.turntable, args.transparent, args.theme, args.camera
    )
    order = Order(
        args.file, args.output, args.what, span=args.range, source_units=args.units,
        up_axis=args.up_axis, look=look,
    )  # fmt: skip
    facts = write_shots(order, track)
    warned(args.file, facts.pop("warnings"))
    emit(facts, told(facts, facts.pop("title")), args.json)


def told(facts: dict[str, Any], title: str) -> str:
    """What was drawn, on one line."""
    width, height = facts["size"]
    count = f"frame {facts.get('frame')}"
    if "frames" in facts:
        count = f"{facts['frames']} frames at {facts['fps']:.7g} fps"
    return f"{facts['file']}: {count} of {title}, {width}x{height}"
