"""What of the style map stands still, as one picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from tests.viewer.panel_fixtures import heard, until
from viewer.style.map_dots import MapDots
from viewer.style.map_picture import AT_ONCE, MapPicture
from viewer.style.map_view import MapView
from viewer.ui.pixels import blank
from viewer.ui.theme import DARK

SIZE = (300, 250)
DOTS = MapDots.of(np.array([[-2, -2], [2, 2]], np.float32), ("calm", "lively"), ("a", "b"))


@pytest.fixture
def picture(app: QApplication) -> MapPicture:
    return MapPicture(DARK, QObject(app))


def seen(picture: MapPicture, view: MapView | None = None, ratio: float = 1.0) -> QPixmap:
    wanted = view or MapView.fitted(*picture.extent, SIZE)
    shown = blank(QSize(*SIZE), ratio, QColor(DARK.panel))
    painter = QPainter(shown)
    picture.paint(painter, wanted, 1.0, ratio, QFont())
    painter.end()
    return shown


def colored(shown: QPixmap) -> int:
    """How many pixels have a colour, as only dots and names have."""
    image = shown.toImage()
    return sum(
        image.pixelColor(x, y).hsvSaturationF() > 0.5 and image.pixelColor(x, y).valueF() > 0.4
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )


def crowd(count: int) -> MapDots:
    points = np.random.default_rng(1).uniform(-3, 3, (count, 2)).astype(np.float32)
    points[:2] = (-3, -3), (3, 3)
    return MapDots.of(points, ("lively", *("calm",) * (count - 1)), ("",) * count)


def test_a_few_dots_are_there_at_once(picture: MapPicture) -> None:
    assert colored(seen(picture)) == 0
    picture.take_dots(DOTS)
    assert colored(seen(picture)) > 20 and picture.settled()


def test_many_dots_come_later_and_the_picture_before_stands_for_them(picture: MapPicture) -> None:
    spy = heard(picture.sharpened)
    picture.take_dots(crowd(4 * AT_ONCE))
    bare = colored(seen(picture))
    assert not picture.settled()
    until(lambda: bool(spy))
    full = colored(seen(picture))
    assert picture.settled() and full > bare + 100
    picture.emphasize("lively")
    assert colored(seen(picture)) > bare + 100 and not picture.settled(), (
        "it went blank while it was painted anew"
    )
    until(lambda: len(spy) == 2)
    assert colored(seen(picture)) < full / 2


def test_few_dots_that_join_many_are_there_at_once(picture: MapPicture) -> None:
    spy = heard(picture.sharpened)
    picture.take_dots(crowd(4 * AT_ONCE))
    seen(picture)
    until(lambda: bool(spy))
    before = seen(picture).toImage()
    dots = crowd(4 * AT_ONCE + 50)
    picture.take_dots(dots)
    image = seen(picture).toImage()
    assert picture.settled() and len(spy) == 1
    view = MapView.fitted(*picture.extent, SIZE)
    places = [view.place(*point).toPoint() for point in dots.points[-50:].tolist()]
    assert sum(image.pixelColor(at) != before.pixelColor(at) for at in places) > 25


def test_a_view_that_changes_again_is_the_one_that_is_painted(picture: MapPicture) -> None:
    spy = heard(picture.sharpened)
    picture.take_dots(crowd(4 * AT_ONCE))
    away, near = MapView((50.0, 0.0), 20.0, SIZE), MapView((0.0, 0.0), 40.0, SIZE)
    seen(picture, away)
    seen(picture, near)
    until(lambda: bool(spy))
    assert picture.settled() and colored(seen(picture, near)) > 500
    assert len(spy) == 1


@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_dots_and_ground_fill_every_physical_pixel(picture: MapPicture, ratio: float) -> None:
    picture.take_dots(DOTS)
    image = seen(picture, ratio=ratio).toImage()
    place = MapView.fitted(*picture.extent, SIZE).place(-2, -2) * ratio
    reach = range(-round(12 * ratio), round(12 * ratio))
    shades = {
        image.pixelColor(round(place.x()) + x, round(place.y()) + y).name()
        for x in reach
        for y in reach
    }
    assert len(shades) > 8, "edges are smooth"
    edge = image.pixelColor(image.width() // 2, image.height() - 2).name()
    assert edge == DARK.field


def test_one_style_is_meant_and_the_others_fade(picture: MapPicture) -> None:
    picture.take_dots(DOTS)
    place = MapView.fitted(*picture.extent, SIZE).place(2, 2).toPoint()
    ground = QColor(DARK.field).lightness()

    def brightest() -> int:
        image = seen(picture).toImage()
        near = [(x, y) for x in range(-9, 10) for y in range(-9, 10)]
        return max(image.pixelColor(place.x() + x, place.y() + y).lightness() for x, y in near)

    before = brightest()
    picture.emphasize("calm")
    assert picture.meant().tolist() == [0]
    assert ground < brightest() < before
    picture.emphasize("not there")
    assert picture.meant().tolist() == [0, 1] and brightest() == before


def test_one_dot_alone_has_room_around_it(picture: MapPicture) -> None:
    picture.take_dots(MapDots.of(np.array([[5, 5]], np.float32), ("calm",), ("a",)))
    low, high = picture.extent
    assert picture.reach() > 1 and ((low < 5) & (high > 5)).all()
