"""Dots of the style map are told of and played beside the figure, in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.viewer.panel_fixtures import Bench, heard, swaying
from viewer.model.beside import SIDE_M, window_poses
from viewer.model.clip import load_motion
from viewer.model.figure import Figure
from viewer.style.control import StyleControl


@pytest.fixture
def style(bench: Bench) -> Iterator[StyleControl]:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.until(lambda: bool(rows_of(control, "Quick sway")) and control.restyling.ready)
    control.beside.action.setChecked(False)
    yield control
    if control.beside.action.isChecked():
        control.beside.action.trigger()


def rows_of(control: StyleControl, clip: str) -> list[int]:
    atlas = control.atlases.atlas
    return [] if atlas is None else np.flatnonzero(atlas.clips == clip).tolist()


def has_ghost(bench: Bench) -> bool:
    return bool(bench.window.studio.scene.ghosts)


def away(bench: Bench) -> float:
    """How far the ghost is from the figure over the ground, metres."""
    ghost = bench.control("StyleControl").beside.ghost
    studio = bench.window.studio
    frame = bench.window.transport.frame
    assert isinstance(studio.figure, Figure)
    apart = (ghost[frame, 0] - studio.figure.positions[frame, 0])[[0, 2]]
    return float(np.linalg.norm(apart))


def in_sight(bench: Bench) -> bool:
    """Whether all joints of the ghost are in the picture."""
    stage, ghost = bench.window.stage_view.stage, bench.control("StyleControl").beside.ghost
    assert stage is not None and ghost is not None
    pixels = stage.camera.project(ghost[bench.window.transport.frame], stage.pixel_size)[:, :2]
    size = np.array([stage.pixel_size.width, stage.pixel_size.height])
    return bool(((pixels >= 0) & (pixels <= size)).all())


def test_a_click_tells_clip_style_and_time(bench: Bench, style: StyleControl) -> None:
    row = rows_of(style, "Quick sway")[2]
    style.panel.map.picked.emit(row)
    assert style.panel.heard.text == "Quick sway at 1.0 s · lively"
    assert style.panel.heard.isVisibleTo(style.panel)
    assert not has_ghost(bench)


def test_its_own_two_seconds_play_beside_the_figure(bench: Bench, style: StyleControl) -> None:
    style.panel.map.picked.emit(rows_of(style, "Quick sway")[2])
    bench.until(lambda: bench.window.studio.restyled is not None)
    style.panel.heard.button.click()
    bench.until(lambda: has_ghost(bench))
    assert in_sight(bench)
    ghost = style.beside.ghost
    assert ghost is not None and len(ghost) == bench.window.transport.frame_count
    assert away(bench) == pytest.approx(SIDE_M, abs=0.02)
    before = bench.window.studio.scene.ghosts
    bench.window.transport.seek_frame(20)
    bench.until(lambda: bench.window.studio.scene.ghosts is not before)
    assert away(bench) == pytest.approx(SIDE_M, abs=0.02)
    assert style.beside.dot is not None and style.beside.dot.file is not None
    features = load_motion(style.beside.dot.file).features
    assert features is not None
    window = window_poses(features[30:90])
    assert np.allclose(ghost[:60, :, 1], window[..., 1], atol=1e-4)
    assert np.allclose(ghost[60:120, :, 1], window[..., 1], atol=1e-4)
    style.panel.heard.button.click()
    bench.until(lambda: not has_ghost(bench))


def test_a_peek_takes_its_place_only_for_a_while(bench: Bench, style: StyleControl) -> None:
    rows = rows_of(style, "Quick sway")
    style.panel.map.picked.emit(rows[0])
    style.panel.heard.button.click()
    bench.until(lambda: style.beside.ghost is not None)
    told = heard(style.restyling.peeked)
    style.panel.dot_hovered.emit(rows[1])
    bench.until(lambda: any(pose is not None for (pose,) in told))
    style.panel.dot_hovered.emit(-1)
    bench.until(lambda: has_ghost(bench))
    assert away(bench) == pytest.approx(SIDE_M, abs=0.02)


def test_a_dot_of_a_listed_file_is_read_again(
    bench: Bench, style: StyleControl, tmp_path: Path
) -> None:
    path = tmp_path / "new.bvh"
    write_bvh(to_clip(swaying(5.0, 0.8), 1 / 30, "new"), path)
    bench.window.studio.open_paths([path])
    bench.until(lambda: bool(rows_of(style, "new")))
    row = rows_of(style, "new")[-1]
    assert Path(style.atlases.file(row)) == path.resolve()
    style.panel.map.picked.emit(row)
    bench.window.close_clip()  # its dot goes, but what was clicked is still told of
    bench.window.open_demo()
    bench.until(lambda: bench.window.studio.motion is not None)
    style.panel.heard.button.click()
    bench.until(lambda: style.beside.ghost is not None)
    assert away(bench) == pytest.approx(SIDE_M, abs=0.02)


def test_a_file_that_is_gone_is_told(bench: Bench, style: StyleControl) -> None:
    style.panel.map.picked.emit(rows_of(style, "Quick sway")[0])
    assert style.beside.dot is not None
    style.beside.dot = replace(style.beside.dot, file=Path("/nowhere/lost.bvh"))
    told = heard(bench.window.studio.notice)
    style.panel.heard.button.click()
    bench.until(lambda: bool(told))
    assert "lost.bvh" in told[0][0].text
    assert not style.beside.action.isChecked()


def test_without_its_motion_the_clip_is_shown_in_its_style(
    bench: Bench, style: StyleControl
) -> None:
    style.panel.map.picked.emit(rows_of(style, "Quick sway")[0])
    assert style.beside.dot is not None
    style.beside.dot = replace(style.beside.dot, file=None)
    style.panel.heard.button.click()
    bench.until(lambda: style.beside.ghost is not None)
    ghost = style.beside.ghost
    assert ghost is not None and len(ghost) == bench.window.transport.frame_count
    assert away(bench) == pytest.approx(SIDE_M, abs=0.05)
