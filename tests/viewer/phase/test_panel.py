"""The phase panel in the window: curves, playhead, portrait, export."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from inference import load_model
from tests.viewer.panel_fixtures import Bench
from viewer.model.analysis import analyze, save_csv
from viewer.model.clip import load_motion
from viewer.phase.control import PhaseControl
from viewer.phase.panel import PhasePanel
from viewer.phase.plots import PhasePlots
from viewer.phase.rows import ROWS, plotted
from viewer.ui.readout import NOTHING
from viewer.ui.theme import DARK
from viewer.ui.time_view import MODES

from .measured import CURVES

LEFT = Qt.MouseButton.LeftButton
VIEW_ACTIONS = [f"{name}.{mode}" for name in ("phase", "timeline") for mode in MODES]


@pytest.fixture
def phase(bench: Bench) -> PhaseControl:
    control = bench.control("PhaseControl")
    assert isinstance(control, PhaseControl)
    bench.window.docks["phase"].raise_()
    bench.until(lambda: control.measures is not None and control.panel.isVisible())
    bench.until_idle()
    return control


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def alike(one: str, other: str) -> bool:
    """The same text, or numbers that differ by how many rows the network had at once."""
    try:
        return float(one) == pytest.approx(float(other), rel=1e-4, abs=1e-5)
    except ValueError:
        return one == other


def place(plots: PhasePlots, row: str, time_s: float) -> QPoint:
    return QPointF(plots.to_x(time_s), plots.row_rect(row).center().y()).toPoint()


def expected_phase(bench: Bench) -> np.ndarray:
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    frames = bench.window.studio.motion.phase_frames
    return load_model(path, engine="numpy").run({"frame": frames})["phase"]


def test_the_curves_are_deepphase_of_every_frame(bench: Bench, phase: PhaseControl) -> None:
    expected = expected_phase(bench)
    series = phase.measures.series
    assert series.xy == pytest.approx(expected, abs=1e-4)
    assert phase.panel.plots.plotted.series is series
    assert series.time_s == pytest.approx(np.arange(len(expected)) / 30, abs=1e-3)


def test_dragging_the_playhead_seeks(bench: Bench, phase: PhaseControl) -> None:
    plots, transport = phase.panel.plots, bench.window.transport
    QTest.qWait(50)
    QTest.mousePress(plots, LEFT, pos=place(plots, "angle", transport.time_s))
    passed = []
    for time_s in (1.0, 2.0, 3.0):
        QTest.mouseMove(plots, place(plots, "angle", time_s))
        QTest.qWait(20)
        passed.append(transport.frame)
    QTest.mouseRelease(plots, LEFT, pos=place(plots, "angle", 3.0))
    assert passed == pytest.approx([30, 60, 90], abs=2)
    assert plots.view.time_s == pytest.approx(transport.frame * transport.frame_time)
    transport.play()
    bench.until(lambda: transport.frame > 95)  # the playhead was let go


def test_a_click_seeks(bench: Bench, phase: PhaseControl) -> None:
    QTest.qWait(50)
    plots = phase.panel.plots
    QTest.mouseClick(plots, LEFT, pos=place(plots, "x", 4.0))
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
    assert re.fullmatch(r"\d+\.\d\d ms, run \d+ µs, numpy", shown["t"])


def test_the_curves_follow_what_is_on_stage(bench: Bench, phase: PhaseControl) -> None:
    clip = phase.measures.series
    bench.window.actions_["latent.random"].trigger()
    bench.until(lambda: phase.measures is not None and len(phase.measures.series) == 60)
    bench.window.studio.set_source("clip")
    bench.until(lambda: phase.measures is not None and len(phase.measures.series) == len(clip))


def test_export_writes_every_frame(bench: Bench, phase: PhaseControl, tmp_path: Path) -> None:
    path = tmp_path / "phase.csv"
    heard = []
    bench.window.studio.notice.connect(heard.append)
    phase.export(path)
    bench.until(lambda: bool(heard))
    assert heard[0].level == "info"
    assert len(rows_of(path)) == len(phase.measures.series)
    phase.export(tmp_path)
    bench.until(lambda: len(heard) == 2)
    assert heard[1].level == "error" and str(tmp_path) in heard[1].text


def test_what_is_exported_is_what_analyze_writes(
    bench: Bench, phase: PhaseControl, tmp_path: Path
) -> None:
    ours, theirs, told = tmp_path / "phase.csv", tmp_path / "analyze.csv", []
    bench.window.studio.notice.connect(told.append)
    phase.export(ours)
    bench.until(lambda: bool(told))
    motion, file = bench.window.studio.motion, bench.window.bench.assets / "models/deepphase.onnx"
    limits = phase.measures.thresholds
    found = analyze(
        load_motion(motion.path), "numpy", frequency_window_s=limits.frequency_window_s,
        thresholds=limits, own=file,
    )  # fmt: skip
    save_csv(found, theirs)
    mine, other = rows_of(ours), rows_of(theirs)
    names = {name: name for name in mine[0].keys() & other[0].keys()} | {"x": "phase_x"}
    for name, its in names.items():
        assert all(alike(a[name], b[its]) for a, b in zip(mine, other, strict=True)), name
    same = {"time_s", "amplitude", "frequency_turns_per_s", "stride_offset_turns", "verdict"}
    same |= {"left_skate_m_per_s", "right_skate_m_per_s", "strike", "anomaly", "anomaly_size"}
    assert same | {"anomaly_severity", "thresholds"} == mine[0].keys() & other[0].keys()


def test_every_number_that_is_shown_is_in_the_export(
    bench: Bench, phase: PhaseControl, tmp_path: Path
) -> None:
    """The crosshair's values, the verdict and the list, as the panel writes them."""
    path, told = tmp_path / "phase.csv", []
    bench.window.studio.notice.connect(told.append)
    phase.export(path)
    bench.until(lambda: bool(told))
    written = rows_of(path)
    columns = {
        "x": "x", "y": "y", "angle": "turns", "amplitude": "amplitude",
        "frequency": "frequency_turns_per_s", "offset": "stride_offset_turns",
        "left": "left_skate_m_per_s", "right": "right_skate_m_per_s",
    }  # fmt: skip
    assert set(columns) == set(ROWS)
    for frame in range(0, len(written), 13):
        for row in phase.panel.plots.rows:
            number = written[frame][columns[row.name]]
            assert row.told(frame) == (f"{float(number):.3f} {row.unit}".rstrip() if number else "")
    assert phase.panel.verdict.text().replace("\u00a0", " ") == written[0]["verdict"]


def test_a_paused_latent_keeps_its_live_phase(bench: Bench, phase: PhaseControl) -> None:
    bench.window.transport.pause()
    bench.window.actions_["latent.random"].trigger()
    bench.until(lambda: phase.measures is not None and len(phase.measures.series) == 60)
    bench.until(lambda: phase.panel.values["x"].text != "–")
    now = float(phase.panel.values["x"].text)
    frame = bench.window.transport.frame
    assert now == pytest.approx(float(phase.measures.series.xy[frame, 0]), abs=2e-3)


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


def test_the_mode_is_remembered(open_bench: Callable[..., Bench], small_assets: Path) -> None:
    first = open_bench(small_assets)
    first.window.actions_["phase.page"].trigger()
    first.window.actions_["timeline.fit"].trigger()
    second = open_bench(small_assets)
    checked = [id for id in VIEW_ACTIONS if second.window.actions_[id].isChecked()]
    assert checked == ["phase.page", "timeline.fit"]
    assert second.control("PhaseControl").panel.plots.view.mode == "page"
    assert second.window.timeline.track.view.mode == "fit"


def test_rows_that_are_off_stay_off(open_bench: Callable[..., Bench], small_assets: Path) -> None:
    first = open_bench(small_assets)
    for name in ("x", "offset"):
        first.window.actions_[f"phase.row.{name}"].trigger()
    second = open_bench(small_assets)
    second.window.open_demo()
    control = second.control("PhaseControl")
    second.until(lambda: control.measures is not None)
    shown = [row.name for row in control.panel.plots.rows]
    assert shown == [name for name in ROWS if name not in ("x", "offset")]
    second.window.actions_["phase.row.x"].trigger()
    assert control.panel.plots.rows[0].name == "x"


def test_the_portrait_moves(show: Callable[[QWidget], None]) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_measures(CURVES, plotted(CURVES))
    pictures = []
    for frame in (60, 90):
        panel.set_now(frame, *CURVES.series.xy[frame], "")
        pictures.append((panel.portrait.grab().toImage(), panel.dial.grab().toImage()))
    assert pictures[0][0] != pictures[1][0]
    assert pictures[0][1] != pictures[1][1]


def test_what_is_measured_anew_keeps_its_trail(show: Callable[[QWidget], None]) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_measures(CURVES, plotted(CURVES))
    panel.set_now(90, *CURVES.series.xy[90], "")
    before = panel.portrait.grab().toImage()
    panel.set_measures(CURVES, plotted(CURVES), growing=True, room_s=10.0)
    assert panel.portrait.grab().toImage() == before
    panel.set_measures(CURVES, plotted(CURVES))
    assert panel.portrait.grab().toImage() != before


def test_a_phase_that_is_no_number_is_no_hand(show: Callable[[QWidget], None]) -> None:
    panel = PhasePanel(DARK)
    show(panel)
    panel.set_now(3, 0.6, -0.8, "1 ms")
    assert panel.values["A"].text == "1.000"
    bare = PhasePanel(DARK)
    show(bare)
    panel.set_now(4, float("nan"), 0.1, "1 ms")
    assert {value.text for value in panel.values.values()} == {NOTHING}
    assert panel.dial.grab().toImage() == bare.dial.grab().toImage()
