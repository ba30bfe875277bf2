"""A report of ``models bench`` as tables of text: for the terminal and for docs/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inference.bench.report import Report
from inference.bench.run import ALONE, PACED

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """title: what the numbers are. header and rows: texts, a row's first is its name."""

    title: str
    header: Texts
    rows: Sequence[Texts]


def tables(report: Report) -> Iterator[Table]:
    """Times of every part, CPU time, starts and memory, what one thread can do at most."""
    parts = dict.fromkeys((row.part, row.batch) for row in report.rows)
    for part, batch in parts:
        yield times(report, part, batch)
    yield cpu_times(report)
    yield starts(report)
    yield bounds(report)
    yield peaks(report)


def times(report: Report, part: str, batch: int) -> Table:
    """p50, p95 and p99 in microseconds, a column for each model."""
    present = {row.model for row in report.rows if (row.part, row.batch) == (part, batch)}
    subjects = [subject for subject in report.subjects if subject.name in present]
    rows = []
    for name, title in report.titles.items():
        found = [report.find(subject.name, part, batch, name) for subject in subjects]
        if any(found):
            cells = (
                f"{micro(r.p50)} / {micro(r.p95)} / {micro(r.p99)}" if r else "" for r in found
            )
            rows.append((title, *cells))
    header = (f"p50 / p95 / p99, µs; batch {batch}", *(subject.title for subject in subjects))
    return Table(f"{part}, batch {batch}", header, rows)


def cpu_times(report: Report) -> Table:
    """Microseconds of CPU, all threads, for one inference."""
    rows = []
    for name, title in report.titles.items():
        found = [report.find(subject.name, ALONE, 1, name) for subject in report.subjects]
        if any(found):
            rows.append((title, *(micro(r.cpu) if r and r.cpu else "" for r in found)))
    header = ("CPU time, µs", *(subject.title for subject in report.subjects))
    return Table("CPU time of one inference, all threads", header, rows)


def starts(report: Report) -> Table:
    """First result of a new process, its memory, and what must be installed."""
    rows = []
    for start in report.starts:
        cold = f"{start.cold_seconds:.2f} s" if start.cold_seconds is not None else ""
        size = report.installed.get(start.contestant)
        rows.append((
            report.titles[start.contestant],
            f"{start.seconds * 1e3:.0f} ms", f"{start.whole * 1e3:.0f} ms", cold,
            f"{start.resident / 1e6:.0f} MB", f"{start.private / 1e6:.0f} MB",
            f"{size / 1e6:.0f} MB" if size else "",
        ))  # fmt: skip
    header = (
        report.start_model, "first result after NumPy", "after the process's start",
        "cold, after NumPy", "resident", "private", "installed",
    )  # fmt: skip
    return Table("A new process with one model", header, rows)


def bounds(report: Report) -> Table:
    """What one thread can read at best, and how near the kernel comes."""
    rows = []
    for subject in report.subjects:
        row = report.find(subject.name, ALONE, 1, "mojo")
        if subject.bound:
            rows.append((
                subject.title, f"{subject.weight_bytes / 1e6:.2f} MB", micro(subject.bound),
                f"{subject.weight_bytes / subject.bound / 1e9:.0f} GB/s",
                micro(subject.kernel) if subject.kernel else "", micro(row.p50) if row else "",
            ))  # fmt: skip
    header = ("model", "fp32 weights", "reading them, µs", "at", "kernel, µs", "mojo p50, µs")
    speeds = ", ".join(f"{level} {speed:.0f} GB/s" for level, speed in report.bandwidth.items())
    return Table(f"Reading the weights on 1 thread ({speeds})", header, rows)


def peaks(report: Report) -> Table:
    """The multiply-adds of 1,024 rows on one thread, and how near ours comes."""
    rows = []
    for subject in report.subjects:
        row = report.find(subject.name, ALONE, 1024, "mojo")
        if row and subject.peak:
            speed = 2 * 1024 * subject.products / subject.peak / 1e9
            rows.append((
                subject.title, f"{subject.products:,}", micro(subject.peak), f"{speed:.0f} GFLOP/s",
                micro(row.p50), f"{subject.peak / row.p50:.0%}",
            ))  # fmt: skip
    header = ("model", "multiply-adds a row", "alone, µs", "at", "mojo p50, µs", "share")
    return Table("Multiply-adds of 1,024 rows on 1 thread", header, rows)


def micro(seconds: float) -> str:
    """Microseconds with three digits that matter."""
    value = seconds * 1e6
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def markdown(table: Table) -> str:
    """The header and rows of ``table``, without its title."""
    lines = [table.header, ("---",) * len(table.header), *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page_tables(report: Report) -> list[str]:
    """Those that docs/ shows: one inference, alone and paced, and starts; as Markdown."""
    chosen = (
        times(report, ALONE, 1), times(report, PACED, 1), cpu_times(report), starts(report),
        bounds(report),
    )  # fmt: skip
    return [f"{table.title}:\n\n{markdown(table)}" for table in chosen]
