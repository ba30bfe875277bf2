"""The five models beside their rivals: the targets of ``models bench``, each as a ratio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from inference import EngineError
from inference.bench.report import Report
from inference.bench.rivals import ALL_CORES, FAST_ALL_CORES
from inference.bench.run import ALONE, BUSY, LARGE, PACED, Plan, Progress, measure
from inference.models import MODELS
from kernels.host import cores
from viewer.model.machine import cpu_model, operating_system

from .measurement import Measurement
from .rivals import RIVALS

ASSETS = Path(__file__).resolve().parents[2] / "assets"
ALL = tuple(MODELS)
DEPLOYMENT_MB = 50.0


def measure_report(
    assets: Path = ASSETS, plan: Plan | None = None, progress: Progress | None = None
) -> Report:
    """One run on this machine. Raises RuntimeError with a sentence when nothing can run."""
    machine = f"{cpu_model()}, {cores()} cores, {operating_system()}"
    try:
        today = f"{date.today():%Y-%m-%d}"
        return measure(assets, today, machine, RIVALS.values(), plan, progress)
    except EngineError as error:
        raise RuntimeError(str(error)) from error


def targets(report: Report) -> list[Measurement]:
    """What was to be reached: the worst ratio over the models, all of them beside it.

    A row whose rival is missing is left out.
    """
    found = [
        _worst("mojo against ONNX Runtime, 1 thread, p50", 0.90, _one_thread(report, "p50")),
        _worst("mojo against ONNX Runtime, 1 thread, p99", 0.90, _one_thread(report, "p99")),
        _torch(report),
        _worst(
            "mojo's kernel against reading the weights on 1 thread, bare calls, p50", 1.20,
            _bound(report),
        ),
        _worst(
            "mojo-fast against ONNX Runtime's better setting, p50", 1.00,
            _against(report, ALONE, 1, "mojo-fast", "ort", LARGE),
        ),
        _worst(
            "mojo-fast with an idle second core against ONNX Runtime's better setting, p50", 0.90,
            _against(report, ALONE, 1, FAST_ALL_CORES, "ort", LARGE),
        ),
        _worst(
            "mojo with an idle second core against ONNX Runtime's better setting, p50", 0.90,
            _against(report, ALONE, 1, ALL_CORES, "ort", LARGE),
        ),
        _worst(
            "the same while the second core is busy, p99", 1.00,
            _against(report, BUSY, 1, ALL_CORES, "ort", LARGE, "p99"),
        ),
        _worst(
            "mojo against ONNX Runtime, 1 thread, both paced at 60 Hz, p50", 0.80,
            _against(report, PACED, 1, "mojo", "ort-1", ALL),
        ),
        *(
            _worst(
                f"mojo against ONNX Runtime, 1 thread, batch {batch}, p50", 1.00,
                _against(report, ALONE, batch, "mojo", "ort-1", ALL),
            )
            for batch in (64, 1024)
        ),
        *(
            _worst(
                f"mojo on all cores against ONNX Runtime's better setting, batch {batch}, p50",
                0.95, _against(report, ALONE, batch, ALL_CORES, "ort", ALL),
            )
            for batch in (16, 64, 1024)
        ),
        _least(
            "mojo's share of the multiply-add peak on 1 thread, batch 1024, p50", 0.85,
            _shares(report),
        ),
        *_starts(report),
    ]  # fmt: skip
    return [measurement for measurement in found if measurement]


def _one_thread(report: Report, percentile: str) -> Iterator[tuple[str, float]]:
    return _against(report, ALONE, 1, "mojo", "ort-1", ALL, percentile)


def _torch(report: Report) -> Measurement | None:
    """Both with all cores they may use; beside it what ours does on one."""
    alone = [ratio for _, ratio in _against(report, ALONE, 1, "mojo", "torch", ALL)]
    found = _worst(
        "mojo, second core when idle, against PyTorch's better setting, p50", 0.45,
        _against(report, ALONE, 1, ALL_CORES, "torch", ALL),
    )  # fmt: skip
    if found and alone:
        return replace(found, rival=f"{found.rival}; mojo on 1 thread {max(alone):.2f} at worst")
    return found


def _against(
    report: Report,
    part: str,
    batch: int,
    ours: str,
    family: str,
    models: Iterable[str],
    percentile: str = "p50",
) -> Iterator[tuple[str, float]]:
    """Model and ratio of ours to the best of ``family``, where both were measured."""
    for model in models:
        row = report.find(model, part, batch, ours)
        rival = report.best(model, part, batch, family, percentile)
        if row and rival:
            yield model, getattr(row, percentile) / getattr(rival, percentile)


def _bound(report: Report) -> Iterator[tuple[str, float]]:
    for subject in report.subjects:
        if subject.kernel and subject.bound:
            yield subject.name, subject.kernel / subject.bound


def _shares(report: Report) -> Iterator[tuple[str, float]]:
    for subject in report.subjects:
        row = report.find(subject.name, ALONE, 1024, "mojo")
        if row and subject.peak:
            yield subject.name, subject.peak / row.p50


def _worst(name: str, limit: float, ratios: Iterable[tuple[str, float]]) -> Measurement | None:
    each = dict(ratios)
    if not each:
        return None
    return Measurement(name, max(each.values()), "×", limit, rival=_beside(each))


def _least(name: str, limit: float, ratios: Iterable[tuple[str, float]]) -> Measurement | None:
    each = dict(ratios)
    if not each:
        return None
    return Measurement(name, min(each.values()), "×", limit, at_least=True, rival=_beside(each))


def _beside(each: dict[str, float]) -> str:
    return ", ".join(f"{MODELS[model].title} {ratio:.2f}" for model, ratio in each.items())


def _starts(report: Report) -> Iterator[Measurement]:
    ours, torch = report.start_of("mojo"), report.start_of("torch-1")
    if ours and torch:
        yield Measurement(
            "first inference of a new process against PyTorch", ours.seconds / torch.seconds, "×",
            1 / 50, rival=f"{report.start_model}: {ours.seconds * 1e3:.0f} ms to "
            f"{torch.seconds:.2f} s after NumPy; from the start of the process "
            f"{ours.whole * 1e3:.0f} ms to {torch.whole:.2f} s",
        )  # fmt: skip
    if ours and torch and torch.resident:
        yield Measurement(
            "resident memory of one loaded model against PyTorch", ours.resident / torch.resident,
            "×", 0.25, rival=f"{report.start_model}: {ours.resident / 1e6:.0f} MB to "
            f"{torch.resident / 1e6:.0f} MB; private {ours.private / 1e6:.0f} to "
            f"{torch.private / 1e6:.0f} MB",
        )  # fmt: skip
    if "kernel library" in report.deployment:
        parts = (f"{name} {size / 1e6:.1f} MB" for name, size in report.deployment.items())
        size = sum(report.deployment.values()) / 1e6
        yield Measurement("small deployment", size, "MB", DEPLOYMENT_MB, rival=", ".join(parts))
