"""All models on every engine that is here, in turns, on the worker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.models import MODELS
from tests.viewer.models import write_models
from viewer.model.latency_job import (
    BLOCK,
    Cancelled,
    LatencyJob,
    Measured,
    Measuring,
    measure,
    prepare,
)
from viewer.model.latency_report import RATE_HZ, WHOLE
from viewer.model.notice import Refused

SECONDS = 1.0


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    write_models(folder / "models", np.random.default_rng(0).random((60, 73), np.float32))
    return folder


def unheard(what: str, share: float) -> None:
    assert 0 <= share <= 1


def test_it_measures_every_model_on_a_worker(assets: Path) -> None:
    told: list[tuple[str, float]] = []
    report = measure(assets, SECONDS, lambda *values: told.append(values), ("numpy",))
    (engine,) = report.engines
    there = {name for name, spec in MODELS.items() if spec.available(assets)}
    assert set(engine.models) == there
    assert engine.frames == round(SECONDS * RATE_HZ)
    assert engine.whole.p50 >= max(found.p50 for found in engine.models.values())
    assert report.where == "without a window"
    assert any(what == "Measuring numpy" for what, _ in told)
    shares = [share for what, share in told if what.startswith("Measuring")]
    assert shares == sorted(shares)


def test_engines_take_turns_and_the_beat_is_kept(assets: Path) -> None:
    """On a clock of the test's own that each look at moves on by 0.1 ms."""
    contenders, left_out = prepare(assets, unheard, lambda: False, ("numpy", "max-gpu"))
    assert [c.engine for c in contenders] == ["numpy"] or not left_out
    twice = (
        contenders[0],
        type(contenders[0])("again", contenders[0].runners, contenders[0].inputs),
    )
    now = [10.0]

    def clock() -> float:
        now[0] += 1e-4
        return now[0]

    job = LatencyJob(twice, SECONDS, clock)
    engines, beats = [], []
    while (due := job.due()) is not None:
        now[0] = max(now[0], due)
        beats.append(due)
        told = job.step(lambda model, inputs: {})
        if isinstance(told, Measuring):
            engines.append(told.engine)
    assert isinstance(told, Measured)
    assert {name: len(of[WHOLE]) for name, of in told.times.items()} == {"numpy": 30, "again": 30}
    assert np.diff(beats) == pytest.approx(1 / RATE_HZ)
    assert 30 % BLOCK == 0 and set(engines) == {"numpy", "again"}
    models = [took for name, took in told.times["numpy"].items() if name != WHOLE]
    assert np.all(told.times["numpy"][WHOLE] >= sum(models))


def test_a_late_beat_is_not_made_up_for(assets: Path) -> None:
    contenders, _ = prepare(assets, unheard, lambda: False, ("numpy",))
    now = [0.0]
    job = LatencyJob(contenders, SECONDS, lambda: now[0])
    now[0] = 0.5
    job.step(lambda model, inputs: {})
    assert job.due() == 0.5


def test_it_is_cancelled_between_two_models(assets: Path) -> None:
    told: list[str] = []
    with pytest.raises(Cancelled):
        prepare(assets, lambda what, _: told.append(what), lambda: len(told) == 1, ("numpy",))
    assert len(told) == 1


def test_no_models_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no model here"):
        measure(tmp_path, SECONDS, unheard, ("numpy",))


def test_an_engine_that_is_not_here_is_named(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "viewer.model.latency_job.unavailable", lambda name: "No." if name == "max" else ""
    )
    report = measure(assets, 0.1, unheard, ("max", "numpy"))
    assert report.left_out == {"max": "No."}
