"""``main.py latency``: the five models at the pace of a display, on every engine here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.model.demo import ASSETS
from viewer.model.latency_card import check_kind, write_report
from viewer.model.notice import Refused

from .console import emit
from .picture import png_of

if TYPE_CHECKING:
    from viewer.model.latency_job import Progress

MOST_S = 3600.0


def run(args: argparse.Namespace) -> int:
    """Measures, writes the card where one is asked for, and says what each engine took."""
    from inference.engines import VARIANTS
    from viewer.model.latency_job import measure

    if args.seconds > MOST_S:
        raise Refused(f"--seconds is at most {MOST_S:.0f}.")
    output = Path(args.output) if args.output else None
    if output:
        check_kind(output)
    engines = tuple(args.engine or VARIANTS)
    if unknown := [name for name in engines if name not in VARIANTS]:
        names = ", ".join(VARIANTS)
        raise Refused(f"There is no engine '{unknown[0]}'; choose one of {names}.")
    with _progress() as progress:
        report = measure(ASSETS, args.seconds, progress, engines)
    emit(report.as_dict(), "\n".join(report.lines()), args.json)
    for path in write_report(report, output, png_of) if output else ():
        print(f"Wrote {path}.", file=sys.stderr)
    return 0


@contextmanager
def _progress() -> Iterator[Progress]:
    """Shows what is being done on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)
