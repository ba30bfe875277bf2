"""Between keys the style moves as the first of them eases; outside it stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motion.restyling.course import EASES, Ease, StyleAt, course, thinned

A, B = np.array([0.0, 1.0]), np.array([4.0, -1.0])


@pytest.mark.parametrize(("ease", "quarter"), [("linear", 0.25), ("smooth", 0.15625), ("hold", 0)])
def test_a_key_eases_to_the_next(ease: Ease, quarter: float) -> None:
    keys = [StyleAt(3.0, B, 0.5), StyleAt(1.0, A, 1.0, ease)]
    styles, strengths = course(keys, np.array([0.0, 1.0, 1.5, 3.0, 9.0]))
    assert styles[[0, 1]] == pytest.approx(np.stack([A, A]))
    assert styles[2] == pytest.approx(A + quarter * (B - A), abs=1e-6)
    assert styles[[3, 4]] == pytest.approx(np.stack([B, B]))
    assert strengths == pytest.approx([1.0, 1.0, 1.0 - quarter / 2, 0.5, 0.5])


def test_the_last_of_keys_at_one_time_counts() -> None:
    styles, _ = course([StyleAt(1.0, A), StyleAt(1.0, B)], np.array([1.0]))
    assert styles[0] == pytest.approx(B)


def test_no_keys_are_no_course() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        course([], np.zeros(1))


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(-3, 3), st.sampled_from(EASES)), min_size=1),
    st.lists(st.floats(-2, 12), min_size=1),
)
def test_nothing_goes_beyond_its_keys(
    keys: list[tuple[float, float, Ease]], times: list[float]
) -> None:
    values = [value for _, value, _ in keys]
    made = [StyleAt(time, np.array([value]), 1.0, ease) for time, value, ease in keys]
    styles, _ = course(made, np.array(times))
    assert styles.min() >= min(values) - 1e-5
    assert styles.max() <= max(values) + 1e-5


def test_straight_lines_are_thinned_to_their_ends_and_corners() -> None:
    corner = np.array([4.0, 3.0])
    path = [A + n / 10 * (corner - A) for n in range(10)]
    path += [corner + n / 20 * (B - corner) for n in range(21)]
    keys = [StyleAt(n / 30, style) for n, style in enumerate(path)]
    assert thinned(keys, 0.01) == [0, 10, 30]
    assert thinned(keys[:2], 0.01) == [0, 1]
    assert thinned([StyleAt(n / 30, A) for n in range(9)], 0.01) == [0, 8]


def test_a_strength_that_turns_is_kept() -> None:
    keys = [StyleAt(n / 30, A, 1.0 - abs(n - 6) / 6) for n in range(13)]
    assert thinned(keys, 0.05) == [0, 6, 12]


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=3, max_size=60),
    st.floats(0.01, 0.5),
)
def test_what_is_thinned_stays_within_the_tolerance(
    path: list[tuple[float, float]], tolerance: float
) -> None:
    keys = [StyleAt(n / 30, np.array(style), 1.0, "linear") for n, style in enumerate(path)]
    kept = [keys[index] for index in thinned(keys, tolerance)]
    styles, _ = course(kept, np.arange(len(keys)) / 30)
    recorded = np.array(path)
    spread = np.linalg.norm(recorded - recorded.mean(axis=0), axis=1).max()
    assert np.linalg.norm(styles - recorded, axis=1).max() <= tolerance * spread + 1e-4
