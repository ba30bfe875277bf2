"""``main.py models quality``: how alive and how planted restyling is, in numbers."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

from inference import EngineError, ModelError
from viewer.model.demo import ROOT
from viewer.model.notice import Refused, sentence
from viewer.model.quality import MEASURED_MODELS, Row, Table, quality_of

from .console import emit
from .measurements import around, rewrite

BEGIN, END = "<!-- quality:begin -->", "<!-- quality:end -->"
OPTIONS = dict(zip(("encoder", "decoder", "phase"), MEASURED_MODELS, strict=True))


def run(args: argparse.Namespace) -> None:
    """Prints the table, each row with its target and whether it is met."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    page = ROOT / "docs" / "explanation" / "restyling.md"
    if args.docs:  # known before time is spent
        around(page, BEGIN, END)
    given = {name: getattr(args, option) for option, name in OPTIONS.items()}
    files = {name: Path(file) for name, file in given.items() if file}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    started = time.perf_counter()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading the clips", total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, description="restyling", completed=done, total=total)

        try:
            table = quality_of(files, told, args.style_block)
        except (ModelError, EngineError, ValueError) as error:
            raise Refused(sentence(error)) from error
    took_s = time.perf_counter() - started
    show(table, took_s, args.json)
    if args.docs:
        about = f"Measured on {date.today():%Y-%m-%d}: {summary(table, took_s)}"
        rewrite(page, "\n".join([about, "", *page_rows(table.rows)]), BEGIN, END)


def show(table: Table, took_s: float, as_json: bool) -> None:
    """One line, or one JSON object, for each row; and a last one of the whole."""
    if as_json:
        for row in table.rows:
            emit(asdict(row), "", True)
    else:
        print_rows(table.rows)
    aims = [row.met for row in table.rows if row.met is not None]
    result = {
        "met": sum(aims),
        "targets": len(aims),
        "files": {name: str(path) for name, path in table.files.items()},
        "style_is": table.style,
        "took_s": round(took_s, 2),
        "numbers": table.numbers,
    }
    emit(result, summary(table, took_s), as_json)


def summary(table: Table, took_s: float) -> str:
    """The whole in a line."""
    aims = [row.met for row in table.rows if row.met is not None]
    return (
        f"{sum(aims)} of {len(aims)} targets met on the demo clips, every pair of style and "
        f"content, in {took_s:.1f} s. The style is {table.style}."
    )


def page_rows(rows: tuple[Row, ...]) -> list[str]:
    """The lines of a Markdown table; a missed target says so."""
    lines = ["| measured | value | target | held out |", "| --- | --- | --- | --- |"]
    for row in rows:
        missed = " **missed**" if row.met is False else ""
        held_out = "" if row.held_out is None else f"{row.held_out:g}"
        lines.append(f"| {row.words} | {row.value:g}{missed} | {row.target} | {held_out} |")
    return lines


def print_rows(rows: tuple[Row, ...]) -> None:
    """The rows as a table; those of held-out clips where the manifest has them."""
    from rich.console import Console
    from rich.table import Table as RichTable

    known = any(row.held_out is not None for row in rows)
    table = RichTable("measured", "value", "target", "met", *(["held out"] if known else []))
    for row in rows:
        met = {True: "yes", False: "no", None: ""}[row.met]
        held_out = [] if not known else ["" if row.held_out is None else f"{row.held_out:g}"]
        style = "bold red" if row.met is False else ""
        table.add_row(row.words, f"{row.value:g}", row.target, met, *held_out, style=style)
    wide = Console()
    Console(width=max(wide.width, 100)).print(table)
