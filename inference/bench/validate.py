"""Do the engines give the reference's numbers: on real, random and extreme inputs, any batch.

The error of an output is relative to the largest magnitude that the reference gives in that output
on all rows of the same kind (real, random, zeros, ...), or on the usual rows where that is more;
the usual are the real ones, or the random ones where there are none. One row alone may come out
near zero, as phase vectors and actions do, and has no scale of its own: its digits are those of
the numbers that it is summed from. NaN and infinities must stand where the reference has them;
they take no part in the errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.models import ModelSpec

from .contestant import Answer, Contestant, ContestantError, Load

LIMITS = {"fp32": 1e-5, "fast": 1e-4, "half": 1e-2}
"""Largest relative error by precision."""
BATCHES = (1, 2, 7, 16, 64, 1000)
REAL, RANDOM = "real", "random"
_TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class Comparison:
    """One output of one run of an engine, beside one reference.

    ran: the engine that really ran it. inputs: ``real``, ``random`` or the name of an extreme.
    max_abs, mean_abs, max_rel, mean_rel: of the error, where both are finite. alike: NaN and
    infinities stand where the reference has them.
    """

    model: str
    output: str
    engine: str
    ran: str
    reference: str
    inputs: str
    batch: int
    max_abs: float
    mean_abs: float
    max_rel: float
    mean_rel: float
    alike: bool
    limit: float

    @property
    def passed(self) -> bool:
        """Within the limit, NaN and infinities in their places."""
        return self.alike and self.max_rel <= self.limit


@dataclass(frozen=True)
class Case:
    """A file to validate, and the rows to do it with: (N, *row) float32 by name.

    spec: one of the five models that it serves as, or None. batches: those it can run.
    """

    name: str
    path: Path
    spec: ModelSpec | None
    outputs: tuple[str, ...]
    rows: Mapping[str, np.ndarray]
    batches: Sequence[int] = BATCHES


def extremes(row: tuple[int, ...], count: int) -> dict[str, np.ndarray]:
    """Rows (count, *row) that no one measures: zeros, huge, denormal, NaN and infinities.

    Of the last three every second row holds one such number amid noise, so that a row that
    reaches into its neighbour is seen.
    """
    rng = np.random.default_rng(1)
    signs = rng.choice(np.array([-1, 1], np.float32), (count, *row))
    noise = rng.standard_normal((count, *row), np.float32)
    found = {"zeros": np.zeros((count, *row), np.float32)}
    for exponent in (3, 10, 20, 30):
        huge = np.float32(10.0**exponent)
        found[f"+1e{exponent}"] = np.full((count, *row), huge, np.float32)
        found[f"-1e{exponent}"] = np.full((count, *row), -huge, np.float32)
        found[f"±1e{exponent}"] = signs * huge
    found["denormals"] = signs * np.float32(1e-40)
    for name, value in (("NaN", np.nan), ("+Inf", np.inf), ("-Inf", -np.inf)):
        rows = noise.copy()
        flat = rows.reshape(count, -1)
        every_second = np.arange(0, count, 2)
        flat[every_second, rng.integers(0, flat.shape[1], len(every_second))] = value
        found[name] = rows
    return found


def compare(
    found: np.ndarray, reference: np.ndarray, scale: float
) -> tuple[float, float, float, float, bool]:
    """Max and mean absolute, max and mean relative error, and whether the rest is alike.

    scale: what the relative ones are relative to, unless the reference goes beyond it here.
    """
    y, r = found.astype(np.float64), reference.astype(np.float64)
    if y.shape != r.shape:
        return np.inf, np.inf, np.inf, np.inf, False
    finite = np.isfinite(y) & np.isfinite(r)
    alike = bool(np.array_equal(y[~finite], r[~finite], equal_nan=True))
    if not finite.any():
        return 0.0, 0.0, 0.0, 0.0, alike
    error = np.abs(y[finite] - r[finite])
    scale = max(float(np.abs(r[finite]).max()), scale, _TINY)
    highest, mean = float(error.max()), float(error.mean())
    return highest, mean, highest / scale, mean / scale, alike


def validate(
    case: Case,
    engines: Mapping[Contestant, str],
    references: Sequence[Contestant],
    left_out: Callable[[str], None],
) -> Iterator[Comparison]:
    """Every engine beside every reference; what cannot take part is told to ``left_out``.

    engines: each with its precision. An engine that fails on some rows fails that comparison, its
    last. Raises ContestantError when a reference fails on them.
    """
    loaded = {}
    for contestant in (*references, *engines):
        try:
            request = Load(case.name, case.path, case.spec)
            loaded[contestant.name] = contestant.ask(request)
        except ContestantError as error:
            left_out(f"{case.name}: {contestant.name} is left out: {error}")
    present = [reference for reference in references if reference.name in loaded]
    running = {e: precision for e, precision in engines.items() if e.name in loaded}
    usual_rows = case.rows[REAL if REAL in case.rows else RANDOM]
    usual = [_scales(case, reference, usual_rows) for reference in present]
    for inputs, rows in case.rows.items():
        scales = [
            np.maximum(_scales(case, reference, rows), own)
            for reference, own in zip(present, usual, strict=True)
        ]
        for batch in case.batches:
            request_of = Answer(case.name, rows[:batch])
            wanted = [reference.ask(request_of) for reference in present]
            for engine, precision in list(running.items()):
                try:
                    found = engine.ask(request_of)
                except ContestantError as error:
                    del running[engine]
                    left_out(
                        f"{case.name}: {engine.name} fails on {inputs}, batch {batch}: {error}"
                    )
                    found = [np.empty(0)] * len(case.outputs)
                for reference, arrays, sizes in zip(present, wanted, scales, strict=True):
                    for output, y, r, size in zip(case.outputs, found, arrays, sizes, strict=True):
                        yield Comparison(
                            case.name,
                            output,
                            engine.name,
                            loaded[engine.name],
                            reference.name,
                            inputs,
                            batch,
                            *compare(y, r, float(size)),
                            LIMITS[precision],
                        )


def _scales(case: Case, reference: Contestant, rows: np.ndarray) -> np.ndarray:
    """Largest finite magnitude of each output on ``rows``; 0 where none is finite."""
    arrays = reference.ask(Answer(case.name, rows[: max(case.batches)]))
    finite = (np.abs(array[np.isfinite(array)]) for array in arrays)
    return np.array([float(part.max(initial=0.0)) for part in finite])
