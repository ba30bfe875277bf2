"""The phase panel in the window: curves, playhead, portrait, export."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from inference import load_model
from tests.viewer.panel_fixtures import Bench
from viewer.phase.control import PhaseControl
from viewer.phase.panel import PhasePanel
from viewer.phase.plots import PhaseCurves, PhasePlots, joined
from viewer.ui.theme import DARK

LEFT = Qt.MouseButton.LeftButton
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
    view = plots.plots[row].getViewBox()
    middle = np.mean(view.viewRange()[1])
    return plots.mapFromScene(view.mapViewToScene(QPointF(time_s, middle)))


def expected_phase(bench: Bench) -> np.ndarray:
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    frames = bench.window.studio.motion.phase_frames
    return load_model(path, engine="numpy").run({"frame": frames})["phase"]


def test_the_curves_are_deepphase_of_every_frame(bench: Bench, phase: PhaseControl) -> None:
    expected = expected_phase(bench)
    assert phase.curves.xy == pytest.approx(expected, abs=1e-4)
    drawn = phase.panel.plots.curves[1].getOriginalDataset()
    assert drawn[0] == pytest.approx(np.arange(len(expected)) / 30, abs=1e-3)
    assert drawn[1] == pytest.approx(expected[:, 1], abs=1e-4)


def test_dragging_the_playhead_seeks(bench: Bench, phase: PhaseControl) -> None:
    plots, transport = phase.panel.plots, bench.window.transport
    QTest.qWait(50)
    QTest.mousePress(plots.viewport(), LEFT, pos=place(plots, 2, transport.time_s))
    passed = []
    for time_s in (1.0, 2.0, 3.0):
        QTest.mouseMove(plots.viewport(), place(plots, 2, time_s))
        QTest.qWait(20)
        passed.append(transport.frame)
    QTest.mouseRelease(plots.viewport(), LEFT, pos=place(plots, 2, 3.0))
    assert passed == pytest.approx([30, 60, 90], abs=2)
    assert plots.time_s == pytest.approx(transport.frame * transport.frame_time)
    transport.play()
    bench.until(lambda: transport.frame > 95)  # the playhead was let go


def test_a_click_seeks(bench: Bench, phase: PhaseControl) -> None:
    QTest.qWait(50)
    plots = phase.panel.plots
    QTest.mouseClick(plots.viewport(), LEFT, pos=place(plots, 0, 4.0))
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
    bench.window.actions_["style.random"].trigger()
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
    bench.window.actions_["style.random"].trigger()
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


def test_the_angle_is_not_joined_across_a_wrap() -> None:
    turns = np.array([0.8, 0.95, 0.05, 0.2])
    assert list(joined(turns)[:-1]) == [1, 0, 1]


def heads(plots: PhasePlots, time_s: float) -> list[bool]:
    """Whether each plot shows the playhead at ``time_s``, as pixels."""
    picture, text = plots.viewport().grab().toImage(), QColor(DARK.text)
    middles = [place(plots, row, time_s) for row in range(4)]
    return [
        any(picture.pixelColor(at.x() + dx, at.y() + 9) == text for dx in (-1, 0, 1))
        for at in middles
    ]


def test_the_playhead_crosses_all_plots_and_leaves_no_trace(
    show: Callable[[QWidget], None],
) -> None:
    plots = PhasePlots(DARK)
    show(plots)
    plots.set_curves(CURVES)
    QTest.qWait(30)
    plots.set_time(1.0)
    assert heads(plots, 1.0) == [True] * 4
    plots.set_time(2.5)
    QTest.qWait(30)
    assert heads(plots, 2.5) == [True] * 4
    assert heads(plots, 1.0) == [False] * 4
    plots.plots[0].setXRange(0, 2, padding=0)
    QTest.qWait(30)
    assert True not in heads(plots, 1.0)


def test_a_clip_is_drawn_once(show: Callable[[QWidget], None]) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_curves(CURVES)
    QTest.qWait(30)
    drawn, painted = [], []
    for curve in panel.plots.curves:
        curve.sigPlotChanged.connect(drawn.append)
    panel.plots.scene().sigPrepareForPaint.connect(lambda: painted.append(panel.plots.time_s))
    for frame in range(100):
        panel.set_time(frame * 0.02)
        panel.set_now(frame, *CURVES.xy[frame], "")
        panel.repaint()
        QApplication.processEvents()
    assert drawn == []
    assert len(painted) < 5, "the plots are painted anew as the playhead moves"


def test_follow_turns_the_page(show: Callable[[QWidget], None]) -> None:
    plots = PhasePlots(DARK)
    show(plots)
    plots.set_curves(CURVES)
    plots.plots[0].setXRange(0, 1, padding=0)
    plots.set_time(0.5)
    assert plots.plots[3].viewRange()[0] == pytest.approx([0, 1], abs=0.05)
    plots.set_time(2.0)
    low, high = plots.plots[3].viewRange()[0]
    assert low < 2.0 < high and high - low == pytest.approx(1, abs=0.05)
    plots.follow = False
    plots.set_time(0.0)
    assert plots.plots[3].viewRange()[0] == pytest.approx([low, high])


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
