"""What if, in the window: a joint is typed or dragged elsewhere, and the phase answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from inference import load_model
from motion.canonical import INDEX
from render.color_schemes import DARK
from render.mannequin import mannequin
from tests.viewer.network.conftest import Pages
from tests.viewer.panel_fixtures import Bench
from viewer.network.what_if_control import WhatIfControl

HAND = INDEX["LeftHand"]


@pytest.fixture
def control(bench: Bench, page: Pages) -> Iterator[WhatIfControl]:
    made = page("what_if").what_if
    yield made
    made.grab.setChecked(False)
    made.reset()


def phases(bench: Bench, frame: int, joint: int, offset: np.ndarray) -> np.ndarray:
    """DeepPhase of a frame as it is and with the position of a joint moved, (2, 2)."""
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    rows = np.repeat(bench.window.studio.motion.phase_frames[frame][None], 2, 0)
    rows[1, 3 * joint : 3 * joint + 3] += offset
    return load_model(path, engine="numpy").run({"frame": rows})["phase"]


def shown(control: WhatIfControl, right: np.ndarray) -> bool:
    pair = control.pair
    return pair is not None and np.allclose([pair.true, pair.changed], right, atol=1e-5)


def test_typed_centimetres_move_the_joint(bench: Bench, control: WhatIfControl) -> None:
    page = bench.control("NetworkControl").panel.what_if
    bench.window.transport.seek_frame(40)
    control.move(HAND, np.zeros(3))
    for field, cm in zip(page.fields, (3.0, -12.5, 40.0), strict=True):
        field.setValue(cm)
    offset = np.array([0.03, -0.125, 0.4], np.float32)
    right = phases(bench, 40, HAND, offset)
    bench.until(lambda: shown(control, right))
    rows = {row.name: [float(text) for text in row.texts] for row in page.table.rows}
    assert rows["x"] == pytest.approx([*right[:, 0], right[1, 0] - right[0, 0]], abs=1e-4)
    turns = np.arctan2(right[:, 1], right[:, 0]) / (2 * np.pi)
    turned = float(np.diff(turns)[0] - np.round(np.diff(turns)[0]))
    assert float(page.heading.text.split()[0]) == pytest.approx(turned, abs=1e-4)
    assert rows["angle"][2] == pytest.approx(turned, abs=1e-4)
    bench.window.transport.seek_frame(90)  # it holds over frames
    bench.until(lambda: shown(control, phases(bench, 90, HAND, offset)))


def test_a_drag_on_the_stage_moves_joint_and_ghost(bench: Bench, control: WhatIfControl) -> None:
    window, stage = bench.window, bench.window.stage_view.stage
    window.transport.seek_frame(25)
    control.grab.setChecked(True)
    pose = window.studio.motion.figure.positions[25]
    x, y, _ = stage.camera.project(pose, stage.pixel_size)[HAND] / stage.devicePixelRatioF()
    start = QPoint(round(x), round(y))
    camera = stage.camera
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(stage, start + QPoint(60, -40))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=start + QPoint(60, -40))
    assert stage.camera == camera, "the drag was the joint's"
    assert control.joint == HAND and control.offset.any()
    ghost = window.studio.ghost.value
    landed = stage.camera.project(ghost, stage.pixel_size)[HAND] / stage.devicePixelRatioF()
    assert landed[:2] == pytest.approx([start.x() + 60, start.y() - 40], abs=1.5)
    others = np.arange(22) != HAND
    np.testing.assert_array_equal(ghost[others], pose[others])
    drawn = mannequin(ghost, DARK.figure)
    assert len(window.studio.scene.ghosts.data) == len(drawn.data)
    right = phases(bench, 25, HAND, control.offset.astype(np.float32))
    bench.until(lambda: shown(control, right))
    stage.setFocus()
    QTest.keyClick(stage, Qt.Key.Key_Escape)
    assert not control.offset.any() and window.studio.ghost.value is None


def test_beside_the_joints_the_drag_is_the_cameras(bench: Bench, control: WhatIfControl) -> None:
    stage = bench.window.stage_view.stage
    control.grab.setChecked(True)
    camera = stage.camera
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(6, 60))
    QTest.mouseMove(stage, QPoint(40, 60))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    assert stage.camera != camera and not control.offset.any()


def test_the_probe_ends_with_its_page(bench: Bench, control: WhatIfControl) -> None:
    document = bench.window.store.document
    control.move(HAND, np.array([0.1, 0, 0]))
    assert bench.window.studio.ghost.owner == "network.what_if"
    bench.control("NetworkControl").panel.show_page("layers")
    assert bench.window.studio.ghost.owner == ""
    assert bench.window.store.document == document, "a probe is no part of the document"
