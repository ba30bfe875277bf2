"""What truth mode computes, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import INDEX
from viewer.model.truth import (
    Comparison,
    JointErrors,
    TruthReading,
    joint_errors,
    millimetres,
    phase_difference,
    share,
)


def still() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((60, 22, 3))


def test_the_worst_joint_is_found_with_its_moment() -> None:
    reference = still()
    engine = reference.copy()
    engine[:, :, 0] += 1e-6
    engine[42, INDEX["RightHand"]] += [0.003, 0, 0.004]
    errors = joint_errors(engine, reference, start_s=2.0)
    assert errors.worst_joint == "RightHand"
    assert errors.worst_mm == pytest.approx(5.0, rel=1e-3)
    assert errors.worst_time_s == pytest.approx(2.0 + 42 / 30)
    assert errors.typical_mm == pytest.approx(1e-3, rel=1e-3)


def test_the_scale_is_logarithmic_and_has_ends() -> None:
    places = share(np.array([0, 0.01, 0.1, 1, 10, 100, 1e6, np.inf]))
    np.testing.assert_allclose(places, [0, 0, 0.25, 0.5, 0.75, 1, 1, 1], atol=1e-12)


def test_a_joint_that_is_not_a_number_is_the_worst() -> None:
    reference = still()
    engine = reference + 0.5
    engine[7, INDEX["Head"], 1] = np.nan
    errors = joint_errors(engine, reference)
    assert errors.worst_joint == "Head" and errors.worst_mm == np.inf
    assert errors.shares()[7, INDEX["Head"]] == 1
    assert TruthReading("max", errors).headline == "Head not a number"


def test_the_headline_never_claims_more_than_was_found() -> None:
    def headline(mm: float, engine: str = "mojo") -> str:
        return TruthReading(engine, JointErrors(np.full((60, 22), mm))).headline

    assert headline(0.0099) == headline(0.0) == "all within 0.01 mm"
    assert headline(0.0101) == "Hips 0.0101 mm"
    assert headline(12.34) == "Hips 12.3 mm"
    assert headline(0.0, "numpy") == "numpy is the reference engine"
    assert TruthReading("mojo", absent="clip under 2 s").headline == "clip under 2 s"
    assert millimetres(1234.5) == "1.23 m"


def test_a_discrepancy_names_the_number_that_differs_most() -> None:
    reference = {"motion": np.ones((1, 60, 73)), "other": np.full((1, 3), 100.0)}
    engine = {name: values.copy() for name, values in reference.items()}
    engine["other"][0, 2] += 0.5
    engine["motion"][0, 12, 3 * INDEX["LeftHand"] + 1] = 1.25
    found = Comparison().of(engine, reference, 0.002)
    assert (found.output, found.index) == ("motion", (12, 3 * INDEX["LeftHand"] + 1))
    assert found.place == "motion, frame 12, LeftHand y"
    assert (found.relative, found.engine, found.reference) == (0.25, 1.25, 1.0)
    assert found.reference_s == 0.002


@pytest.mark.parametrize(
    ("column", "name"),
    [(65, "RightHand z"), (66, "root left speed"), (68, "root turning speed"), (72, "contact 3")],
)
def test_every_feature_has_a_name(column: int, name: str) -> None:
    reference = {"motion": np.ones((1, 60, 73))}
    engine = {"motion": np.ones((1, 60, 73))}
    engine["motion"][0, 5, column] = 2
    assert Comparison().of(engine, reference).place == f"motion, frame 5, {name}"


def test_a_small_answer_is_held_against_the_largest_seen() -> None:
    comparison = Comparison()
    comparison.of({"phase": np.array([[1.0, 0]])}, {"phase": np.array([[1.0, 0]])})
    found = comparison.of({"phase": np.array([[0, 2e-4]])}, {"phase": np.array([[0, 1e-4]])})
    assert found.relative == pytest.approx(1e-4)
    assert found.place == "phase y"


def test_infinities_and_nan_count_only_where_they_differ() -> None:
    values = np.array([[1.0, np.inf, np.nan]])
    assert Comparison().of({"a": values}, {"a": values}).relative == 0
    found = Comparison().of({"a": np.array([[1.0, 2, np.nan]])}, {"a": values})
    assert (found.relative, found.index) == (np.inf, (1,))


def test_phases_are_compared_as_angles() -> None:
    just_below = (np.cos(np.radians(179.0)), np.sin(np.radians(179.0)))
    just_above = (np.cos(np.radians(-178.0)), np.sin(np.radians(-178.0)))
    assert phase_difference(just_above, just_below).turn == pytest.approx(3.0)
    assert phase_difference(just_below, just_above).turn == pytest.approx(-3.0)
    assert phase_difference((0.5, 0.25), (0.25, 0.5)).x == 0.25
