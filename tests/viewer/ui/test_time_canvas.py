"""Time as text and ticks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from viewer.ui.pixels import blank
from viewer.ui.time_canvas import Stretch, clock_text, seconds_text, time_ticks


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [(0, 2, "0:00.00"), (75.5, 2, "1:15.50"), (59.999, 2, "1:00.00"), (3601, 0, "60:01")],
)
def test_clock_text(seconds: float, decimals: int, text: str) -> None:
    assert clock_text(seconds, decimals) == text


@pytest.mark.parametrize(("start_s", "scale", "ticks", "decimals"), [
    (0.0, 100.0, [0, 1, 2, 3], 0),
    (1.95, 400.0, [2, 2.2, 2.4, 2.6, 2.8], 1),
    (100.0, 0.1, [1800, 3600], 0),
])  # fmt: skip
def test_ticks_are_far_enough_apart(
    app: QApplication, start_s: float, scale: float, ticks: list[float], decimals: int
) -> None:
    stretch = Stretch(blank(QSize(360, 10), 1.0), start_s, scale)
    times, step, digits = time_ticks(stretch, 76)
    assert times.tolist() == pytest.approx(ticks) and digits == decimals
    assert step * scale >= 76


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [
        (0.0, 0, "0 s"), (-0.0, 1, "0.0 s"), (2.5, 2, "2.50 s"), (59.99, 2, "59.99 s"),
        (60.0, 1, "1:00.0"), (75.5, 2, "1:15.50"), (3600.0, 0, "60:00"),
    ],
)  # fmt: skip
def test_seconds_have_their_unit_below_a_minute(seconds: float, decimals: int, text: str) -> None:
    assert seconds_text(seconds, decimals) == text
