"""What of the style map's plane is in sight."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from viewer.style.map_view import EDGE_PX, MapView

VIEW = MapView((2.0, -1.0), 10.0, (300, 200))


def test_places_and_points_are_inverse() -> None:
    points = np.array([[2.0, -1.0], [3.0, -1.0], [2.0, 0.0]])
    assert VIEW.places(points).tolist() == [[150, 100], [160, 100], [150, 90]]
    for x, y in points.tolist():
        assert VIEW.point(VIEW.place(x, y)) == pytest.approx((x, y))
        assert VIEW.places(np.array([[x, y]]))[0] == pytest.approx(VIEW.place(x, y).toTuple())


def test_all_of_the_box_is_fitted_without_distortion() -> None:
    view = MapView.fitted(np.array([-4.0, 0.0]), np.array([4.0, 2.0]), (300, 200))
    corners = view.places(np.array([[-4.0, 0.0], [4.0, 2.0]]))
    assert corners[0] == pytest.approx([EDGE_PX, 100 + view.scale])
    assert corners[1] == pytest.approx([300 - EDGE_PX, 100 - view.scale])


def test_what_is_under_the_pointer_stays_there_when_zooming() -> None:
    about = QPointF(40, 170)
    zoomed = VIEW.zoomed(3.0, about)
    assert zoomed.scale == 30 and zoomed.point(about) == pytest.approx(VIEW.point(about))


def test_panning_moves_everything_by_those_pixels() -> None:
    moved = VIEW.panned(QPointF(12, -7)).place(0, 0) - VIEW.place(0, 0)
    assert moved.toTuple() == pytest.approx((12, -7))


def test_what_is_in_sight_spans_the_widget() -> None:
    sight = VIEW.sight()
    assert (sight.left(), sight.bottom()) == pytest.approx(VIEW.point(QPointF(0, 0)))
    assert (sight.right(), sight.top()) == pytest.approx(VIEW.point(QPointF(300, 200)))


def test_where_the_picture_before_lies_in_a_closer_view() -> None:
    closer = VIEW.zoomed(2.0, QPointF(0, 0))
    assert closer.area_of(VIEW) == QRectF(0, 0, 600, 400)
