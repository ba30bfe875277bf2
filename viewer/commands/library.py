"""``main.py library analyze PATH… -o LIBRARY``: clips of whole folders as a Parquet data set."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernels.host import cores
from viewer.model.library.clip_rows import STAGES, Engine
from viewer.model.library.files import is_address
from viewer.model.library.run import Outcome, Progress, analyze_library
from viewer.model.library.workers import workers
from viewer.model.notice import Refused

from .console import emit, engine_asked

TOLD_EVERY_S = 5.0
"""Where nothing can be drawn over, progress is a line so often."""


def run(args: argparse.Namespace) -> int:
    """Analyzes what is new or changed, with the time that is left, and says what there is."""
    engine_asked(args)
    engine = Engine(args.engine or "auto", args.device or "cpu", args.precision or "fp32")
    if is_address(args.output):
        raise Refused(f"{args.output}: a library is a folder; give one that is mounted here.")
    library = Path(args.output)
    begun = time.monotonic()
    try:
        with workers(args.scheduler, args.workers or cores()) as at_work, shown() as tell:
            outcome = analyze_library(args.files, library, at_work, engine, tell)
    except KeyboardInterrupt:
        print(f"{library}: stopped; the same command goes on from there.", file=sys.stderr)
        raise
    emit(*said(library, outcome, time.monotonic() - begun), args.json)
    return 0


def said(library: Path, outcome: Outcome, seconds: float) -> tuple[dict[str, Any], str]:
    """What a run did and what there is now: as one JSON object, and for a person."""
    plan = outcome.plan
    rates = {
        stage: round(outcome.analyzed / spent, 1)
        for stage in (*STAGES, "write", "join")
        if (spent := outcome.seconds[stage]) > 0 and outcome.analyzed
    }
    facts = {
        "file": str(library),
        "clips": outcome.clips,
        "windows": outcome.windows,
        "problems": outcome.problems,
        "shards": outcome.shards,
        "hash": outcome.hash,
        "analyzed": outcome.analyzed,
        "new": plan.new,
        "changed": plan.changed,
        "dropped": plan.dropped,
        "seconds": round(seconds, 2),
        "clips_per_second": round(outcome.analyzed / seconds, 1),
        "clips_per_second_and_worker": rates,
    }
    shards = f"{outcome.shards} shard{'' if outcome.shards == 1 else 's'}"
    lines = [
        f"{library}: {outcome.clips:,} clips, {outcome.windows:,} windows in {shards}; "
        f"{outcome.problems:,} clips are a sentence only",
        f"  {plan.new:,} new, {plan.changed:,} changed, {plan.known:,} as they were, "
        f"{plan.dropped:,} gone; {outcome.analyzed:,} analyzed in {seconds:.1f} s",
        f"  hash {outcome.hash}",
    ]
    if rates:
        each = ", ".join(f"{stage} {rate:,.0f}" for stage, rate in rates.items())
        lines.append(f"  clips a second and worker: {each}")
    return facts, "\n".join(lines)


class shown:
    """Progress on stderr: a bar on a terminal, else a line every few seconds."""

    def __init__(self) -> None:
        self._stage, self._begun, self._told = "", 0.0, 0.0
        self._bar: Any = None

    def __enter__(self) -> Callable[[Progress], None]:
        if not sys.stderr.isatty():
            return self._line
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True),
            transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=1.0, count="")
        self._bar.start()
        return self._draw

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _draw(self, progress: Progress) -> None:
        if progress.stage != self._stage:
            self._stage = progress.stage
            self._bar.reset(self._task, description=progress.stage, total=1.0)
        count = f"{progress.done:,} of {progress.all:,} clips"
        self._bar.update(self._task, completed=progress.work, count=count)

    def _line(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._begun, self._told = progress.stage, now, now
        if now - self._told < TOLD_EVERY_S:
            return
        self._told = now
        line = f"{progress.stage}: {progress.done:,} of {progress.all:,} clips"
        if progress.work > 0:
            left = (now - self._begun) * (1 - progress.work) / progress.work
            line += f", about {left:,.0f} s left"
        print(line, file=sys.stderr, flush=True)
