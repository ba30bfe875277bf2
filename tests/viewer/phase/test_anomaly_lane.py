"""Anomalies on the timeline: where they are, and which one the pointer means."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from motion.phase.lint import Anomaly
from tests.viewer.panel_fixtures import heard
from viewer.phase.anomaly_lane import AnomalyLane
from viewer.phase.rows import spans_of
from viewer.ui.theme import DARK

FOUND = (
    Anomaly("jump", 30, 31, 1.0, 7.0, 1.2),
    Anomaly("frequency", 60, 119, 2.0, 9.0, 2.3),
    Anomaly("strike off phase", 90, 90, 3.0, 0.9, 6.0),
)


@pytest.fixture
def lane(app: QApplication) -> AnomalyLane:
    made = AnomalyLane([QAction("Loop")])
    made.show(FOUND, spans_of(FOUND), 1 / 30)
    return made


def test_the_pointer_means_what_is_near(lane: AnomalyLane) -> None:
    assert lane.anomaly_at(1.02, 0.05) == 0
    assert lane.anomaly_at(1.10, 0.05) == 0
    assert lane.anomaly_at(1.5, 0.05) is None
    assert lane.anomaly_at(2.5, 0.05) == 1
    assert lane.anomaly_at(3.01, 0.05) == 2  # the worst of both
    assert not lane.holds(0.5, 0.05) and lane.holds(3.9, 0.05)


def test_a_press_chooses_and_words_tell(lane: AnomalyLane) -> None:
    pressed = heard(lane.pressed)
    lane.press(2.5, 0.05, False)
    lane.press(1.5, 0.05, False)
    assert pressed == [(1,)]
    assert lane.words_at(1.0, 0.05) == str(FOUND[0])
    assert [action.text() for action in lane.actions_at(3.0, 0.05)] == ["Loop"]
    assert pressed == [(1,), (2,)]


def test_bars_are_painted_over_their_time(lane: AnomalyLane) -> None:
    image = QImage(500, 12, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    lane.paint(painter, QRectF(0, 0, 500, 12), lambda time_s: time_s * 100, DARK)
    painter.end()

    def at(time_s: float) -> QColor:
        return image.pixelColor(round(time_s * 100), 6)

    assert at(1.03) == QColor(DARK.warn) and at(2.5) == QColor(DARK.bad)
    assert at(1.5) == at(0.5) == QColor("#000000")


def test_nothing_found_holds_nothing(lane: AnomalyLane) -> None:
    lane.show((), spans_of(()))
    assert lane.anomaly_at(1.0, 10.0) is None and lane.words_at(1.0, 10.0) == ""
