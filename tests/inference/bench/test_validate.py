"""`models validate` tells right from wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.bench.contestant import Answer, ContestantError, Load
from inference.bench.validate import (
    BATCHES,
    LIMITS,
    RANDOM,
    REAL,
    Case,
    Comparison,
    compare,
    extremes,
    validate,
)


class Fake:
    """A contestant that doubles its rows, and errs by ``error`` where told."""

    def __init__(self, name: str, error: float = 0.0, fails: bool = False) -> None:
        self.name = name
        self._error = error
        self._fails = fails

    def ask(self, request: Any) -> Any:
        if isinstance(request, Load):
            return self.name
        assert isinstance(request, Answer)
        if self._fails:
            raise ContestantError("it fell over.")
        with np.errstate(all="ignore"):
            doubled = 2 * request.x
        doubled[-1, 0] += np.float32(self._error)
        return [doubled]


def run(engine: Fake, rows: dict[str, np.ndarray], precision: str = "fp32") -> list[Comparison]:
    case = Case("twice", Path("twice.onnx"), None, ("y",), rows)
    told: list[str] = []
    found = validate(case, {engine: precision}, [Fake("reference")], told.append)  # type: ignore[arg-type,dict-item,list-item]
    return list(found)


def rows(scale: float = 1.0) -> np.ndarray:
    return (scale * np.random.default_rng(0).uniform(-1, 1, (1000, 3))).astype(np.float32)


def test_every_batch_of_every_kind_is_compared() -> None:
    found = run(Fake("mine"), {REAL: rows(), RANDOM: rows(), **extremes((3,), 1000)})
    kinds = {c.inputs for c in found}
    assert {REAL, RANDOM, "zeros", "±1e30", "+1e3", "denormals", "NaN", "+Inf", "-Inf"} < kinds
    assert {(c.inputs, c.batch) for c in found} == {(kind, b) for kind in kinds for b in BATCHES}
    assert all(c.passed and c.max_rel == 0 for c in found)


@pytest.mark.parametrize("precision", list(LIMITS))
def test_the_limit_is_the_limit(precision: str) -> None:
    limit = LIMITS[precision]
    assert all(c.passed for c in run(Fake("mine", 1.8 * limit), {REAL: rows()}, precision))
    wrong = run(Fake("mine", 2.2 * limit), {REAL: rows()}, precision)
    assert not any(c.passed for c in wrong)
    assert wrong[0].max_rel == pytest.approx(1.1 * limit, rel=0.1)
    assert wrong[-1].mean_rel < wrong[-1].max_rel / 1000


def test_a_row_near_zero_has_no_scale_of_its_own() -> None:
    small = rows()
    small[0] = 1e-6
    one = run(Fake("mine", 1e-6), {REAL: small})[0]
    assert one.batch == 1 and one.max_rel == pytest.approx(5e-7, rel=0.1)
    alone = run(Fake("mine", 1e-6), {REAL: np.full((1000, 3), 1e-6, np.float32)})[0]
    assert alone.max_rel == pytest.approx(0.5, rel=0.1) and not alone.passed


def test_nan_and_infinity_must_stand_where_the_reference_has_them() -> None:
    right = np.array([[np.nan, 1, np.inf], [2, 3, -np.inf]], np.float32)
    assert compare(right, right, 1.0) == (0, 0, 0, 0, True)
    for place, value in (((0, 0), 5), ((0, 1), np.nan), ((0, 2), -np.inf), ((1, 0), np.inf)):
        wrong = right.copy()
        wrong[place] = value
        assert not compare(wrong, right, 1.0)[-1]
    assert not compare(right[:1], right, 1.0)[-1]


def test_an_engine_that_falls_over_fails_and_is_told() -> None:
    case = Case("twice", Path("twice.onnx"), None, ("y",), {REAL: rows()})
    told: list[str] = []
    engines: Any = {Fake("mine", fails=True): "fp32", Fake("other"): "fp32"}
    references: Any = [Fake("reference")]
    found = list(validate(case, engines, references, told.append))
    assert [c.batch for c in found if c.engine == "mine" and not c.passed] == [1]
    assert sum(c.engine == "other" and c.passed for c in found) == len(BATCHES)
    assert told == ["twice: mine fails on real, batch 1: it fell over."]


def test_extremes_touch_every_second_row_alone() -> None:
    found = extremes((4, 5), 10)
    for name in ("NaN", "+Inf", "-Inf"):
        odd = ~np.isfinite(found[name]).reshape(10, -1).all(axis=1)
        np.testing.assert_array_equal(odd, np.arange(10) % 2 == 0)
    denormals = np.abs(found["denormals"])
    assert 0 < denormals.max() < np.finfo(np.float32).tiny
