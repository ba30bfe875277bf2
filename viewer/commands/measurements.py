"""Measurements beside their targets: as a table on the terminal, and as a block of a page."""

from __future__ import annotations

from pathlib import Path

from motion.files import whole_file
from viewer.bench.measurement import Measurement
from viewer.model.demo import ROOT
from viewer.model.notice import Refused

MEASURED = ROOT / "docs" / "explanation" / "measured.md"
"""The page with the tables of both benchmarks."""


def show_measurements(title: str, measured: list[Measurement]) -> None:
    """As a table on the terminal, what was missed in red."""
    from rich.console import Console
    from rich.table import Table

    table = Table("measured", "value", "target", "beside", title=title, title_justify="left")
    for m in measured:
        style = {True: "green", False: "bold red", None: ""}[m.met]
        table.add_row(m.name, value(m), target(m), m.rival, style=style)
    Console().print(table)


def value(m: Measurement) -> str:
    """What was measured, with its unit."""
    return f"{m.value:.3g} {m.unit}" if m.value < 100 else f"{m.value:,.0f} {m.unit}"


def target(m: Measurement) -> str:
    """What it should be, "" where nothing was promised."""
    if m.target is None:
        return ""
    return f"{'≥' if m.at_least else '≤'} {m.target:g} {m.unit}"


def page_rows(measured: list[Measurement]) -> list[str]:
    """The lines of a Markdown table; a missed target says so."""
    rows = ["| measured | value | target | beside |", "| --- | --- | --- | --- |"]
    for m in measured:
        missed = " **missed**" if m.met is False else ""
        rows.append(f"| {m.name} | {value(m)}{missed} | {target(m)} | {m.rival} |")
    return rows


def rewrite(page: Path, block: str, begin: str, end: str) -> None:
    """Puts ``block`` between the two marks of ``page``."""
    before, after = around(page, begin, end)
    with whole_file(page) as path:
        path.write_text(f"{before}{begin}\n{block}\n{end}{after}", encoding="utf-8")


def around(page: Path, begin: str, end: str) -> tuple[str, str]:
    """What stands before and after the marks; Refused where they are missing."""
    before, first, rest = page.read_text(encoding="utf-8").partition(begin)
    _, last, after = rest.partition(end)
    if not (first and last):
        raise Refused(f"{page} has no block between {begin} and {end}.")
    return before, after
