"""The benchmark of the models, from the first process to the report."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from inference.errors import EngineError
from inference.mlp import Mlp
from inference.models import MODELS, ModelSpec
from inference.onnx.cache import read_cached
from inference.sources import ROOT
from kernels.build import BuildError, cached

from .contest import Part, compete
from .contestant import Contestant, ContestantError, Load
from .memory import bandwidth
from .noise import look
from .report import Report, Started, Subject
from .rivals import ALL_CORES, KERNEL, MEMORY, PEAK, Rival
from .start import Start, StartError, bytes_of, cold_start, installed_files, start
from .untrained import write_untrained

ALONE, PACED, BUSY = "back to back", "paced at 60 Hz", "second core busy"
_PAIR = ("mojo", "ort-1")
PARTS = (
    Part(ALONE, 1, calls=200, rounds=40, block_s=0.02, warm_up=80, often=_PAIR),
    Part(PACED, 1, calls=12, rounds=16, warm_up=1, interval=1 / 60, often=_PAIR),
    Part(ALONE, 16, calls=200, rounds=20, block_s=0.02),
    Part(ALONE, 64, calls=200, rounds=30, block_s=0.03, warm_up=2, often=_PAIR),
    Part(ALONE, 1024, calls=10, rounds=10, block_s=0.08, warm_up=1, often=_PAIR),
    Part(
        BUSY, 1, calls=200, rounds=40, block_s=0.02, warm_up=80, busy=True,
        often=(ALL_CORES, "ort-1"),
    ),
)  # fmt: skip
BARE = (MEMORY, KERNEL, PEAK)
_BARE_BATCH = {MEMORY.name: 1, KERNEL.name: 1, PEAK.name: 1024}
"""They run back to back, at this batch alone."""
STARTS = 5
LARGE = ("stylevae_encoder", "stylevae_decoder")
_START_MODEL = "stylevae_decoder"

Progress = Callable[[str, int, int], None]
"""Called with (what is being measured, turns done, turns in all)."""


@dataclass(frozen=True)
class Plan:
    """What is run; a test makes it short. only: the contestants by name, all when empty."""

    parts: Sequence[Part] = PARTS
    starts: int = STARTS
    cold: bool = True
    only: Sequence[str] = ()


def measure(
    assets: Path,
    date: str,
    machine: str,
    rivals: Iterable[Rival],
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> Report:
    """Runs ``plan`` on the five models; one that does not ship runs with untrained weights.

    rivals: who takes part, our own variants among them.
    Raises EngineError where not one contestant can run.
    """
    plan, progress = plan or Plan(), progress or (lambda *_: None)
    started = time.monotonic()
    taking = [rival for rival in rivals if not plan.only or rival.name in plan.only]
    titles = {rival.name: rival.title for rival in (*taking, *BARE)}
    report = Report(date, machine, titles)
    with tempfile.TemporaryDirectory(prefix="stridescope-bench-") as name:
        files = _files(assets, Path(name), report)
        report.looks.append(look())
        with ExitStack() as stack:
            running = list(_enter(stack, (*taking, *BARE), files, report, progress))
            if not running:
                raise EngineError("No engine can be measured here.")
            _compete(running, plan.parts, report, progress)
        _set_bare(report)
        here = {contestant.name for contestant in running}
        present = [rival for rival in taking if rival.name in here]
        _start(present, files[_START_MODEL], Path(name), plan, report, progress)
        _sizes(present, files, report)
    report.looks.append(look())
    report.wall_s = time.monotonic() - started
    return report


def _files(assets: Path, folder: Path, report: Report) -> dict[str, Path]:
    """The shipped file of each model, or one made now; ``report.subjects`` says which."""
    files = {}
    for spec in MODELS.values():
        files[spec.name] = spec.path(assets)
        trained = spec.available(assets)
        if not trained:
            files[spec.name] = folder / spec.file
            write_untrained(spec, files[spec.name])
            report.left_out.append(f"{spec.title} does not ship yet: timed with untrained weights.")
        model = read_cached(files[spec.name], spec)
        products = model.products if isinstance(model, Mlp) else 0
        size = 4 * model.parameters
        report.subjects.append(Subject(spec.name, spec.title, trained, size, products))
    return files


def _enter(
    stack: ExitStack,
    rivals: Sequence[Rival],
    files: Mapping[str, Path],
    report: Report,
    progress: Progress,
) -> Iterator[Contestant]:
    """The contestants that can load every model; each other one leaves a sentence."""
    for number, rival in enumerate(rivals):
        progress(f"loading {rival.title}", number, len(rivals))
        contestant = Contestant(rival.name, rival.module, rival.environment)
        try:
            for name, path in files.items():
                contestant.ask(Load(name, path, MODELS[name]))
        except ContestantError as error:
            contestant.close()
            report.left_out.append(f"{rival.title} is not available: {error}")
            continue
        stack.enter_context(contestant)
        yield contestant


def _compete(
    contestants: Sequence[Contestant], parts: Sequence[Part], report: Report, progress: Progress
) -> None:
    rng = np.random.default_rng(0)
    shapes = {spec.name: _row(spec) for spec in MODELS.values()}
    for part in parts:
        models = LARGE if part.busy else tuple(shapes)
        taking = [c for c in contestants if _takes_part(c.name, part)]
        turns = part.rounds * len(models) * sum(part.turns(c.name) for c in taking)
        title, done = f"{part.name}, batch {part.batch}", iter(range(turns))
        inputs = {
            name: rng.standard_normal((part.batch, *shapes[name]), np.float32) for name in models
        }

        def advance(title: str = title, done: Iterator[int] = done, turns: int = turns) -> None:
            progress(title, next(done), turns)

        rows, failed = compete(part, inputs, taking, rng, advance)
        report.rows += rows
        for name, why in failed.items():
            report.left_out.append(f"{report.titles[name]} left during {title}: {why}")
        try:
            for level, speed in bandwidth().items():
                report.bandwidth[level] = max(speed, report.bandwidth.get(level, 0.0))
        except EngineError as error:
            report.left_out.append(f"Read bandwidth is not measured: {error}")
        report.looks.append(look())


def _row(spec: ModelSpec) -> tuple[int, ...]:
    ((_, *row),) = spec.inputs.values()
    return tuple(size or 1 for size in row)


def _takes_part(name: str, part: Part) -> bool:
    """A busy core is our second core's test."""
    if part.busy:
        return name in ("mojo", ALL_CORES) or name.startswith("ort")
    return name not in _BARE_BATCH or (part.name, part.batch) == (ALONE, _BARE_BATCH[name])


def _set_bare(report: Report) -> None:
    """What the bare calls took, which are no rows."""
    for place, subject in enumerate(report.subjects):
        rows = (report.find(subject.name, ALONE, n, bare) for bare, n in _BARE_BATCH.items())
        bound, kernel, peak = (row.p50 if row else None for row in rows)
        report.subjects[place] = replace(subject, bound=bound, kernel=kernel, peak=peak)
    report.rows = [row for row in report.rows if row.contestant not in _BARE_BATCH]


def _start(
    rivals: Sequence[Rival],
    file: Path,
    folder: Path,
    plan: Plan,
    report: Report,
    progress: Progress,
) -> None:
    """Fresh processes by turns, then one cold start each."""
    report.start_model = MODELS[_START_MODEL].title
    files: dict[str, Path] = {}
    for rival in rivals:
        if rival.start and (own := _own_file(rival, file, folder, report)):
            files[rival.name] = own
    starting = [rival for rival in rivals if rival.name in files]
    found: dict[str, list[Start]] = {rival.name: [] for rival in starting}
    for turn in range(plan.starts * len(starting)):
        rival = starting[turn % len(starting)]
        progress("fresh processes", turn, plan.starts * len(starting))
        try:
            found[rival.name].append(start((*rival.start, str(files[rival.name]))))
        except StartError as error:
            report.left_out.append(f"A fresh process of {rival.title} failed: {error}")
    for number, rival in enumerate(starting):
        if starts := found[rival.name]:
            progress("cold starts", number, len(starting))
            cold = _cold(rival, files[rival.name], report) if plan.cold else None
            report.starts.append(_started(rival.name, starts, cold))


def _own_file(rival: Rival, file: Path, folder: Path, report: Report) -> Path | None:
    """``file`` in the format that a fresh process of ``rival`` opens."""
    if not rival.converter:
        return file
    own = folder / f"{rival.name}.model"
    command = [sys.executable, "-m", *rival.converter, str(file), str(own)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if not done.returncode:
        return own
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    report.left_out.append(f"{rival.title} cannot write a file of its own kind: {said[-1]}")
    return None


def _cold(rival: Rival, file: Path, report: Report) -> Start | None:
    try:
        return cold_start((*rival.start, str(file)), (*rival.packages, "numpy", "onnx"), [file])
    except StartError as error:
        report.left_out.append(f"A cold start of {rival.title} failed: {error}")
        return None


def _started(name: str, starts: Sequence[Start], cold: Start | None) -> Started:
    def median(field: str) -> float:
        return float(np.median([getattr(start, field) for start in starts]))

    return Started(
        name,
        len(starts),
        median("seconds"),
        median("whole"),
        round(median("resident")),
        round(median("private")),
        cold.seconds if cold else None,
        cold.whole if cold else None,
    )


def _sizes(rivals: Sequence[Rival], files: Mapping[str, Path], report: Report) -> None:
    """Installed bytes of what each rival needs, and of the small deployment."""
    for rival in rivals:
        if rival.packages and rival.start:
            report.installed[rival.name] = bytes_of(installed_files(rival.packages))
    python = [path for name in ("inference", "kernels") for path in (ROOT / name).rglob("*.py")]
    report.deployment = {"Python files": bytes_of(python), "five models": bytes_of(files.values())}
    report.installed["numpy"] = report.deployment["Python files"]
    if library := _library():
        report.deployment["kernel library"] = bytes_of([library])
        report.installed["mojo"] = report.installed["numpy"] + bytes_of([library])
    else:
        report.left_out.append("The small deployment is not measured: there is no kernel library.")


def _library() -> Path | None:
    try:
        return cached()
    except BuildError:
        return None
