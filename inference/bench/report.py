"""What a run of the benchmark found, as plain data: for tables, JSON and the plot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from .contest import Row
from .noise import Look, verdict

SCHEMA, VERSION = "stridescope.bench.models", 1


@dataclass(frozen=True)
class Subject:
    """A model that was run. products: multiply-adds of one row.

    Seconds on one thread, or None where not measured: bound to read its fp32 weights once, kernel
    to run ours on one row, peak for the multiply-adds of 1,024 rows and nothing else; all are bare
    calls of a library.
    """

    name: str
    title: str
    trained: bool
    weight_bytes: int
    products: int
    bound: float | None = None
    kernel: float | None = None
    peak: float | None = None


@dataclass(frozen=True)
class Started:
    """Medians over ``runs`` fresh processes, each with one model, at its first result.

    seconds: since Python and NumPy were there. whole: since the process was asked for. cold: the
    same two once, with an empty cache folder and files read from the disk; None where it failed.
    resident, private: bytes.
    """

    contestant: str
    runs: int
    seconds: float
    whole: float
    resident: int
    private: int
    cold_seconds: float | None = None
    cold_whole: float | None = None


@dataclass
class Report:
    """Everything of one run. Times in seconds, sizes in bytes, bandwidths in GB/s.

    titles: of the contestants, by name. start_model: whose file the fresh processes opened.
    deployment: bytes of the small deployment by part. left_out: a sentence for each gap.
    """

    date: str
    machine: str
    titles: dict[str, str]
    subjects: list[Subject] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    bandwidth: dict[str, float] = field(default_factory=dict)
    start_model: str = ""
    starts: list[Started] = field(default_factory=list)
    installed: dict[str, int] = field(default_factory=dict)
    deployment: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    wall_s: float = 0.0

    @property
    def noise(self) -> str:
        """``quiet``, or ``noisy: ...``."""
        return verdict(self.looks)

    def find(self, model: str, part: str, batch: int, contestant: str) -> Row | None:
        """The row that was measured so, if it was."""
        for row in self.rows:
            if (row.model, row.part, row.batch, row.contestant) == (model, part, batch, contestant):
                return row
        return None

    def best(
        self, model: str, part: str, batch: int, family: str, percentile: str = "p50"
    ) -> Row | None:
        """The fastest row of the contestants whose name begins with ``family``."""
        rows = [row for row in self._rows(model, part, batch) if row.contestant.startswith(family)]
        return min(rows, key=lambda row: getattr(row, percentile), default=None)

    def start_of(self, contestant: str) -> Started | None:
        """How that contestant started, if it was measured."""
        return next((start for start in self.starts if start.contestant == contestant), None)

    def _rows(self, model: str, part: str, batch: int) -> Iterator[Row]:
        for row in self.rows:
            if (row.model, row.part, row.batch) == (model, part, batch):
                yield row

    def as_dict(self) -> dict[str, Any]:
        """JSON's version of it."""
        return {"schema": SCHEMA, "version": VERSION, "noise": self.noise, **asdict(self)}
