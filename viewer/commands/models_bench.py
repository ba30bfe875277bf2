"""``main.py models bench``: the models beside their rivals in one run; tables, JSON and a plot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from motion.files import whole_file
from viewer.model.demo import ASSETS, ROOT
from viewer.model.notice import Refused, sentence

from .console import emit
from .measurements import MEASURED, around, page_rows, rewrite, show_measurements

if TYPE_CHECKING:
    from inference.bench.report import Report
    from viewer.bench.measurement import Measurement

BEGIN, END = "<!-- models-bench:begin -->", "<!-- models-bench:end -->"
KEPT = ASSETS / "bench"
WIDTH = 150
"""Columns that the tables take, even where no terminal tells how many there are."""


def run(output: str | None, docs: bool, as_json: bool) -> None:
    """Measures, prints, and keeps the report in ``output``; ``docs``: in docs/ and assets."""
    if docs:
        check_page()
    report = measured()
    show(report, as_json)
    if output:
        keep(report, Path(output))
    if docs:
        publish(report)


def measured() -> Report:
    """One run, with its progress on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from viewer.bench.models import measure_report

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        try:
            return measure_report(progress=progress)
        except RuntimeError as error:
            raise Refused(sentence(error)) from error


def show(report: Report, as_json: bool) -> None:
    """Everything: one JSON object, or tables and the targets."""
    from viewer.bench.models_tables import tables

    if as_json:
        emit(as_dict(report), "", True)
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(width=max(Console().width, WIDTH))
    print(f"{report.date}, {report.machine}; {report.noise}; {report.wall_s:.0f} s")
    for table in tables(report):
        drawn = Table(*table.header, title=table.title, title_justify="left")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)
    show_measurements("targets", reached(report))
    for line in report.left_out:
        print(line)


def reached(report: Report) -> list[Measurement]:
    """What was to be reached, and what was."""
    from viewer.bench.models import targets

    return targets(report)


def as_dict(report: Report) -> dict[str, object]:
    """The report with its targets: what JSON holds."""
    rows = [asdict(measurement) | {"met": measurement.met} for measurement in reached(report)]
    return report.as_dict() | {"targets": rows}


def keep(report: Report, folder: Path) -> None:
    """Writes ``models.json`` and ``models.png`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(folder / "models.json") as path:
        text = json.dumps(as_dict(report), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
    with whole_file(folder / "models.png") as path:
        draw(folder / "models.json", path)


def draw(source: Path, target: Path) -> None:
    """The plot of a kept report, by a process of its own: Qt needs no display then."""
    command = [sys.executable, "-m", "viewer.bench.models_plot", str(source), str(target)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Refused(sentence(f"{target} cannot be drawn: {lines[-1]}"))


def check_page() -> None:
    """Refused where the page has no place for the tables: said before minutes are spent."""
    around(MEASURED, BEGIN, END)


def publish(report: Report) -> None:
    """Keeps the report in the assets and rewrites its block of docs/explanation/measured.md."""
    from viewer.bench.models_tables import page_tables

    keep(report, KEPT)
    lines = [
        f"Measured by `main.py models bench` on {report.date}, {report.machine}; {report.noise}.",
        "\n".join(page_rows(reached(report))),
        *page_tables(report),
        *(["Left out: " + " ".join(map(sentence, report.left_out))] if report.left_out else []),
    ]
    rewrite(MEASURED, "\n\n".join(lines), BEGIN, END)
