"""`models bench` and `models validate`: what they print, keep and return."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import viewer.commands.bench as bench
import viewer.commands.models_bench as models_bench
from inference.bench.contest import Row
from inference.bench.noise import Look
from inference.bench.report import Report, Started, Subject
from inference.bench.run import ALONE, BUSY, PACED
from inference.engines import VARIANTS
from inference.models import MODELS
from tests.conftest import Call
from tests.viewer.commands.conftest import linear_model, png_size
from viewer.bench.measurement import Measurement
from viewer.bench.models import targets

TITLES = {
    "mojo": "mojo",
    "mojo-2": "mojo, all cores",
    "mojo-fast": "mojo-fast",
    "mojo-fast-2": "mojo-fast, all cores",
    "ort-1": "ONNX Runtime, 1 thread",
    "ort-2": "ONNX Runtime, 2 threads",
    "torch-1": "PyTorch, 1 thread",
    "torch-2": "PyTorch, 2 threads",
}
MICROS = {  # p50; p99 is half as much again, and ours is steadier by a tenth
    "mojo": 80, "mojo-2": 60, "mojo-fast": 70, "mojo-fast-2": 50, "ort-1": 100, "ort-2": 75,
    "torch-1": 300, "torch-2": 200,
}  # fmt: skip


@pytest.fixture
def report() -> Report:
    """A run in which everything has a round number."""
    found = Report("today", "here", dict(TITLES))
    for name, spec in MODELS.items():
        trained = name != "deepmimic_critic"
        found.subjects.append(
            Subject(name, spec.title, trained, 10**6, 10**5, 70e-6, 77e-6, 1024 * 72e-6)
        )
        for part, batch in (
            (ALONE, 1),
            (PACED, 1),
            (ALONE, 16),
            (ALONE, 64),
            (ALONE, 1024),
            (BUSY, 1),
        ):
            for contestant, micros in MICROS.items():
                p50 = micros * batch * 1e-6
                p99 = p50 * (1.35 if contestant.startswith("mojo") else 1.5)
                cpu = None if part == PACED else p50
                row = Row(name, part, batch, contestant, 100, p50, (p50 + p99) / 2, p99, cpu)
                found.rows.append(row)
    found.bandwidth |= {"L2": 200.0, "L3": 100.0, "DRAM": 40.0}
    found.start_model = "StyleVAE decoder"
    found.starts += [
        Started("mojo", 5, 0.03, 0.12, 50_000_000, 30_000_000, 4.0, 4.5),
        Started("torch-1", 5, 2.0, 2.2, 250_000_000, 200_000_000),
    ]
    found.deployment |= {"five models": 26_000_000, "kernel library": 200_000}
    found.looks.append(Look(0.0, 0.0, 1.0, 0.0))
    return found


def find(measured: list[Measurement], words: str) -> Measurement:
    (found,) = (m for m in measured if words in m.name)
    return found


def test_targets_are_the_ratios_of_one_run(report: Report) -> None:
    measured = targets(report)
    expected = {
        "ONNX Runtime, 1 thread, p50": (0.80, 0.90),
        "ONNX Runtime, 1 thread, p99": (0.72, 0.90),
        "PyTorch's better setting": (60 / 200, 0.45),
        "reading the weights": (1.1, 1.2),
        "mojo-fast against": (70 / 75, 1.00),
        "mojo with an idle second core": (60 / 75, 0.90),
        "mojo-fast with an idle second core": (50 / 75, 0.90),
        "second core is busy": (60 * 1.35 / (75 * 1.5), 1.00),
        "paced at 60 Hz": (0.80, 0.80),
        "Runtime, 1 thread, batch 64": (0.80, 1.00),
        "Runtime, 1 thread, batch 1024": (0.80, 1.00),
        "better setting, batch 16": (60 / 75, 0.95),
        "better setting, batch 64": (60 / 75, 0.95),
        "better setting, batch 1024": (60 / 75, 0.95),
        "multiply-add peak": (72 / 80, 0.85),
        "first inference": (0.03 / 2.0, 1 / 50),
        "resident memory": (0.2, 0.25),
        "small deployment": (26.2, 50.0),
    }
    assert len(measured) == len(expected)
    for words, (ratio, limit) in expected.items():
        found = find(measured, words)
        assert (found.value, found.target) == pytest.approx((ratio, limit)), found
        assert found.met
    assert "DeepMimic critic 0.80" in find(measured, "ONNX Runtime, 1 thread, p50").rival
    assert "on 1 thread 0.40" in find(measured, "PyTorch's better setting").rival


def test_the_worst_model_counts(report: Report) -> None:
    place = report.rows.index(report.find("deepphase", ALONE, 1, "mojo") or report.rows[0])
    slow = report.rows[place]
    report.rows[place] = Row(slow.model, ALONE, 1, "mojo", 100, 95e-6, 96e-6, 97e-6, 95e-6)
    found = find(targets(report), "ONNX Runtime, 1 thread, p50")
    assert found.value == pytest.approx(0.95) and found.met is False
    assert "DeepPhase 0.95, StyleVAE encoder 0.80" in found.rival


def test_a_rival_that_is_missing_takes_its_rows_along(report: Report) -> None:
    report.rows = [row for row in report.rows if not row.contestant.startswith("torch")]
    report.starts = report.starts[:1]
    names = [m.name for m in targets(report)]
    assert not any("PyTorch" in name for name in names)
    assert sum("ONNX Runtime" in name for name in names) == 11


def test_tables_json_and_plot(
    call: Call, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_bench, "measured", lambda: report)
    report.left_out.append("max is not available: no.")
    answer = call("models", "bench", "-o", tmp_path / "kept")
    assert answer.code == 0
    for words in ("today, here; quiet", "paced at 60 Hz", "L3 100 GB/s", "max is not available"):
        assert words in answer.out
    kept = json.loads((tmp_path / "kept" / "models.json").read_text())
    assert kept["noise"] == "quiet" and len(kept["rows"]) == len(report.rows)
    assert [row["met"] for row in kept["targets"]] == [True] * 18
    width, height = png_size(tmp_path / "kept" / "models.png")
    assert width > 2000 and height > 600
    line = call("models", "bench", "--json").out
    assert json.loads(line)["schema"] == "stridescope.bench.models" and line.count("\n") == 1


def test_both_commands_keep_one_block_of_the_page(
    call: Call, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_bench, "measured", lambda: report)
    page = tmp_path / "measured.md"
    monkeypatch.setattr(models_bench, "MEASURED", page)
    monkeypatch.setattr(models_bench, "KEPT", tmp_path / "bench")
    monkeypatch.setattr(models_bench, "draw", lambda source, target: target.write_bytes(b"png"))
    page.write_text(f"a\n{models_bench.BEGIN}\nstale\n{models_bench.END}\nb\n")
    assert call("models", "bench", "--docs").code == 0
    text = page.read_text()
    assert "stale" not in text and text.startswith("a\n") and text.endswith("\nb\n")
    assert "| mojo against ONNX Runtime, 1 thread, p50 | 0.8 × | ≤ 0.9 × |" in text
    assert "| ONNX Runtime, 1 thread | 100 / 125 / 150 |" in text
    assert (tmp_path / "bench" / "models.json").is_file()
    rows = [json.loads(line) for line in call("bench", "models", "--json").out.splitlines()]
    assert [row["name"] for row in rows] == [m.name for m in targets(report)]
    assert all(row["part"] == "models" for row in rows)


def test_a_page_without_marks_is_refused_before_anything_is_measured(
    refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured() -> Report:
        raise AssertionError("measured though there is no place for it")

    monkeypatch.setattr(models_bench, "measured", measured)
    page = tmp_path / "measured.md"
    monkeypatch.setattr(models_bench, "MEASURED", page)
    page.write_text("nothing here")
    assert models_bench.BEGIN in refused("models", "bench", "--docs")


@pytest.mark.parametrize("exact", [True, False])
def test_validate_returns_1_when_an_engine_is_wrong(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: bool
) -> None:
    pytest.importorskip("onnxruntime")
    path = tmp_path / "mine.onnx"
    linear_model(path, "mine", ("x", 7), {"y": 2})
    monkeypatch.setattr("inference.engines.VARIANTS", {"numpy": VARIANTS["numpy"]})
    if not exact:
        monkeypatch.setitem(_limits(), "fp32", -1.0)
    answer = call("models", "validate", path, "--json")
    lines = [json.loads(line) for line in answer.out.splitlines()]
    compared = [line for line in lines if "max_rel" in line]
    assert answer.code == (0 if exact else 1)
    assert {line["inputs"] for line in compared} > {"random", "zeros", "NaN", "±1e30"}
    assert {line["batch"] for line in compared} == {1, 2, 7, 16, 64, 1000}
    assert all(line["passed"] == exact for line in compared)
    assert lines[-1]["failed"] == (0 if exact else len(compared))
    assert any("none of the five models" in line.get("note", "") for line in lines)


def _limits() -> dict[str, float]:
    from inference.bench.validate import LIMITS

    return LIMITS


def test_what_cannot_be_validated_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    assert "bad.onnx" in refused("models", "validate", tmp_path / "bad.onnx")
    assert "takes no file" in refused("models", "bench", "x.onnx")
    assert "writes no file" in refused("models", "validate", "-o", "x")
    assert "models bench" in refused("models", "list", "--docs")


def test_a_part_that_cannot_be_measured_is_left_out_unless_named(
    call: Call, refused: Callable[..., str], report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure_part(part: str, **options: float) -> list[Measurement]:
        if part == "character":
            raise bench.Refused("No policy ships.")
        return [Measurement(f"a number of {part}", 1.0, "s")]

    monkeypatch.setattr(models_bench, "measured", lambda: report)
    monkeypatch.setattr(bench, "measure", measure_part)
    answer = call("bench", "--json")
    assert answer.code == 0
    assert "character is left out: No policy ships." in answer.err
    parts = dict.fromkeys(json.loads(line)["part"] for line in answer.out.splitlines())
    assert list(parts) == ["motion", "models", "window", "scale", "serve"]
    assert refused("bench", "character", "--json") == "No policy ships.\n"
