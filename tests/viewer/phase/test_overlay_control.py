"""Two phases over each other in the real window: clips, models, series, what cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from main import main
from tests.viewer.commands.conftest import linear_model
from tests.viewer.panel_fixtures import Bench
from viewer.gallery.broken_model import write_broken
from viewer.model.document import Beside
from viewer.model.edits import align_phases, compare_with
from viewer.model.phase_compare import told
from viewer.phase.overlay_control import OverlayControl
from viewer.ui.clip_drag import carried

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def overlay(bench: Bench) -> Iterator[OverlayControl]:
    control = bench.control("PhaseControl")
    bench.window.docks["phase"].raise_()
    bench.window.store.apply(compare_with(None))
    bench.window.store.apply(align_phases("time"))
    bench.until(lambda: control.measures is not None)
    bench.until_idle()
    yield control.overlay
    bench.window.store.apply(compare_with(None))


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory, small_assets: Path) -> Path:
    path = tmp_path_factory.mktemp("models") / "broken.onnx"
    write_broken(small_assets / "models" / "deepphase.onnx", path)
    return path


def compared(bench: Bench, overlay: OverlayControl) -> list[str]:
    """What is told, once there is a comparison."""
    bench.until(lambda: overlay.reader.comparison is not None)
    return told(overlay.reader.comparison)


def printed(capfd: pytest.CaptureFixture[str], *argv: object) -> list[str]:
    capfd.readouterr()
    assert main([*map(str, argv), "--engine", "numpy"]) in (0, None)
    return capfd.readouterr().out.splitlines()


def sizes(lines: list[str]) -> list[str]:
    """Without the places: a motion that repeats itself is the worst at several."""
    return [re.sub(r" at \d.*", "", line) for line in lines]


@pytest.mark.parametrize("by", ["time", "phase"])
def test_two_models_differ_as_the_command_says(
    bench: Bench, overlay: OverlayControl, broken: Path, capfd: pytest.CaptureFixture[str], by: str
) -> None:
    bench.window.actions_[f"phase.align_{by}"].trigger()
    overlay.compare_file(broken)
    lines = compared(bench, overlay)
    path = bench.window.studio.motion.path
    command = printed(capfd, "compare", path, "--model-b", broken, "--align", by)
    assert sizes(lines) == sizes(command) and len(lines) >= 6
    rows = {row.name: row for row in bench.control("PhaseControl").panel.plots.rows}
    between = overlay.reader.comparison.difference
    values = rows["amplitude_apart"].lines[0].values
    np.testing.assert_array_equal(values[between.aligned.frames], between.amplitude)
    legend = overlay.section.legend.text()
    assert "calm.bvh by broken.onnx" in legend and f"by {by}" in legend


def test_the_numbers_of_the_panel_are_those_that_are_told(
    bench: Bench, overlay: OverlayControl, broken: Path
) -> None:
    overlay.compare_file(broken)
    lines = compared(bench, overlay)[3:]
    table = overlay.section.table
    for row, line in enumerate(lines):
        item = table.topLevelItem(row)
        wanted = re.findall(r"-?\d+\.\d+", line)
        assert [item.text(column).removesuffix(" s") for column in range(1, 5)] == wanted
        place = table.visualItemRect(item).center()
        QTest.mouseClick(table.viewport(), LEFT, pos=place)
        assert f"frame {bench.window.transport.frame}" in line
    bench.window.transport.seek_frame(0)
    bench.window.actions_["phase.worst"].trigger()
    assert lines[0].endswith(f"frame {bench.window.transport.frame}")


def test_another_clip_is_chosen_and_undone(
    bench: Bench, overlay: OverlayControl, capfd: pytest.CaptureFixture[str]
) -> None:
    window, box = bench.window, overlay.section.box
    other = window.bench.assets / "clips" / "lively.bvh"
    shown = window.studio.motion.path
    window.open_paths([other])
    bench.until(lambda: window.studio.motion.path.name == "lively.bvh")
    window.studio.show_motion(next(m.key for m in window.studio.motions if m.path == shown))
    bench.until(lambda: bench.control("PhaseControl").measures is not None)
    row = box.findText("lively")
    box.setCurrentIndex(row)
    box.activated.emit(row)
    lines = compared(bench, overlay)
    assert sizes(lines) == sizes(printed(capfd, "compare", shown, other))
    window.actions_["edit.undo"].trigger()
    assert window.store.document.phase.beside is None
    bench.until(lambda: overlay.reader.comparison is None)
    assert box.currentText() == "Nothing" and not overlay.section.table.isVisible()
    window.actions_["edit.redo"].trigger()
    assert compared(bench, overlay) == lines


def drop(overlay: OverlayControl, bench: Bench, data: QMimeData) -> None:
    target = bench.control("PhaseControl").panel.content
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, LEFT, none)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(20, 20), copy, data, LEFT, none))


def test_files_and_clips_are_dropped_on_the_panel(
    bench: Bench, overlay: OverlayControl, broken: Path
) -> None:
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(broken))])
    drop(overlay, bench, files)
    assert "by broken.onnx" in compared(bench, overlay)[1]
    drop(overlay, bench, carried(str(bench.window.bench.assets / "clips" / "lively.bvh")))
    bench.until(lambda: "lively.bvh by DeepPhase" in overlay.section.legend.text())


def test_a_series_is_resampled_with_a_note(
    bench: Bench, overlay: OverlayControl, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    series, path = tmp_path / "mine.csv", bench.window.studio.motion.path
    time = np.arange(301) / 60
    np.savetxt(series, np.stack([time, 3.1 * time], 1), "%.6f", ",", header="time,angle",
               comments="")  # fmt: skip
    overlay.compare_file(series)
    lines = compared(bench, overlay)
    assert "60 rows a second, resampled to 30 frames a second" in overlay.section.note.text()
    assert sizes(lines) == sizes(printed(capfd, "compare", path, series))


def test_what_cannot_be_compared_with_is_told_and_nothing_is_lost(
    bench: Bench, overlay: OverlayControl, broken: Path, tmp_path: Path
) -> None:
    overlay.compare_file(broken)
    lines = compared(bench, overlay)
    wrong, model = tmp_path / "w.csv", tmp_path / "m.onnx"
    wrong.write_text("a,b\n1,2\n")
    linear_model(model, "mine", ("latent", 256), {"phase": 2})
    heard: list[object] = []
    bench.window.studio.notice.connect(heard.append)
    for path, words in ((wrong, "columns a, b found"), (model, "'latent' has shape")):
        heard.clear()
        overlay.compare_file(path)
        bench.until(lambda: bool(heard))
        assert heard[0].level == "error" and words in heard[0].text and str(path) in heard[0].text
        assert bench.window.store.document.phase.beside.path == broken.resolve()
        assert told(overlay.reader.comparison) == lines


def test_a_session_whose_series_is_broken_says_so(
    bench: Bench, overlay: OverlayControl, tmp_path: Path
) -> None:
    wrong = tmp_path / "w.csv"
    wrong.write_text("x,y\n1,2\n3,nan\n")
    bench.window.store.apply(compare_with(Beside("series", wrong)))
    bench.until(lambda: bool(overlay.reader.problem))
    assert overlay.section.note.text() == f"{wrong}: the phase is not a number in row 2."
    assert overlay.section.note.isVisibleTo(overlay.section)
    bench.window.actions_["phase.compare_nothing"].trigger()
    assert overlay.reader.problem == "" and not overlay.section.note.isVisibleTo(overlay.section)


def test_a_way_to_align_that_fails_says_why(
    bench: Bench, overlay: OverlayControl, tmp_path: Path
) -> None:
    series = tmp_path / "mine.csv"
    series.write_text("time,x,y\n0,1,0\n1,0,1\n2,-1,0\n")
    overlay.compare_file(series)
    compared(bench, overlay)
    bench.window.actions_["phase.align_strike"].trigger()
    bench.until(lambda: bool(overlay.reader.problem))
    assert "left heel strike" in overlay.section.note.text()
    button = overlay.section.align.buttons["time"]
    QTest.mouseClick(button, LEFT, pos=QPoint(8, 8))
    assert bench.window.store.document.phase.align == "time"
    assert compared(bench, overlay) and overlay.reader.problem == ""


def test_the_map_is_of_a_against_b(bench: Bench, overlay: OverlayControl, broken: Path) -> None:
    distance = bench.control("DistanceControl")
    bench.window.docks["distance"].raise_()
    overlay.compare_file(broken)
    compared(bench, overlay)
    found = overlay.reader.comparison
    bench.until(lambda: distance.panel.canvas.pair.b is found.b.series)
    assert distance.panel.canvas.pair.a is found.a.series
    row = int(np.argmax(found.difference.plane))
    assert distance.panel.canvas.pair.distance(row, row) == pytest.approx(
        found.difference.plane[row], abs=1e-5
    )


def test_a_model_whose_file_changes_is_read_again(
    bench: Bench, overlay: OverlayControl, broken: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mine.onnx"
    copy.write_bytes(broken.read_bytes())
    overlay.compare_file(copy)
    compared(bench, overlay)
    assert overlay.reader.comparison.difference.plane.max() > 0.05
    copy.write_bytes((bench.window.bench.assets / "models" / "deepphase.onnx").read_bytes())
    bench.until(lambda: overlay.reader.comparison.difference.plane.max() < 1e-4)


def test_the_pictures_hold_what_is_compared(
    bench: Bench, overlay: OverlayControl, broken: Path, tmp_path: Path
) -> None:
    overlay.compare_file(broken)
    compared(bench, overlay)
    control, found = bench.control("PhaseControl"), overlay.reader.comparison
    heard: list[object] = []
    bench.window.studio.notice.connect(heard.append)
    control.pictures.curves.export(tmp_path / "curves.svg")
    control.pictures.portrait.export(tmp_path / "plane.svg")
    bench.until(lambda: len(heard) == 2)
    with np.load(tmp_path / "curves.npz") as arrays:
        np.testing.assert_array_equal(arrays["x"], found.a.series.xy[:, 0])
        np.testing.assert_array_equal(arrays["x_b"], found.difference.xy[:, 0])
        np.testing.assert_array_equal(arrays["amplitude_apart"], found.difference.amplitude)
    with np.load(tmp_path / "plane.npz") as arrays:
        np.testing.assert_array_equal(arrays["y_b"], found.b.series.xy[:, 1])
    table = np.genfromtxt(tmp_path / "curves.csv", delimiter=",", names=True)
    np.testing.assert_allclose(table["amplitude_apart"], found.difference.amplitude, atol=1e-6)
