"""The distance map in the real window: what it is of, where a click leads, the loop it makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from motion.phase.loops import loop_points
from motion.phase.series import PhaseSeries
from motion.phase.verdict import verdict
from tests.viewer.panel_fixtures import Bench
from tests.viewer.pointer import hover
from viewer.distance.control import DistanceControl
from viewer.model.phase_compare import Side, compare

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def distance(bench: Bench) -> DistanceControl:
    control = bench.control("DistanceControl")
    assert isinstance(control, DistanceControl)
    bench.window.docks["distance"].raise_()
    bench.until(lambda: control.panel.isVisible() and control.panel.canvas.settled())
    bench.until(lambda: bool(control.loops))
    bench.until_idle()
    return control


def click(control: DistanceControl, row: int, column: int, both: bool = False) -> None:
    canvas = control.panel.canvas
    keys = Qt.KeyboardModifier.ControlModifier if both else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(canvas, LEFT, keys, canvas.to_point(row, column).toPoint())


def test_it_is_of_the_phase_on_stage(bench: Bench, distance: DistanceControl) -> None:
    measured = bench.control("PhaseControl").measures.series
    pair = distance.panel.canvas.pair
    assert pair.a is measured and pair.b is measured
    bench.window.actions_["latent.random"].trigger()
    bench.until(lambda: (p := distance.panel.canvas.pair) is not None and len(p.a) == 60)
    bench.window.studio.set_source("clip")
    bench.until(lambda: (p := distance.panel.canvas.pair) is not None and len(p.a) == len(measured))
    bench.window.actions_["clip.close"].trigger()
    bench.until(lambda: distance.panel.canvas.pair is None)
    assert "Open a clip" in distance.panel.problem.text() and not distance.panel.content.isVisible()


def test_a_click_goes_to_the_frame(bench: Bench, distance: DistanceControl) -> None:
    click(distance, 40, 110)
    assert bench.window.transport.frame == 40
    assert bench.window.studio.ghost.value is None


def test_two_frames_are_seen_over_each_other(bench: Bench, distance: DistanceControl) -> None:
    studio, transport = bench.window.studio, bench.window.transport
    bench.window.transport.play()
    click(distance, 30, 75, both=True)
    figure = studio.figure
    assert transport.frame == 30 and not transport.playing
    assert len(studio.scene.ghosts) > 0
    np.testing.assert_allclose(
        studio.ghost.value[0, [0, 2]], figure.positions[30, 0, [0, 2]], atol=1e-5
    )
    ghost, pose = studio.ghost.value, figure.positions[75]
    bones, own = (np.linalg.norm(each[1:] - each[0], axis=1) for each in (ghost, pose))
    np.testing.assert_allclose(bones, own, atol=1e-5)
    transport.seek_frame(31)
    assert studio.ghost.value is None
    bench.window.actions_["distance.both"].trigger()
    click(distance, 12, 60)
    assert studio.ghost.value is not None
    bench.window.actions_["distance.both"].trigger()
    assert studio.ghost.value is None


def test_the_loops_are_the_models(bench: Bench, distance: DistanceControl) -> None:
    figure, pair = bench.window.studio.figure, distance.panel.canvas.pair
    assert distance.loops == loop_points(figure.positions, figure.frame_time, pair.a.xy)
    rows = [distance.panel.loops.topLevelItem(n) for n in range(len(distance.loops))]
    assert [float(row.text(1).removesuffix(" s")) for row in rows] == pytest.approx(
        [loop.first / 30 for loop in distance.loops], abs=0.006
    )


def test_a_click_makes_the_loop_and_undo_takes_it_back(
    bench: Bench, distance: DistanceControl
) -> None:
    window = bench.window
    loop = distance.loops[1]
    rows = distance.panel.loops
    place = rows.visualItemRect(rows.topLevelItem(1)).center()
    QTest.mouseClick(rows.viewport(), LEFT, pos=place)
    assert window.store.document.range_of("clip") == (loop.first, loop.last - 1)
    assert (window.transport.first, window.transport.last) == (loop.first, loop.last - 1)
    window.actions_["edit.undo"].trigger()
    assert window.store.document.range_of("clip") is None
    best = distance.loops[0]
    click(distance, best.first, best.last)
    assert window.store.document.range_of("clip") == (best.first, best.last - 1)
    window.actions_["edit.undo"].trigger()
    window.actions_["distance.loop"].trigger()
    assert window.store.document.range_of("clip") == (best.first, best.last - 1)


def test_what_is_read_is_what_is_exported(
    bench: Bench, distance: DistanceControl, tmp_path: Path
) -> None:
    canvas, values = distance.panel.canvas, distance.panel.values
    told: list[object] = []
    bench.window.studio.notice.connect(told.append)
    distance.plot.export(tmp_path / "map.svg")
    bench.until(lambda: bool(told))
    table = np.loadtxt(tmp_path / "map.csv", delimiter=",", skiprows=1)
    with np.load(tmp_path / "map.npz") as found:
        for wanted in ((10, 20), (70, 140), (33, 33)):
            at = canvas.to_point(*wanted).toPoint()
            row, column = canvas.frames_at(QPointF(at))
            hover(canvas, QPointF(at))
            assert values["A"].text == f"{row / 30:.2f} s, frame {row}"
            assert values["B"].text == f"{column / 30:.2f} s, frame {column}"
            exported = found["distance"][row, column]
            assert float(values["distance"].text) == pytest.approx(exported, abs=6e-4)
            assert table[row, column + 1] == pytest.approx(exported, abs=1e-6)


def test_the_playhead_is_on_the_map(bench: Bench, distance: DistanceControl) -> None:
    canvas = distance.panel.canvas
    bench.window.transport.seek_frame(50)
    before = canvas.grab().toImage()
    bench.window.transport.seek_frame(90)
    assert canvas.grab().toImage() != before
    bench.window.transport.seek_frame(50)
    assert canvas.grab().toImage() == before


def test_the_map_of_two(bench: Bench, distance: DistanceControl) -> None:
    """The clip beside itself, read backwards by a series of one's own."""
    series = distance.panel.canvas.pair.a
    positions = bench.window.studio.figure.positions
    sides = (
        Side(label, each, None, verdict(each, None, ()))
        for label, each in (("A", series), ("B", PhaseSeries(series.xy[::-1], series.frame_time)))
    )
    compared = compare(*sides, "time")
    distance.show_comparison(compared, positions[::-1])
    bench.until(lambda: distance.panel.canvas.settled() and not distance.loops)
    pair = distance.panel.canvas.pair
    assert pair.b is compared.b.series and not distance.panel.loops.isVisible()
    assert pair.distance(10, len(series) - 11) == 0
    assert distance.panel.about.text() == "B: B"
    click(distance, 30, 20, both=True)
    ghost, pose = bench.window.studio.ghost.value, positions[::-1][20]
    bones, own = (np.linalg.norm(each[1:] - each[0], axis=1) for each in (ghost, pose))
    np.testing.assert_allclose(bones, own, atol=1e-5)
    distance.show_comparison(None)
    bench.until(lambda: bool(distance.loops))


def test_nothing_is_made_out_of_sight(open_bench: Callable[..., Bench], small_assets: Path) -> None:
    bench = open_bench(small_assets)
    phase, distance = bench.control("PhaseControl"), bench.control("DistanceControl")
    bench.window.docks["style"].raise_()
    bench.window.open_demo()
    bench.until(lambda: phase.measures is not None)
    bench.window.transport.pause()
    bench.until_idle()
    assert distance.panel.canvas.pair is None and distance.loops == ()
    bench.window.docks["distance"].raise_()
    bench.until(lambda: bool(distance.loops))
