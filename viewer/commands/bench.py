"""``main.py bench [PART …]``: what this machine measures, beside its targets and rivals."""

from __future__ import annotations

import argparse
import importlib
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from kernels.host import cores
from viewer.model.demo import ROOT
from viewer.model.machine import cpu_model, operating_system
from viewer.model.notice import Refused, sentence

from . import models_bench
from .console import emit
from .measurements import MEASURED, around, page_rows, rewrite, show_measurements

if TYPE_CHECKING:
    from viewer.bench.measurement import Measurement

PARTS = ("motion", "models", "character", "window", "scale", "serve")
SERVE_PAGE = ROOT / "docs" / "reference" / "server.md"
ASKED = ("library",)
"""Parts that are measured only where they are named: minutes, and not of the page's table."""
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def run(args: argparse.Namespace) -> None:
    """Prints each part as it is measured; ``--docs`` rewrites the blocks of
    docs/explanation/measured.md and docs/reference/server.md.

    A part that cannot be measured here is left out with a sentence, or refused where it was named.
    """
    unknown = [part for part in args.parts if part not in PARTS + ASKED]
    if unknown:
        known = ", ".join(PARTS + ASKED)
        raise Refused(f"There is no benchmark '{unknown[0]}'; choose from {known}.")
    chosen = [part for part in PARTS + ASKED if part in args.parts] or PARTS
    if args.docs and tuple(chosen) not in (PARTS, ("serve",)):
        raise Refused("--docs needs all parts, or serve alone: leave their names out.")
    if args.docs:  # known before minutes are spent
        around(SERVE_PAGE, BEGIN, END)
        around(MEASURED, BEGIN, END)
        models_bench.check_page()
    header = f"{date.today():%Y-%m-%d}, {cpu_model()}, {cores()} cores, {operating_system()}"
    if not args.json:
        print(header)
    measured = []
    for part in chosen:
        if part == "models":
            report = models_bench.measured()
            show(part, header, models_bench.reached(report), args.json)
            if args.docs:
                models_bench.publish(report)
        else:
            try:
                found = measure(part, **({"minutes": args.minutes} if part == "serve" else {}))
            except Refused as reason:
                if part in args.parts:
                    raise
                print(f"{part} is left out: {reason}", file=sys.stderr)
                continue
            show(part, header, found, args.json)
            if part != "serve":
                measured += found
            elif args.docs:
                rewrite(SERVE_PAGE, serve_table(header, found), BEGIN, END)
    if args.docs and measured:
        rewrite(MEASURED, measured_table(header, measured), BEGIN, END)


def measure(part: str, **options: float) -> list[Measurement]:
    """Runs ``viewer.bench.<part>`` with its own options; Refused with its sentence."""
    from rich.console import Console

    module = importlib.import_module(f"viewer.bench.{part}")
    try:
        with Console(stderr=True).status(f"measuring {part}"):
            return list(getattr(module, f"measure_{part}")(**options))
    except RuntimeError as error:
        raise Refused(sentence(error)) from error


def show(part: str, header: str, measured: list[Measurement], as_json: bool) -> None:
    """Prints what one part measured: a JSON object each, or a table."""
    if as_json:
        for m in measured:
            emit(as_dict(part, header, m), "", True)
    else:
        show_measurements(part, measured)


def as_dict(part: str, header: str, m: Measurement) -> dict[str, Any]:
    """One measurement as ``--json`` gives it."""
    return {
        "part": part,
        "name": m.name,
        "value": m.value,
        "unit": m.unit,
        "target": m.target,
        "at_least": m.at_least,
        "met": m.met,
        "rival": m.rival,
        "machine": header,
    }


def serve_table(header: str, measured: list[Measurement]) -> str:
    """What docs/reference/server.md shows of the server."""
    return "\n".join([f"Measured by `main.py bench serve` on {header}.", "", *page_rows(measured)])


def measured_table(header: str, measured: list[Measurement]) -> str:
    """The measurements as Markdown, under a line that says where."""
    return "\n".join([f"Measured by `make bench` on {header}.", "", *page_rows(measured)])
