"""An animator's minutes with style, in the real window on what ships: drag, key, record, undo,
export, read back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from motion.bvh import read_bvh
from motion.features import FPS, WINDOW, motion_features
from motion.restyling.joining import cut
from motion.restyling.judge import load_judge
from motion.retarget import retarget
from tests.viewer.panel_fixtures import Bench, heard
from viewer.export.dialog import ExportDialog
from viewer.model.demo import ASSETS
from viewer.style.control import StyleControl

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shipped(open_bench: Callable[[Path], Bench]) -> Bench:
    """A window on the assets that ship, the walk on stage and the map there."""
    bench = open_bench(ASSETS)
    bench.window.open_demo()
    style = bench.control("StyleControl")
    bench.until(lambda: bench.window.studio.motion is not None and style.restyling.ready)
    if not (ASSETS / "models" / "style_atlas.npz").is_file():
        pytest.skip("No style map ships.")
    bench.window.docks["style"].raise_()
    bench.until(lambda: style.atlases.atlas is not None and len(style.panel.sliders) > 5)
    bench.until(lambda: style.panel.map.settled())
    return bench


def spot(style: StyleControl, label: str) -> QPoint:
    """Where the middle of a style is on the map, in its widget."""
    atlas = style.atlases.atlas
    assert atlas is not None
    x, y = np.median(atlas.points[atlas.labels == label], axis=0)
    return style.panel.map.view().place(float(x), float(y)).toPoint()


def drag(bench: Bench, style: StyleControl, *labels: str) -> None:
    """Drag on the map past the middles of styles, letting go at the last."""
    plot = style.panel.map
    QTest.mousePress(plot, LEFT, pos=spot(style, labels[0]) + QPoint(9, 9))
    for label in labels:
        QTest.mouseMove(plot, spot(style, label))
        QTest.qWait(60)
    QTest.mouseRelease(plot, LEFT, pos=spot(style, labels[-1]))
    made = style.restyling
    bench.until(lambda: made.worn is not None and bench.window.studio.restyled is not None)


def shown(bench: Bench, style: StyleControl) -> None:
    """Wait until the stage shows what the document says."""
    document, made = bench.window.store.document, style.restyling
    wanted = document.course_of(document.clip(document.view.clip))

    def arrived() -> bool:
        course = made.worn.wish.course if made.worn is not None else ()
        return len(course) == len(wanted) and all(
            np.array_equal(a.style, b.style) for a, b in zip(course, wanted, strict=True)
        )

    bench.until(arrived)


def read_as(positions: np.ndarray, frames: slice) -> str:
    """The style that the judge reads most in windows of canonical motion at 30 fps."""
    judge = load_judge(ASSETS / "models" / "style_judge.npz")
    features = motion_features(positions)
    starts = np.arange(frames.start, min(frames.stop, len(features) - WINDOW), 5)
    read = np.bincount(judge.read(cut(features, starts)), minlength=len(judge.styles))
    return judge.styles[int(read.argmax())]


def test_drag_key_undo_export_and_read_back(shipped: Bench, tmp_path: Path) -> None:
    window, style = shipped.window, shipped.control("StyleControl")
    plain = window.studio.motion.positions
    window.transport.play()
    drag(shipped, style, "walk", "Angry")
    assert window.transport.playing
    window.transport.pause()
    shown(shipped, style)
    assert read_as(window.studio.figure.positions, slice(30, 200)) == "Angry"
    window.transport.seek(1.0)
    window.actions_["style.key"].trigger()
    window.transport.seek(6.0)
    drag(shipped, style, "Angry", "Elated")
    window.actions_["style.key"].trigger()
    shown(shipped, style)
    clip = window.store.document.clip(window.studio.motion.key)
    assert [round(key.time_s, 1) for key in clip.keys] == [1.0, 6.0]
    assert "styled by 2 keys" in style.panel.worn.text()

    told = heard(window.studio.notice)
    path = tmp_path / "angry to elated.bvh"
    style.outlets.action.trigger()
    (dialog,) = (each for each in window.findChildren(ExportDialog) if each.isVisible())
    dialog.path.setText(str(path))
    dialog.accept()
    shipped.until(lambda: any(str(path) in notice.text for (notice,) in told))
    back = read_bvh(path).resampled(1 / FPS)
    positions = retarget(back)
    assert np.linalg.norm(positions - window.studio.figure.positions, axis=-1).max() < 0.06
    assert read_as(positions, slice(0, 20)) == "Angry"
    assert read_as(positions, slice(190, 240)) == "Elated"

    while window.store.history.undo_name:
        window.store.undo()
    shipped.until(lambda: window.studio.restyled is None)
    assert window.studio.figure.positions is plain


def test_a_drag_is_recorded_as_keys_while_the_clip_plays(shipped: Bench) -> None:
    window, style = shipped.window, shipped.control("StyleControl")
    window.transport.seek(0.5)
    window.actions_["style.record"].trigger()
    window.transport.play()
    drag(shipped, style, "walk", "Rushed", "Angry", "Elated", "jackson_walk")
    shipped.until(lambda: not style.keys.recorder.busy)
    window.transport.pause()
    window.actions_["style.record"].trigger()
    keys = window.store.document.clip(window.studio.motion.key).keys
    assert 2 <= len(keys) <= 20
    assert window.store.history.undo_name == "Record style keys"
    shipped.until(lambda: window.studio.restyled is not None)
    window.store.undo()
    assert window.store.document.clip(window.studio.motion.key).keys == ()


def test_a_named_slider_does_what_it_says(shipped: Bench) -> None:
    window, style = shipped.window, shipped.control("StyleControl")
    names = [row.name for row in style.panel.sliders]
    row = style.panel.sliders[names.index("lean")]
    leans = []
    for sigma in (-2.0, 2.0):
        row.spin.setValue(sigma)
        shown(shipped, style)
        positions = window.studio.figure.positions
        up = positions[:, 12] - positions[:, 0]
        forward = motion_features(positions)[:, 3 * 12 : 3 * 12 + 3]
        assert np.isfinite(up).all()
        leans.append(float(np.degrees(np.arctan2(forward[:, 2], up[:, 1])).mean()))
    assert leans[1] - leans[0] > 8
