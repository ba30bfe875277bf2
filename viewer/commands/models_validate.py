"""``main.py models validate [FILE.onnx]``: every engine beside ONNX Runtime and PyTorch, or with
``--engine http://HOST:PORT`` that server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.model.demo import ASSETS
from viewer.model.notice import Refused, sentence

from .console import emit

if TYPE_CHECKING:
    from inference.bench.contestant import Contestant
    from inference.bench.validate import Case, Comparison

REFERENCES = ("ort-1", "torch-1")


def run(file: str | None, as_json: bool, server: str | None = None) -> int:
    """0, or 1 when an engine is farther from a reference than its precision allows."""
    from rich.console import Console

    from inference.bench.contestant import Contestant, ContestantError
    from inference.bench.rivals import rival
    from inference.bench.validate import validate
    from inference.engines import VARIANTS, variant_of
    from viewer.bench.rivals import RIVALS

    validated = (served(server),) if server else tuple(VARIANTS)
    notes: list[str] = []
    console = Console(stderr=True)
    found: list[Comparison] = []
    coming = cases(file, notes)
    first = list(islice(coming, 1))  # what cannot be read is refused before anything starts
    with ExitStack() as stack:
        running: dict[str, Contestant] = {}
        for name in (*REFERENCES, *validated):
            known = RIVALS.get(name) or rival(name)
            environment = {} if name in validated else known.environment  # ours use all cores
            contestant = Contestant(known.name, known.module, environment)
            running[name] = stack.enter_context(contestant)
        for case in chain(first, coming):
            with console.status(f"validating {case.name}"):
                engines = {running[name]: variant_of(name).precision for name in validated}
                references = [running[name] for name in REFERENCES]
                try:
                    compared = list(validate(case, engines, references, notes.append))
                except ContestantError as error:
                    raise Refused(sentence(f"{case.path}: {error}")) from error
            if not compared:
                told(notes, as_json)
                raise Refused(f"{case.path}: nothing could be compared; see the lines above.")
            show(case, compared, as_json)
            found += compared
    told(notes, as_json)
    return verdict(found, as_json)


def served(server: str) -> str:
    """The name of the engine on that server. Raises Refused for what is no address."""
    from inference import EngineError
    from inference.engines import variant

    try:
        return variant(server)
    except EngineError as error:
        raise Refused(sentence(error)) from error


def cases(file: str | None, notes: list[str]) -> Iterator[Case]:
    """The models that ship, or the one in ``file``; what is doubtful goes to ``notes``."""
    from inference import ModelError
    from inference.models import MODELS

    try:
        if file:
            yield case(Path(file), None, notes)
            return
        for spec in MODELS.values():
            if spec.available(ASSETS):
                yield case(spec.path(ASSETS), spec.name, notes)
            else:
                notes.append(f"{spec.title} does not ship yet: not validated.")
    except ModelError as error:
        raise Refused(sentence(error)) from error


def case(path: Path, name: str | None, notes: list[str]) -> Case:
    """One file with its rows. Raises ModelError."""
    import numpy as np

    from inference.bench.validate import BATCHES, RANDOM, REAL, Case, extremes
    from inference.models import MODELS
    from inference.onnx.cache import read_cached
    from viewer.bench.real_rows import NoRows, real_rows

    spec = MODELS[name] if name else None
    model = read_cached(path, spec)
    fixed = getattr(model, "batch", None)
    batches: Sequence[int] = (fixed,) if fixed else BATCHES
    row = model.input_shape
    rows = {}
    if len(row) == 1:
        try:
            rows[REAL], whence = real_rows(row[0], ASSETS)
            notes.append(f"{path.name}: real inputs are {whence}.")
        except NoRows as error:
            notes.append(f"{path.name}: {error}")
    count = max(batches)
    rows[RANDOM] = np.random.default_rng(0).standard_normal((count, *row), np.float32)
    outputs = tuple(output.name for output in model.outputs)
    return Case(model.name, path, spec, outputs, rows | extremes(row, count), batches)


def show(case: Case, compared: Sequence[Comparison], as_json: bool) -> None:
    """Each comparison as JSON, or the worst of each engine, output and reference as a table."""
    if as_json:
        for comparison in compared:
            emit(
                asdict(comparison) | {"passed": comparison.passed, "file": str(case.path)}, "", True
            )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "output", "engine", "against", "abs max", "mean", "rel max", "mean", "limit", "worst on",
        "", title=str(case.path), title_justify="left",
    )  # fmt: skip
    groups: dict[tuple[str, str, str], list[Comparison]] = {}
    for comparison in compared:
        key = (comparison.output, comparison.engine, comparison.reference)
        groups.setdefault(key, []).append(comparison)
    for (output, engine, reference), group in groups.items():
        worst = max(group, key=lambda c: (not c.passed, c.max_rel))
        usual = [c for c in group if c.inputs in ("real", "random")]
        ran = "" if worst.ran == engine else f" (runs on {worst.ran})"
        numbers = [max(getattr(c, field) for c in usual) for field in ("max_abs", "mean_abs")]
        numbers += [max(getattr(c, field) for c in group) for field in ("max_rel", "mean_rel")]
        failed = sum(not c.passed for c in group)
        table.add_row(
            output, engine + ran, reference, *(f"{n:.1e}" for n in numbers), f"{worst.limit:.0e}",
            f"{worst.inputs} × {worst.batch}", f"{failed} failed" if failed else "pass",
            style="bold red" if failed else "",
        )  # fmt: skip
    wide = Console()
    Console(width=max(wide.width, 110)).print(table)


def told(notes: list[str], as_json: bool) -> None:
    """What was left out, and what the real inputs are; each once."""
    for note in dict.fromkeys(notes):
        emit({"note": note}, note, as_json)
    notes.clear()


def verdict(found: Sequence[Comparison], as_json: bool) -> int:
    """Prints how many comparisons failed; the exit code."""
    failed = [comparison for comparison in found if not comparison.passed]
    references = sorted({comparison.reference for comparison in found})
    result: dict[str, Any] = {
        "comparisons": len(found),
        "failed": len(failed),
        "references": references,
    }
    line = f"{len(found):,} comparisons with {' and '.join(references)}: "
    line += f"{len(failed):,} failed." if failed else "all passed."
    emit(result, line, as_json)
    return int(bool(failed))
