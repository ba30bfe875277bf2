"""C and D over A and B in the real window: from the menu, from files, undone, in the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.model.demo import ASSETS
from viewer.model.document import Beside
from viewer.model.edits import compare_with
from viewer.model.notice import Notice
from viewer.phase.further_menu import FurtherMenu
from viewer.phase.overlay_control import OverlayControl
from viewer.phase.overlay_rows import OTHERS, A

CLIPS = ASSETS / "clips"


@pytest.fixture
def overlay(bench: Bench) -> Iterator[OverlayControl]:
    """B is the clip that walks."""
    control = bench.control("PhaseControl")
    bench.window.docks["phase"].raise_()
    bench.until(lambda: control.measures is not None)
    bench.window.store.apply(compare_with(Beside("clip", CLIPS / "walk.bvh")))
    bench.until(lambda: control.overlay.reader.comparison is not None)
    yield control.overlay
    bench.window.store.apply(compare_with(None))


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Six seconds, one turn each, at an amplitude of 3."""
    turns = 2 * np.pi * np.arange(180) / 30
    np.savez(
        tmp_path / "mine.npz", angle=turns, amplitude=np.full(180, 3.0), time=turns / 2 / np.pi
    )
    return tmp_path / "mine.npz"


def offered(more: FurtherMenu) -> dict[str, bool]:
    more.menu.aboutToShow.emit()
    return {each.text(): each.isChecked() for each in more.menu.actions() if each.isCheckable()}


def labels(overlay: OverlayControl) -> list[str]:
    return [each.b.label for each in overlay.further if each]


def lay_both(bench: Bench, overlay: OverlayControl, series: Path) -> None:
    overlay.more.lay_file_over(CLIPS / "run.bvh")
    bench.until(lambda: overlay.further[0] is not None)
    overlay.more.lay_file_over(series)
    bench.until(lambda: overlay.further[1] is not None)


def test_two_more_are_laid_over_and_taken_away(
    bench: Bench, overlay: OverlayControl, series: Path
) -> None:
    lay_both(bench, overlay, series)
    panel = bench.control("PhaseControl").panel
    rows = {row.name: row for row in panel.plots.rows}
    lines = rows["amplitude"].lines
    assert [line.color for line in lines] == [A, *OTHERS]
    _, d = overlay.further
    np.testing.assert_allclose(
        lines[3].values[d.difference.aligned.frames], np.linalg.norm(d.difference.xy, axis=1)
    )
    assert len(rows["amplitude_apart"].lines) == 1
    legend = overlay.section.legend.text()
    assert "C  run.bvh by DeepPhase" in legend and "D  mine.npz" in legend
    assert offered(overlay.more) == {"run.bvh": True, "mine.npz": True}
    (run,) = (each for each in overlay.more.menu.actions() if each.text() == "run.bvh")
    run.trigger()
    bench.until(lambda: labels(overlay) == ["mine.npz"])
    bench.window.actions_["edit.undo"].trigger()
    bench.until(lambda: labels(overlay) == ["run.bvh by DeepPhase", "mine.npz"])


def test_they_are_aligned_as_b_is(bench: Bench, overlay: OverlayControl, series: Path) -> None:
    lay_both(bench, overlay, series)
    bench.window.actions_["phase.align_phase"].trigger()
    bench.until(lambda: all(each and each.by == "phase" for each in overlay.further))
    bench.window.actions_["phase.align_time"].trigger()
    bench.until(lambda: all(each and each.by == "time" for each in overlay.further))


def test_compared_with_nothing_there_are_no_others(
    bench: Bench, overlay: OverlayControl, series: Path
) -> None:
    lay_both(bench, overlay, series)
    bench.window.store.apply(compare_with(None))
    bench.until(lambda: overlay.further == [None, None])
    rows = bench.control("PhaseControl").panel.plots.rows
    assert all(len(row.lines) == 1 for row in rows)
    assert not bench.window.actions_["phase.lay_over"].isEnabled()
    assert not overlay.section.more.isVisibleTo(overlay.section)


def test_another_deepphase_is_b_alone(bench: Bench, overlay: OverlayControl) -> None:
    said: list[Notice] = []
    bench.window.studio.notice.connect(said.append)
    overlay.more.lay_file_over(ASSETS / "models" / "deepphase.onnx")
    bench.until(lambda: bool(said))
    assert "a DeepPhase can be B" in said[0].text
    assert overlay.further == [None, None]


def test_the_pictures_have_them_too(
    bench: Bench, overlay: OverlayControl, series: Path, tmp_path: Path
) -> None:
    lay_both(bench, overlay, series)
    pictures, said = bench.control("PhaseControl").pictures, []
    bench.window.studio.notice.connect(said.append)
    pictures.curves.export(tmp_path / "curves.svg")
    pictures.portrait.export(tmp_path / "plane.svg")
    bench.until(lambda: len(said) == 2)
    _, d = overlay.further
    with np.load(tmp_path / "curves.npz") as arrays:
        np.testing.assert_array_equal(arrays["x_d"], d.difference.xy[:, 0])
    with np.load(tmp_path / "plane.npz") as arrays:
        np.testing.assert_array_equal(arrays["y_d"], d.b.series.xy[:, 1])
