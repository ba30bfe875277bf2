"""Comparing in the real window: viewports, what they show, and what a person does to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from motion.canonical import JOINTS
from motion.phase.series import PhaseSeries, wrapped
from tests.viewer.compare.conftest import (
    CLIPS,
    choose,
    compare_of,
    part,
    picture,
    places_of,
    show_walk,
    stage_of,
)
from tests.viewer.conftest import open_file, settle, until
from viewer.model.clip import load_motion
from viewer.model.comparison import Slot
from viewer.model.document import Marker
from viewer.model.figure import Figure
from viewer.model.marker_edits import place_marker
from viewer.model.pose_difference import joint_distances, pairs
from viewer.model.shipped import load_shipped, run_chunked
from viewer.ui.clip_drag import carried
from viewer.window.window import MainWindow


def test_each_layout_has_its_viewports(two_walks: MainWindow) -> None:
    window, stage = two_walks, stage_of(two_walks)
    assert len(stage.cells) == 2 and len(compare_of(window).seen) == 2
    left, right = part(window, 0), part(window, 1)
    assert left.std() > 5 and right.std() > 5 and np.abs(left - right).max() > 50
    window.actions_["compare.four"].trigger()
    assert len(stage.cells) == 4 and len(compare_of(window).seen) == 4
    assert "Drop a clip" in compare_of(window).seen[3].chosen.problem
    window.actions_["compare.overlay"].trigger()
    assert len(stage.cells) == 1 and stage.pixel_size == stage.whole_size
    over = picture(window)
    window.actions_["compare.single"].trigger()
    alone = picture(window)
    assert np.abs(over - alone).max() > 50
    assert not compare_of(window).bar.isVisible() and not places_of(window).pads[1].isVisible()


def test_one_clock_moves_both_and_the_number_is_the_distance(two_walks: MainWindow) -> None:
    window = two_walks
    a, b = (load_motion(CLIPS / f"{name}.bvh").positions for name in ("walk", "rushed_walk"))
    assert a is not None and b is not None
    before = part(window, 1)
    window.transport.seek_frame(37)
    assert np.abs(part(window, 1) - before).max() > 50
    seen = compare_of(window).seen[1]
    assert seen.frame == 37
    names = tuple(f"{n}" for n in range(22))
    wanted = 100 * joint_distances(a[37], b[37], pairs(names, names)).mean()
    assert seen.apart.mean_cm == pytest.approx(wanted)
    assert places_of(window).corners[1].text == f"{wanted:.1f} cm"
    window.transport.seek_frame(280)
    assert not compare_of(window).seen[1].present and places_of(window).corners[1].text == "–"


def test_the_difference_is_painted_and_can_be_left_out(two_walks: MainWindow) -> None:
    two_walks.transport.seek_frame(37)
    a, b = part(two_walks, 0), part(two_walks, 1)
    two_walks.actions_["compare.difference"].trigger()
    assert np.abs(part(two_walks, 1) - b).max() > 40
    assert np.array_equal(part(two_walks, 0), a)


def test_an_offset_is_undone_by_its_name(two_walks: MainWindow) -> None:
    window, compare = two_walks, compare_of(two_walks)
    window.actions_["compare.next"].trigger()
    assert window.store.document.view.viewport == 1 and places_of(window).pads[1].active
    compare.bar.offset.setValue(0.5)
    assert compare.seen[1].frame == 15
    assert window.store.history.undo_name == "Offset B"
    window.actions_["edit.undo"].trigger()
    assert compare.seen[1].frame == 0 and compare.bar.offset.value() == 0
    window.actions_["edit.undo"].trigger()
    assert not window.store.document.comparison.comparing
    window.actions_["edit.redo"].trigger()
    assert len(stage_of(window).cells) == 2


def test_by_phase_each_shows_the_moment_of_the_same_phase(two_walks: MainWindow) -> None:
    """Read independently, at many moments of two real walks of different speeds."""
    window, compare = two_walks, compare_of(two_walks)
    window.actions_["compare.align_phase"].trigger()
    until(lambda: compare.moments[0].times_s is not None)
    runner = load_shipped("deepphase", "numpy", "cpu", "fp32")
    turns = []
    for name in ("walk", "rushed_walk"):
        frames = load_motion(CLIPS / f"{name}.bvh").phase_frames
        assert frames is not None
        turns.append(PhaseSeries(run_chunked(runner, frames, "phase"), 1 / 30).turns)
    apart, later = [], []
    for frame in range(0, 300, 7):
        window.transport.seek_frame(frame)
        beside = compare.seen[1].frame
        apart.append(abs(float(wrapped(turns[1][beside] - turns[0][frame]))))
        later.append(beside - frame)
    assert max(apart) < 0.04 and np.mean(apart) < 0.015, "half a frame of the quicker one"
    assert len(set(later)) > 5, "they do not go alike by time"


def test_linked_cameras_go_together_and_free_ones_do_not(two_walks: MainWindow) -> None:
    window, stage, pad = two_walks, stage_of(two_walks), places_of(two_walks).pads[1]

    def drag() -> None:
        middle = QPoint(pad.width() // 2, pad.height() // 2)
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(pad, middle + QPoint(60, 10))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 10))

    start = stage.camera
    drag()
    assert stage.camera.azimuth != start.azimuth and pad.camera.azimuth == stage.camera.azimuth
    assert window.store.document.view.viewport == 1
    window.actions_["compare.linked"].trigger()
    held = stage.camera
    drag()
    assert stage.camera == held and pad.camera.azimuth != held.azimuth
    window.actions_["stage.front"].trigger()
    assert stage.camera == held and pad.camera.orthographic
    window.actions_["stage.frame"].trigger()
    assert stage.camera == held
    window.actions_["compare.linked"].trigger()
    assert pad.camera.azimuth == held.azimuth


def test_a_clip_of_the_library_that_is_dropped_on_a_viewport_is_shown_there(
    two_walks: MainWindow,
) -> None:
    window, pad = two_walks, places_of(two_walks).pads[1]
    data, at = carried(str(CLIPS / "run.bvh")), QPointF(pad.rect().center())
    copy, left, none = (
        Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, none)
    QApplication.sendEvent(pad, enter)
    assert enter.isAccepted() and places_of(window).drops[0].isVisible()
    QApplication.sendEvent(pad, QDropEvent(at, copy, data, left, none))
    until(lambda: compare_of(window).seen[1].chosen.figure is not None)
    document = window.store.document
    assert document.comparison.slots[1] == Slot("clip", (CLIPS / "run.bvh").resolve())
    assert document.shown_clip is not None and document.shown_clip.path.stem == "walk"
    assert window.store.history.undo_name.startswith("Show ")


def test_a_restyled_clip_stands_beside_itself_as_it_is(two_walks: MainWindow) -> None:
    window, compare = two_walks, compare_of(two_walks)
    style = window.controls["style"]
    until(lambda: style.restyling.ready)
    style.set_style(np.linspace(-1, 1, 64, dtype=np.float32), "mine")
    until(lambda: window.studio.restyled is not None)
    walk = (CLIPS / "walk.bvh").resolve()
    choose(window, 1, Slot("clip", walk))
    assert compare.seen[1].apart.mean_cm > 0.5
    choose(window, 0, Slot("clip", walk))
    assert window.studio.restyled is None and compare.seen[1].apart.mean_cm < 1e-3
    choose(window, 1, Slot("restyled", walk))
    assert compare.seen[1].chosen.figure is window.studio.styled
    rushed = (CLIPS / "rushed_walk.bvh").resolve()
    choose(window, 1, Slot("restyled", rushed))
    until(lambda: compare.seen[1].chosen.figure is not None)
    plain = load_motion(rushed).positions
    assert np.abs(compare.seen[1].chosen.figure.positions - plain).max() > 0.01


def test_a_latent_is_shown_beside_and_loops(two_walks: MainWindow) -> None:
    window, compare = two_walks, compare_of(two_walks)
    choose(window, 1, Slot("latent"))
    assert compare.seen[1].chosen.problem.startswith("No latent")
    window.controls["style"].latent_alone.set_latent(np.ones(256, np.float32), "mine")
    until(lambda: window.studio.latent is not None)
    window.studio.set_source("clip")
    settle(window)
    window.transport.seek_frame(75)
    assert compare.seen[1].frame == 15 and compare.seen[1].present


def test_other_skeletons_are_told_in_one_sentence(two_walks: MainWindow, snake: Path) -> None:
    show_walk(two_walks, 1, snake)
    pad = places_of(two_walks).pads[1]
    assert pad.note == "A and B have no joint of the same name, so no difference is told."
    assert part(two_walks, 1).std() > 3


def test_a_clip_that_cannot_be_read_is_told_and_leaves_no_trace(
    two_walks: MainWindow, broken: Path
) -> None:
    told = []
    two_walks.studio.notice.connect(told.append)
    compare_of(two_walks).show_clip(1, broken)
    until(lambda: bool(told))
    assert told[0].level == "error"
    assert "not open" in compare_of(two_walks).seen[1].chosen.problem
    compare_of(two_walks).show_clip(1, Path("/nowhere/at/all.bvh"))
    assert "not on this machine" in told[-1].text


def test_another_clip_on_stage_is_compared_at_once(two_walks: MainWindow) -> None:
    two_walks.transport.seek_frame(250)
    open_file(two_walks, CLIPS / "jump.bvh")
    seen = compare_of(two_walks).seen
    assert seen[0].chosen.figure is two_walks.studio.figure
    two_walks.actions_["clip.close"].trigger()
    settle(two_walks)
    assert compare_of(two_walks).seen[0].chosen.figure is two_walks.studio.figure


@pytest.mark.parametrize("layout", ["two", "four", "overlay"])
def test_nothing_is_cut_at_the_smallest_size(two_walks: MainWindow, layout: str) -> None:
    two_walks.resize(1280, 720)
    two_walks.actions_[f"compare.{layout}"].trigger()
    settle(two_walks)
    bar = compare_of(two_walks).bar
    assert bar.width() >= bar.minimumSizeHint().width()
    stage = stage_of(two_walks)
    for chooser in places_of(two_walks).choosers:
        if chooser.isVisible():
            assert stage.rect().contains(chooser.geometry())
            assert chooser.width() >= chooser.sizeHint().width()


def test_by_marker_the_first_that_both_have_is_at_one_moment(two_walks: MainWindow) -> None:
    window, compare = two_walks, compare_of(two_walks)
    window.actions_["compare.align_marker"].trigger()
    assert compare.moments[0].note and places_of(window).pads[1].note == compare.moments[0].note
    rushed, walk = window.store.document.clips
    for clip, time_s in ((walk, 2.0), (rushed, 0.5)):
        window.store.apply(place_marker(clip.key, Marker("left heel", time_s)))
    window.transport.seek(2.0)
    assert (compare.seen[0].frame, compare.seen[1].frame) == (60, 15)
    window.transport.seek(1.0)
    assert not compare.seen[1].present
    assert places_of(window).pads[1].moment == "before its start, or after its end"


def test_the_joint_under_the_pointer_tells_its_difference(two_walks: MainWindow) -> None:
    two_walks.transport.seek_frame(37)
    pad, seen = places_of(two_walks).pads[1], compare_of(two_walks).seen[1]
    figure = seen.chosen.figure
    assert isinstance(figure, Figure)
    x, y = pad.camera.project(figure.positions[37], pad.pixels)[JOINTS.index("LeftHand"), :2]
    at = QPoint(round(x), round(y))
    QApplication.sendEvent(pad, QHelpEvent(QEvent.Type.ToolTip, at, pad.mapToGlobal(at)))
    cm = seen.apart.of("LeftHand")
    assert pad.toolTip() == f"LeftHand: {cm:.1f} cm from that of A"
    QApplication.sendEvent(pad, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), QPoint()))
    assert pad.toolTip() == ""
