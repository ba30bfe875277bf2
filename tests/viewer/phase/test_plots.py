"""The rows over time: where curves, marks and playhead are, as pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.pointer import hover
from viewer.phase.panel import PhasePanel
from viewer.phase.plots import PhasePlots
from viewer.phase.rows import ROWS, plotted
from viewer.ui.rows import Line
from viewer.ui.theme import DARK
from viewer.ui.time_view import Mode

from .measured import CURVES, measured, turning

NAMES = ("x", "y", "angle", "amplitude")
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def plots(show: Callable[[QWidget], None]) -> PhasePlots:
    made = PhasePlots(DARK)
    show(made)
    made.view.set_mode("fit")
    made.set_plotted(plotted(CURVES))
    return made


def place(plots: PhasePlots, row: str, time_s: float) -> QPoint:
    return QPointF(plots.to_x(time_s), plots.row_rect(row).center().y()).toPoint()


def heads(plots: PhasePlots, time_s: float) -> list[bool]:
    """Whether each row shows the playhead at ``time_s``, as pixels."""
    picture, text = plots.grab().toImage(), QColor(DARK.text)
    found = []
    for name in ROWS:
        x, y = round(float(plots.to_x(time_s))), round(plots.row_rect(name).center().y()) + 5
        found.append(any(picture.pixelColor(x + dx, y) == text for dx in (-1, 0, 1)))
    return found


def seen(plots: PhasePlots, row: str, time_s: float, value: float, color: str = "") -> bool:
    """Whether the row's curve is painted at a value, as pixels."""
    picture = plots.grab().toImage()
    wanted = QColor(color or DARK.series[NAMES.index(row)])
    x, y = round(float(plots.to_x(time_s))), round(float(plots.value_y(row, value)))
    around = (picture.pixelColor(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
    return any(abs(one.hue() - wanted.hue()) < 12 and one.value() > 90 for one in around)


@pytest.mark.parametrize("mode", ["fit", "follow"])
def test_the_curves_are_where_their_values_are(plots: PhasePlots, mode: Mode) -> None:
    plots.view.span_s = 1.5
    plots.view.set_mode(mode)
    plots.set_time(2.0)
    rows = {row.name: row.lines[0].values for row in plots.rows}
    for frame in (70, 90, 110, 130):
        time_s, values = frame * 0.02, {name: float(rows[name][frame]) for name in NAMES}
        assert [seen(plots, name, time_s, values[name]) for name in NAMES] == [True] * 4
        away = 0.3 if values["x"] < 0 else -0.3
        assert not seen(plots, "x", time_s, values["x"] + away)


def test_the_playhead_crosses_all_rows_and_leaves_no_trace(plots: PhasePlots) -> None:
    plots.set_time(1.0)
    assert all(heads(plots, 1.0))
    plots.set_time(2.5)
    assert all(heads(plots, 2.5))
    assert not any(heads(plots, 1.0))
    plots.set_time(CURVES.series.length_s)
    assert all(heads(plots, CURVES.series.length_s))
    plots.view.zoom(2.0, 0.0)
    assert not any(heads(plots, plots.view.end_s))


def test_a_clip_is_painted_once(
    show: Callable[[QWidget], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_measures(CURVES, plotted(CURVES))
    QTest.qWait(30)
    painted: list[float] = []
    paint = panel.plots.paint_stretch
    monkeypatch.setattr(
        panel.plots, "paint_stretch", lambda *how: painted.append(1.0) or paint(*how)
    )
    for mode, most in (("fit", 1), ("page", 4), ("follow", 6)):
        panel.plots.view.span_s = 1.0
        panel.plots.view.set_mode(mode)  # type: ignore[arg-type]
        painted.clear()
        for frame in range(200):
            panel.set_time(frame * 0.02)
            panel.set_now(frame, *CURVES.series.xy[frame], "")
            panel.repaint()
            QApplication.processEvents()
        assert len(painted) <= most, f"{mode}: the curves are painted anew as the playhead moves"


def test_following_shows_a_few_seconds_of_a_long_clip(plots: PhasePlots) -> None:
    long = measured(turning(np.arange(200_000) / 120), 1 / 120)
    plots.view.set_mode("follow")
    plots.set_plotted(plotted(long))
    plots.set_time(900.0)
    assert (plots.view.start_s, plots.view.end_s) == pytest.approx((897, 903))
    box = plots.row_rect("x").toRect()
    ground = plots.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    inside = [
        ground.pixelColor(x, y) for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    ]  # fmt: skip
    curve = sum(color.value() > 100 for color in inside)
    assert 0.02 < curve / len(inside) < 0.35, "the curve is no line but a block"


def test_a_growing_take_is_followed_to_its_end(plots: PhasePlots) -> None:
    plots.view.set_mode("follow")
    plots.set_plotted(None)
    for count in range(10, 900, 70):
        taken = plotted(measured(turning(np.arange(count) / 30), 1 / 30))
        plots.set_plotted(taken, growing=count > 10, room_s=40.0)
        for later in range(70):  # the playhead runs ahead of the curves
            plots.set_time((count - 1 + later) / 30)
            assert plots.view.shown_s == pytest.approx(6)
            lead = plots.view.end_s - plots.view.time_s
            assert lead == pytest.approx(0.24) if plots.view.start_s else lead > 0.24
    assert plots.view.start_s > 20
    assert all(heads(plots, plots.view.time_s))


def test_rows_that_are_off_leave_their_room_to_the_others(plots: PhasePlots) -> None:
    before = plots.row_rect("angle").height()
    least = plots.minimumHeight()
    plots.show_rows(["angle", "left"])
    assert [row.name for row in plots.rows] == ["angle", "left"]
    assert plots.row_rect("angle").height() > 2 * before
    assert plots.minimumHeight() < least
    angle = plots.rows[0].lines[0].values
    assert seen(plots, "angle", 1.4, float(angle[70]))


def test_the_angle_is_faint_where_the_amplitude_is_small(plots: PhasePlots) -> None:
    strength = np.where(np.arange(200) < 100, 0.02, 1.0)
    xy = turning(np.arange(200) * 0.01) * strength[:, None]
    plots.set_plotted(plotted(measured(xy, 0.02)))
    angle = next(row for row in plots.rows if row.name == "angle").lines[0].values
    times = np.arange(100, 200, 7)
    faint, strong = (
        [seen(plots, "angle", frame * 0.02, float(angle[frame])) for frame in frames.tolist()]
        for frames in (times - 100, times)
    )
    assert sum(strong) > 10 and sum(faint) < 5


def test_heel_strikes_are_marked_on_the_angle(plots: PhasePlots) -> None:
    angle = next(row for row in plots.rows if row.name == "angle")
    picture = plots.grab().toImage()
    for marks, color in zip(angle.marks, (DARK.contacts[0], DARK.contacts[2]), strict=True):
        assert len(marks.frames) >= 2
        for frame in marks.frames.tolist():
            value = float(angle.lines[0].values[frame])
            at = QPointF(plots.to_x(frame * 0.02), plots.value_y("angle", value)).toPoint()
            assert abs(picture.pixelColor(at).hue() - QColor(color).hue()) < 12


def test_anomalies_tint_all_rows(plots: PhasePlots) -> None:
    frames = np.arange(200)
    turns = frames * 0.02 - np.where(frames < 80, 0, 0.03 * np.minimum(frames - 80, 20))
    found = measured(turning(turns), 0.02)
    assert ("reversal", 80, 100) in [(a.kind, a.first, a.last) for a in found.anomalies]
    clean = measured(turning(frames * 0.02), 0.02)
    assert not clean.anomalies
    colors = []
    for shown in (found, clean):
        plots.set_plotted(plotted(shown))
        picture = plots.grab().toImage()
        x = round(float(plots.to_x(1.83)))
        ys = [round(plots.row_rect(name).top()) + 2 for name in ROWS]
        colors.append([picture.pixelColor(x, y).red() for y in ys])
    assert all(tinted > plain + 20 for tinted, plain in zip(*colors, strict=True))


def test_the_crosshair_tells_the_values_under_the_pointer(plots: PhasePlots) -> None:
    before = plots.grab().toImage()
    hover(plots, QPointF(place(plots, "x", 1.0)))
    assert plots.grab().toImage() != before
    hover(plots, QPointF(2, 2))
    assert plots.grab().toImage() == before


@pytest.mark.parametrize("how", ["control", "mode"])
def test_a_drag_measures_and_does_not_seek(plots: PhasePlots, how: str) -> None:
    scrubbed: list[float] = []
    plots.scrubbed.connect(scrubbed.append)
    plots.measuring = how == "mode"
    key = CONTROL if how == "control" else NO_KEY
    QTest.mousePress(plots, LEFT, key, place(plots, "angle", 1.0))
    QTest.mouseMove(plots, place(plots, "angle", 3.0))
    QTest.qWait(20)
    QTest.mouseRelease(plots, LEFT, key, place(plots, "angle", 3.0))
    found = plots.measured
    assert found is not None and not scrubbed
    assert found.seconds == pytest.approx(2.0, abs=0.05)
    per_second = 2 / CURVES.series.length_s
    assert found.turns == pytest.approx(found.seconds * per_second, abs=1e-6)
    QTest.keyClick(plots, Qt.Key.Key_Escape)
    assert plots.measured is None


def test_a_click_after_measuring_seeks_again(plots: PhasePlots) -> None:
    scrubbed: list[float] = []
    plots.scrubbed.connect(scrubbed.append)
    QTest.mousePress(plots, LEFT, CONTROL, place(plots, "x", 1.0))
    QTest.mouseRelease(plots, LEFT, CONTROL, place(plots, "x", 1.0))
    QTest.mouseClick(plots, LEFT, NO_KEY, place(plots, "x", 2.0))
    assert plots.measured is None
    assert scrubbed == pytest.approx([2.0], abs=0.05)


def test_another_line_in_a_row_is_painted_too(plots: PhasePlots) -> None:
    """What an overlay adds is a line of a row."""
    shown = plotted(CURVES)
    beside = Line(np.full(200, 0.25), ("series", 6))
    rows = tuple(
        replace(row, lines=(*row.lines, beside)) if row.name == "x" else row for row in shown.rows
    )
    plots.set_plotted(replace(shown, rows=rows))
    assert seen(plots, "x", 2.2, 0.25, DARK.series[6])
    assert rows[0].told(100).endswith("0.250")
