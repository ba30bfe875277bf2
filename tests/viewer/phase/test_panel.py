"""The phase panel in the window: curves, playhead, portrait, export."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from inference import load_model
from tests.viewer.panel_fixtures import Bench
from viewer.phase.control import PhaseControl
from viewer.phase.panel import PhasePanel
from viewer.phase.plots import PhaseCurves, PhasePlots
from viewer.ui.theme import DARK
from viewer.ui.time_view import MODES, Mode

LEFT = Qt.MouseButton.LeftButton
VIEW_ACTIONS = [f"{name}.{mode}" for name in ("phase", "timeline") for mode in MODES]
CYCLES = np.linspace(0, 4 * np.pi, 200)
CURVES = PhaseCurves(np.stack([np.cos(CYCLES), np.sin(CYCLES)], axis=-1) * 0.5, 0.02)


@pytest.fixture
def phase(bench: Bench) -> PhaseControl:
    control = bench.control("PhaseControl")
    assert isinstance(control, PhaseControl)
    bench.window.docks["phase"].raise_()
    bench.until(lambda: control.curves is not None and control.panel.isVisible())
    bench.until_idle()
    return control


def place(plots: PhasePlots, row: int, time_s: float) -> QPoint:
    return QPointF(plots.to_x(time_s), plots.row_rect(row).center().y()).toPoint()


def expected_phase(bench: Bench) -> np.ndarray:
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    frames = bench.window.studio.motion.phase_frames
    return load_model(path, engine="numpy").run({"frame": frames})["phase"]


def test_the_curves_are_deepphase_of_every_frame(bench: Bench, phase: PhaseControl) -> None:
    expected = expected_phase(bench)
    assert phase.curves.xy == pytest.approx(expected, abs=1e-4)
    assert phase.panel.plots.curves is phase.curves
    assert phase.curves.time_s == pytest.approx(np.arange(len(expected)) / 30, abs=1e-3)


def test_dragging_the_playhead_seeks(bench: Bench, phase: PhaseControl) -> None:
    plots, transport = phase.panel.plots, bench.window.transport
    QTest.qWait(50)
    QTest.mousePress(plots, LEFT, pos=place(plots, 2, transport.time_s))
    passed = []
    for time_s in (1.0, 2.0, 3.0):
        QTest.mouseMove(plots, place(plots, 2, time_s))
        QTest.qWait(20)
        passed.append(transport.frame)
    QTest.mouseRelease(plots, LEFT, pos=place(plots, 2, 3.0))
    assert passed == pytest.approx([30, 60, 90], abs=2)
    assert plots.view.time_s == pytest.approx(transport.frame * transport.frame_time)
    transport.play()
    bench.until(lambda: transport.frame > 95)  # the playhead was let go


def test_a_click_seeks(bench: Bench, phase: PhaseControl) -> None:
    QTest.qWait(50)
    plots = phase.panel.plots
    QTest.mouseClick(plots, LEFT, pos=place(plots, 0, 4.0))
    assert bench.window.transport.frame == pytest.approx(120, abs=2)


def test_values_of_the_displayed_frame(bench: Bench, phase: PhaseControl) -> None:
    bench.window.transport.seek_frame(77)
    x, y = expected_phase(bench)[77]
    bench.until(lambda: phase.panel.values["x"].text == f"{x:+.3f}")
    shown = {name: label.text for name, label in phase.panel.values.items()}
    assert float(shown["y"]) == pytest.approx(y, abs=1e-3)
    assert float(shown["A"]) == pytest.approx(np.hypot(x, y), abs=1e-3)
    turns = np.arctan2(y, x) / (2 * np.pi) % 1
    assert float(shown["φ"].split()[0]) == pytest.approx(turns, abs=1e-3)
    assert re.fullmatch(r"latency \d+\.\d\d ms, run \d+ µs, numpy", shown["t"])


def test_the_curves_follow_what_is_on_stage(bench: Bench, phase: PhaseControl) -> None:
    clip = phase.curves
    bench.window.actions_["latent.random"].trigger()
    bench.until(lambda: phase.curves is not None and len(phase.curves.xy) == 60)
    bench.window.studio.set_source("clip")
    bench.until(lambda: phase.curves is not None and len(phase.curves.xy) == len(clip.xy))


def test_export_writes_every_frame(bench: Bench, phase: PhaseControl, tmp_path: Path) -> None:
    path = tmp_path / "phase.csv"
    heard = []
    bench.window.studio.notice.connect(heard.append)
    phase.export(path)
    bench.until(lambda: bool(heard))
    assert heard[0].level == "info"
    assert path.read_text().splitlines()[0] == "time_s,x,y,turns,amplitude"
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    assert table[:, 1:3] == pytest.approx(phase.curves.xy, abs=1e-5)
    phase.export(tmp_path)
    bench.until(lambda: len(heard) == 2)
    assert heard[1].level == "error" and str(tmp_path) in heard[1].text


def test_a_paused_latent_keeps_its_live_phase(bench: Bench, phase: PhaseControl) -> None:
    bench.window.transport.pause()
    bench.window.actions_["latent.random"].trigger()
    bench.until(lambda: phase.curves is not None and len(phase.curves.xy) == 60)
    bench.until(lambda: phase.panel.values["x"].text != "–")
    now = float(phase.panel.values["x"].text)
    frame = bench.window.transport.frame
    assert now == pytest.approx(float(phase.curves.xy[frame, 0]), abs=2e-3)


def test_no_clip_and_no_human_each_say_so(
    bench: Bench, phase: PhaseControl, tmp_path: Path
) -> None:
    bench.window.actions_["clip.close"].trigger()
    QTest.qWait(30)
    assert phase.panel.problem.text() == "Open a clip to see its phase."
    rod = tmp_path / "rod.bvh"
    rod.write_text(
        "HIERARCHY\nROOT Rod\n{\nOFFSET 0 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
        "JOINT Tip\n{\nOFFSET 0 1 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
        "End Site\n{\nOFFSET 0 1 0\n}\n}\n}\n"
        "MOTION\nFrames: 2\nFrame Time: 0.1\n0 0 0 0 0 0\n0 0 9 0 0 0\n"
    )
    bench.window.open_paths([rod])
    bench.until(lambda: bench.window.studio.motion is not None)
    QTest.qWait(30)
    assert phase.panel.problem.text() == bench.window.studio.motion.not_human != ""
    assert not phase.panel.content.isVisible()


def heads(plots: PhasePlots, time_s: float) -> list[bool]:
    """Whether each plot shows the playhead at ``time_s``, as pixels."""
    picture, text = plots.grab().toImage(), QColor(DARK.text)
    middles = [place(plots, row, time_s) for row in range(4)]
    return [
        any(picture.pixelColor(at.x() + dx, at.y() + 9) == text for dx in (-1, 0, 1))
        for at in middles
    ]


def seen(plots: PhasePlots, row: int, time_s: float, value: float) -> bool:
    """Whether the row's curve is painted at a value, as pixels."""
    picture, color = plots.grab().toImage(), QColor(DARK.series[row])
    x, y = round(float(plots.to_x(time_s))), round(float(plots.value_y(row, value)))
    around = (picture.pixelColor(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
    return any(abs(one.hue() - color.hue()) < 12 and one.value() > 90 for one in around)


@pytest.fixture
def plots(show: Callable[[QWidget], None]) -> PhasePlots:
    made = PhasePlots(DARK)
    show(made)
    made.view.set_mode("fit")
    made.set_curves(CURVES)
    return made


@pytest.mark.parametrize("mode", ["fit", "follow"])
def test_the_curves_are_where_their_values_are(plots: PhasePlots, mode: Mode) -> None:
    plots.view.span_s = 1.5
    plots.view.set_mode(mode)
    plots.set_time(2.0)
    for frame in (70, 90, 110, 130):
        time_s, values = frame * 0.02, [rows[frame] for rows in CURVES.rows]
        assert [seen(plots, row, time_s, values[row]) for row in range(4)] == [True] * 4
        assert not seen(plots, 0, time_s, values[0] + (0.3 if values[0] < 0 else -0.3))


def test_the_playhead_crosses_all_plots_and_leaves_no_trace(plots: PhasePlots) -> None:
    plots.set_time(1.0)
    assert heads(plots, 1.0) == [True] * 4
    plots.set_time(2.5)
    assert heads(plots, 2.5) == [True] * 4
    assert heads(plots, 1.0) == [False] * 4
    plots.set_time(CURVES.length_s)
    assert heads(plots, CURVES.length_s) == [True] * 4
    plots.view.zoom(2.0, 0.0)
    assert True not in heads(plots, plots.view.end_s)


def test_a_clip_is_painted_once(
    show: Callable[[QWidget], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_curves(CURVES)
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
            panel.set_now(frame, *CURVES.xy[frame], "")
            panel.repaint()
            QApplication.processEvents()
        assert len(painted) <= most, f"{mode}: the curves are painted anew as the playhead moves"


def test_following_shows_a_few_seconds_of_a_long_clip(plots: PhasePlots) -> None:
    count = 200_000
    turns = np.arange(count) / 120 * 2 * np.pi
    plots.view.set_mode("follow")
    plots.set_curves(PhaseCurves(np.stack([np.cos(turns), np.sin(turns)], axis=-1), 1 / 120))
    plots.set_time(900.0)
    assert (plots.view.start_s, plots.view.end_s) == pytest.approx((897, 903))
    box = plots.row_rect(0).toRect()
    ground = plots.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    inside = [
        ground.pixelColor(x, y) for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    ]  # fmt: skip
    curve = sum(color.value() > 100 for color in inside)
    assert 0.02 < curve / len(inside) < 0.3, "the curve is no line but a block"


def test_a_long_clip_costs_little_per_frame(plots: PhasePlots) -> None:
    """200,000 frames, the UI thread's time for each displayed frame."""
    turns = np.arange(200_000) / 120 * 6
    curves = PhaseCurves(np.stack([np.cos(turns), np.sin(turns)], axis=-1), 1 / 120)
    for mode in MODES:
        plots.view.set_mode(mode)
        plots.set_curves(curves)
        QApplication.processEvents()
        start = time.thread_time()
        for frame in range(300):
            plots.set_time(800 + frame / 60)
            QApplication.processEvents()
        assert (time.thread_time() - start) / 300 < 0.002, mode


def test_a_growing_take_is_followed_to_its_end(plots: PhasePlots) -> None:
    plots.view.set_mode("follow")
    plots.set_curves(None)
    for count in range(10, 900, 7):
        xy = np.stack([np.cos(np.arange(count) / 5), np.sin(np.arange(count) / 5)], axis=-1)
        plots.set_curves(PhaseCurves(xy, 1 / 30), growing=count > 10, room_s=40.0)
        for later in range(7):  # the playhead runs ahead of the curves
            plots.set_time((count - 1 + later) / 30)
            assert plots.view.shown_s == pytest.approx(6)
            lead = plots.view.end_s - plots.view.time_s
            assert lead == pytest.approx(0.24) if plots.view.start_s else lead > 0.24
    assert plots.view.start_s > 20
    assert heads(plots, plots.view.time_s) == [True] * 4


def test_the_mode_is_remembered(open_bench: Callable[..., Bench], small_assets: Path) -> None:
    first = open_bench(small_assets)
    first.window.actions_["phase.page"].trigger()
    first.window.actions_["timeline.fit"].trigger()
    second = open_bench(small_assets)
    checked = [id for id in VIEW_ACTIONS if second.window.actions_[id].isChecked()]
    assert checked == ["phase.page", "timeline.fit"]
    assert second.control("PhaseControl").panel.plots.view.mode == "page"
    assert second.window.timeline.track.view.mode == "fit"


def test_the_portrait_moves(show: Callable[[QWidget], None]) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_curves(CURVES)
    pictures = []
    for frame in (60, 90):
        panel.set_now(frame, *CURVES.xy[frame], "")
        pictures.append((panel.portrait.grab().toImage(), panel.dial.grab().toImage()))
    assert pictures[0][0] != pictures[1][0]
    assert pictures[0][1] != pictures[1][1]
