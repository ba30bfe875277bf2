"""The square of the mix: shares from places, places from shares, mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.viewer.panel_fixtures import heard
from viewer.style.mix_square import CORNERS, MixSquare, mix_place, mix_weights
from viewer.ui.theme import DARK

LEFT = Qt.MouseButton.LeftButton
ALL = [True] * 4
pins = st.lists(st.booleans(), min_size=4, max_size=4).filter(any)
places = st.tuples(*[st.floats(0, 1)] * 2)


@given(places, pins)
def test_shares_are_a_mix_of_what_is_pinned_and_the_handle_stays(
    at: tuple[float, float], pinned: list[bool]
) -> None:
    weights = mix_weights(at, pinned)
    assert weights.sum() == pytest.approx(1) and (weights >= 0).all()
    assert (weights[~np.array(pinned)] == 0).all()
    again = mix_weights(mix_place(weights, pinned), pinned)
    assert again == pytest.approx(weights, abs=1e-5)


@given(places)
def test_four_pins_are_bilinear_and_the_place_is_found_again(at: tuple[float, float]) -> None:
    right, down = at
    weights = mix_weights(at, ALL)
    assert weights == pytest.approx(
        [(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down]
    )
    assert mix_place(weights, ALL) == pytest.approx(at)


@pytest.mark.parametrize("corner", range(4))
def test_a_pinned_corner_is_itself(corner: int) -> None:
    for others in range(16):
        pinned = [bool(others >> index & 1) or index == corner for index in range(4)]
        expected = np.eye(4)[corner]
        assert mix_weights(CORNERS[corner].tolist(), pinned) == pytest.approx(expected, abs=1e-5)
        assert mix_place(expected, pinned) == pytest.approx(CORNERS[corner])


def test_two_pins_are_a_line() -> None:
    above, below = (mix_weights((0.3, down), [True, True, False, False]) for down in (0.0, 0.9))
    assert above == pytest.approx([0.7, 0.3, 0, 0]) and below == pytest.approx(above)
    assert mix_weights((1, 0), [True, False, False, True]) == pytest.approx([0.5, 0, 0, 0.5])


def test_nothing_pinned_is_no_mix() -> None:
    with pytest.raises(ValueError, match="Pin a style"):
        mix_weights((0.5, 0.5), [False] * 4)


@pytest.fixture
def square(show: Callable[[QWidget], None]) -> MixSquare:
    made = MixSquare(DARK)
    show(made)
    return made


def at(square: MixSquare, place: Sequence[float]) -> QPoint:
    return square.spot(place).toPoint()


def test_a_drag_says_the_shares_on_the_way(square: MixSquare) -> None:
    mixed, pressed, released = (heard(s) for s in (square.mixed, square.pressed, square.released))
    square.set_pinned(ALL)
    QTest.mousePress(square, LEFT, pos=at(square, (0, 0)))
    QTest.mouseMove(square, at(square, (0.5, 0.5)))
    QTest.mouseMove(square, at(square, (3, 0.5)))
    assert (len(pressed), len(released)) == (1, 0)
    QTest.mouseRelease(square, LEFT, pos=at(square, (3, 0.5)))
    shares = [weights for (weights,) in mixed]
    assert shares[0] == pytest.approx([1, 0, 0, 0])
    assert shares[1] == pytest.approx([0.25] * 4, abs=0.01)
    assert shares[2] == pytest.approx([0, 0.5, 0, 0.5], abs=0.01)
    assert len(released) == 1


def test_arrow_keys_move_from_where_the_handle_is(square: MixSquare) -> None:
    mixed = heard(square.mixed)
    QTest.keyClick(square, Qt.Key.Key_Right)
    assert mixed == []
    square.set_pinned([True, True, False, False])
    square.set_weights(np.array([0.5, 0.5, 0, 0]))
    QTest.keyClick(square, Qt.Key.Key_Right)
    QTest.keyClick(square, Qt.Key.Key_Down)
    assert [weights for (weights,) in mixed] == [pytest.approx([0.45, 0.55, 0, 0])] * 2


def test_without_pins_a_press_says_nothing(square: MixSquare) -> None:
    spies = [heard(s) for s in (square.mixed, square.pressed, square.released)]
    QTest.mouseClick(square, LEFT, pos=at(square, (0.5, 0.5)))
    assert spies == [[], [], []]


def test_the_handle_is_painted_where_the_shares_put_it(square: MixSquare) -> None:
    square.set_pinned(ALL)
    assert square.handle() is None
    square.set_weights(mix_weights((0.25, 0.75), ALL))
    spot = at(square, (0.25, 0.75))
    assert square.grab().toImage().pixelColor(spot).name() == DARK.accent
    square.set_weights(None)
    assert square.grab().toImage().pixelColor(spot).name() != DARK.accent
