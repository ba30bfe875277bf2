"""Dots summed up into an image: where they are, what colour, how fast."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from viewer.style.map_painting import DotGroup, DotPainting, dot_radius, symbol_cover
from viewer.style.map_view import MapView

pytestmark = pytest.mark.usefixtures("app")
VIEW = MapView((0.0, 0.0), 10.0, (100, 80))
RED, BLUE = QColor("#ff0000"), QColor("#0000ff")


def painted(*groups: DotGroup, ratio: float = 1.0, radius: float = 3.0) -> QImage:
    painting = DotPainting(VIEW, ratio, radius)
    assert painting.take({str(number): group for number, group in enumerate(groups)})
    return whole(painting)


def whole(painting: DotPainting) -> QImage:
    while painting.step():
        pass
    assert painting.waiting == 0
    return painting.image()


def group(x: float, y: float, color: QColor, symbol: str = "o", dimmed: bool = False) -> DotGroup:
    return DotGroup(np.array([[x, y]], np.float32), color, symbol, dimmed)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_dot_is_a_disc_at_its_place(ratio: float) -> None:
    image = painted(group(2, 1, RED), ratio=ratio)
    assert image.size().toTuple() == (QSize(*VIEW.size) * ratio).toTuple()

    def pixel(x: float, y: float) -> QColor:
        return image.pixelColor(round(x * ratio), round(y * ratio))

    assert pixel(70, 30).red() == 255 and pixel(70, 30).alphaF() > 0.8
    assert pixel(70 + 1.5, 30).alphaF() > 0.8
    assert pixel(70 + 5, 30).alpha() == pixel(70, 30 + 5).alpha() == 0


def test_where_in_a_pixel_a_dot_lies_is_seen() -> None:
    left, right = (painted(group(2.01 + x, 0, RED)) for x in (0.0, 0.07))
    assert left.pixelColor(67, 40).alpha() > right.pixelColor(67, 40).alpha() + 40
    assert left.pixelColor(73, 40).alpha() < right.pixelColor(73, 40).alpha() - 40


def test_dots_on_each_other_mix_and_hide_more_of_the_ground() -> None:
    alone, both = painted(group(0, 0, RED)), painted(group(0, 0, RED), group(0, 0, BLUE))
    swapped = painted(group(0, 0, BLUE), group(0, 0, RED))
    assert both == swapped
    one, mixed = alone.pixelColor(50, 40), both.pixelColor(50, 40)
    assert mixed.alpha() > one.alpha()
    assert mixed.red() == pytest.approx(mixed.blue(), abs=2)


def test_a_dimmed_dot_is_faint_and_lies_under_the_others() -> None:
    image = painted(
        group(2, 0, RED, dimmed=True), group(-2, 0, BLUE), group(2, 2, RED, dimmed=True)
    )
    assert image.pixelColor(70, 40).alphaF() < 0.2 < image.pixelColor(30, 40).alphaF()
    over = painted(group(0, 0, RED, dimmed=True), group(0, 0, BLUE)).pixelColor(50, 40)
    assert over.blue() > 240 and over.red() < 20


def test_dots_at_the_rim_are_cut_and_those_outside_are_not_there() -> None:
    image = painted(group(5.05, 0, RED), group(-5.05, 4.05, RED), group(40, 40, RED))
    assert image.pixelColor(99, 40).alpha() > 0
    assert image.pixelColor(0, 0).alpha() > 0
    assert image.pixelColor(0, 40).alpha() == image.pixelColor(99, 0).alpha() == 0


def test_each_symbol_has_its_shape() -> None:
    covers = {symbol: symbol_cover(symbol, 8.0) for symbol in "ostd"}
    middle = len(covers["o"]) // 2
    corner = middle + 6
    assert all(cover[middle, middle] == 1 and cover[0, 0] == 0 for cover in covers.values())
    assert covers["s"][corner, corner] == 1 and covers["o"][corner, corner] < 0.5
    assert covers["d"][middle, middle + 9] > 0.2 and covers["o"][middle, middle + 9] == 0
    assert covers["t"][corner, corner] > 0.5 and covers["t"][middle - 6, corner] == 0


def test_more_dots_are_smaller_and_grow_with_the_zoom() -> None:
    assert dot_radius(100) > dot_radius(2000) > dot_radius(50_000) >= 1
    assert dot_radius(50_000, 4.0) == pytest.approx(2 * dot_radius(50_000))
    assert len({dot_radius(count) for count in range(5000, 10_000)}) <= 3, "it goes by steps"


def test_fifty_thousand_dots_are_painted_in_short_steps() -> None:
    generator = np.random.default_rng(0)
    points = generator.normal(0, 2, (20, 2500, 2)).astype(np.float32)
    groups = {str(n): DotGroup(these, RED, "ostd"[n % 4]) for n, these in enumerate(points)}
    view, steps = MapView((0.0, 0.0), 30.0, (300, 270)), 1
    painting = DotPainting(view, 2.0, dot_radius(50_000))
    assert painting.take(groups) and painting.waiting == 50_000
    while painting.step():
        steps += 1
    assert not painting.image().isNull() and steps == 40


def crowd(count: int, color: QColor = RED) -> DotGroup:
    points = np.random.default_rng(count % 7).normal(0, 1.5, (3000, 2)).astype(np.float32)
    return DotGroup(points[:count], color)


def test_dots_that_join_are_painted_over_those_that_are_there() -> None:
    first = {"walk": crowd(1400), "run": crowd(14, BLUE)}
    then = {"walk": crowd(2800), "hop": crowd(70, BLUE), "run": crowd(14, BLUE)}
    painting = DotPainting(VIEW, 1.0, 2.0)
    assert painting.take(first)
    whole(painting)
    assert painting.take(then) and painting.waiting == 1400 + 70
    grown, anew = whole(painting), painted(*then.values(), radius=2.0)
    for x in range(0, 100, 3):
        for y in range(0, 80, 3):
            pairs = zip(
                grown.pixelColor(x, y).getRgb(), anew.pixelColor(x, y).getRgb(), strict=True
            )
            assert all(abs(some - other) <= 2 for some, other in pairs)
    assert painting.take(then) and painting.waiting == 0


def test_what_is_painted_cannot_be_taken_back() -> None:
    painting = DotPainting(VIEW, 1.0, 2.0)
    assert painting.take({"walk": crowd(1400), "run": crowd(14)})
    for other in (
        {"walk": crowd(1400)},
        {"walk": crowd(700), "run": crowd(14)},
        {"walk": crowd(1401), "run": crowd(14)},
        {"walk": crowd(1400), "run": crowd(14, BLUE)},
        {"walk": crowd(1400), "run": DotGroup(crowd(14).points, RED, dimmed=True)},
    ):
        assert not painting.take(other) and painting.waiting == 1414


def test_nothing_is_an_empty_image(app: QApplication) -> None:
    assert painted().pixelColor(50, 40).alpha() == 0
