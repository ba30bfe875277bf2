"""Names on the style map: placed apart, readable over dots."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from viewer.style.map_labels import LabelPictures, MapLabel, placed_labels

pytestmark = pytest.mark.usefixtures("app")
BOUNDS = QRect(5, 5, 290, 240)
INK, GROUND = QColor("#ffffff"), QColor("#000000")


@pytest.fixture
def metrics() -> QFontMetrics:
    return QFontMetrics(QFont())


def test_labels_do_not_lie_on_each_other(metrics: QFontMetrics) -> None:
    spots = np.random.default_rng(4).uniform([40, 40], [250, 200], (20, 2)).tolist()
    labels = [MapLabel(f"style {i}", QPointF(*spot), INK) for i, spot in enumerate(spots)]
    placed = placed_labels(labels, metrics, BOUNDS)
    assert len(placed) >= 15
    assert not any(a.intersects(b) for (_, a), (_, b) in combinations(placed, 2))


def test_the_weightiest_stands_at_its_place_and_the_other_beside_it(metrics: QFontMetrics) -> None:
    light = MapLabel("run", QPointF(150, 100), INK, 1)
    heavy = MapLabel("walk", QPointF(152, 101), INK, 9)
    (first, at), (second, beside) = placed_labels([light, heavy], metrics, BOUNDS)
    assert (first, second) == (heavy, light)
    assert abs(at.center().x() - 152) <= 1 and abs(at.center().y() - 101) <= 1
    assert abs(beside.center().y() - 100) <= 2 * metrics.height()


def test_a_label_at_the_edge_stays_inside_and_one_out_of_sight_is_left_out(
    metrics: QFontMetrics,
) -> None:
    edge = MapLabel("martial arts", QPointF(293, 242), INK)
    outside = MapLabel("salsa", QPointF(400, 100), INK)
    ((label, box),) = placed_labels([edge, outside], metrics, BOUNDS)
    assert label is edge and BOUNDS.contains(box)


def test_a_very_long_name_is_shortened(metrics: QFontMetrics) -> None:
    ((_, box),) = placed_labels([MapLabel("x" * 90, QPointF(150, 100), INK)], metrics, BOUNDS)
    assert box.width() < 150


def test_a_halo_separates_the_name_from_dots_of_its_own_colour(metrics: QFontMetrics) -> None:
    image = QImage(300, 250, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    placed = placed_labels([MapLabel("walk", QPointF(150, 100), INK)], metrics, BOUNDS)
    LabelPictures().paint(painter, placed, GROUND)
    painter.end()
    box = placed[0][1]
    shades = [
        image.pixelColor(x, y).lightnessF()
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    ]
    assert min(shades) < 0.2 and max(shades) > 0.9
