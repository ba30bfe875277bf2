"""What the style map shows: the picture is painted once, what moves stands over it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from viewer.style.map_canvas import MapCanvas
from viewer.style.map_dots import MapDots
from viewer.style.map_picture import MapPicture
from viewer.style.map_view import MapView
from viewer.ui.theme import DARK, LIGHT

DOTS = MapDots.of(np.array([[-2, -2], [2, 2]], np.float32), ("calm", "lively"), ("a", "b"))


@pytest.fixture
def canvas(show: Callable[[QWidget], None]) -> MapCanvas:
    parent = QWidget()
    picture = MapPicture(DARK, parent)
    picture.take_dots(DOTS)
    made = MapCanvas(picture, DARK, parent)
    show(parent)
    made.setGeometry(parent.rect())
    look_at_all(made)
    made.show()
    QTest.qWait(20)
    return made


def look_at_all(canvas: MapCanvas) -> None:
    size = (canvas.width(), canvas.height())
    canvas.show_view(MapView.fitted(*DOTS.extent, size), 1.0)


def shade(canvas: MapCanvas, x: float, y: float, aside: QPoint | None = None) -> str:
    at = canvas.view.place(x, y).toPoint() + (aside or QPoint())
    return canvas.grab().toImage().pixelColor(at).name()


def test_what_moves_does_not_paint_the_scene_again(canvas: MapCanvas) -> None:
    painted: list[bool] = []
    canvas.scene().changed.connect(lambda _: painted.append(True))
    for step in range(20):
        canvas.move_ring((step / 20, 0.0))
        canvas.move_diamond((0.0, step / 20))
        canvas.mark_hovered((step / 20, 1.0))
        QApplication.processEvents()
    assert painted == []


def test_the_diamond_the_ring_and_the_mark_stand_where_they_are_put(canvas: MapCanvas) -> None:
    canvas.move_ring((1.0, -1.0))
    canvas.move_diamond((-1.0, 1.0))
    canvas.mark_hovered((2.0, 2.0))
    assert shade(canvas, -1, 1) == DARK.accent
    assert QColor(shade(canvas, 1, -1, QPoint(0, -7))).lightnessF() > 0.6
    canvas.move_ring((0.0, 0.0))
    canvas.move_diamond(None)
    canvas.mark_hovered(None)
    assert shade(canvas, -1, 1) == shade(canvas, 1, -1, QPoint(0, -7)) == DARK.field


def test_dots_move_with_the_view(canvas: MapCanvas) -> None:
    assert shade(canvas, -2, -2, QPoint(0, 2)) != DARK.field
    before = canvas.view.place(-2, -2).toPoint()
    canvas.show_view(canvas.view.panned(canvas.view.place(0, 0) - canvas.view.place(0, 1)), 1.0)
    QTest.qWait(20)
    assert canvas.view.place(-2, -2).toPoint() != before
    assert shade(canvas, -2, -2, QPoint(0, 2)) != DARK.field
    assert canvas.grab().toImage().pixelColor(before + QPoint(0, 3)).name() == DARK.field


def test_without_being_enabled_there_is_no_ring(canvas: MapCanvas) -> None:
    canvas.move_ring((1.0, -1.0))
    canvas.parentWidget().setEnabled(False)
    assert shade(canvas, 1, -1, QPoint(0, -7)) == DARK.field


def test_the_theme_is_followed(canvas: MapCanvas) -> None:
    canvas.set_theme(LIGHT)
    assert shade(canvas, 0, 1) == LIGHT.field
