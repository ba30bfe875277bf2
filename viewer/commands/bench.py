"""``main.py bench [PART …]``: what this machine measures, beside its targets and rivals."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
ASKED = ("library",)
"""Parts that are measured only where they are named: minutes, and not of the page's table."""


class Block(NamedTuple):
    """A table on ``page`` between two marks with its name, and what measures it."""

    page: Path
    name: str
    command: str

    @property
    def marks(self) -> tuple[str, str]:
        """What it stands between."""
        return f"<!-- {self.name}:begin -->", f"<!-- {self.name}:end -->"

    def text(self, header: str, measured: list[Measurement]) -> str:
        """The measurements as Markdown, under a line that says by what and where."""
        lines = (f"Measured by `{self.command}` on {header}.", "", *page_rows(measured))
        return "\n".join(lines)


SHARED = Block(MEASURED, "bench", "make bench")
OWN = {
    "scale": Block(MEASURED, "scale", "main.py bench scale"),
    "serve": Block(ROOT / "docs" / "reference" / "server.md", "bench", "main.py bench serve"),
}
"""Parts with a table of their own; those of the others stand in one."""


def run(args: argparse.Namespace) -> None:
    """Prints each part as it is measured; ``--docs`` rewrites their tables in docs/.

    A part that cannot be measured here is left out with a sentence, or refused where it was named.
    """
    unknown = [part for part in args.parts if part not in PARTS + ASKED]
    if unknown:
        known = ", ".join(PARTS + ASKED)
        raise Refused(f"There is no benchmark '{unknown[0]}'; choose from {known}.")
    chosen = [part for part in PARTS + ASKED if part in args.parts] or PARTS
    if args.docs:  # known before minutes are spent
        _check_pages(chosen)
    header = f"{date.today():%Y-%m-%d}, {cpu_model()}, {cores()} cores, {operating_system()}"
    if not args.json:
        print(header)
    shared: list[Measurement] = []
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
            if part not in OWN:
                shared += found
            elif args.docs:
                publish(OWN[part], header, found)
    if args.docs and shared:
        publish(SHARED, header, shared)


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


def publish(block: Block, header: str, measured: list[Measurement]) -> None:
    """Puts what was measured on its page."""
    rewrite(block.page, block.text(header, measured), *block.marks)


def _check_pages(parts: Sequence[str]) -> None:
    """Refused where a table would lack some of its rows, or a page has no place for it."""
    if tuple(parts) != PARTS and not set(parts) <= set(OWN):
        alone = " and ".join(OWN)
        raise Refused(f"--docs needs all parts, or {alone} alone: leave their names out.")
    for block in (SHARED, *OWN.values()):
        around(block.page, *block.marks)
    models_bench.check_page()
