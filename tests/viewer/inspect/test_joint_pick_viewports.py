"""Joints are clicked in every viewport of a comparison, and marked in all."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from motion.canonical import INDEX
from tests.viewer.compare.conftest import compare_of, places_of, stage_of, two_walks
from tests.viewer.inspect.inspected import inspected
from viewer.model.figure import Figure
from viewer.window.window import MainWindow

__all__ = ["two_walks"]
LEFT = Qt.MouseButton.LeftButton


def test_a_click_in_either_viewport_finds_the_joint_under_it(two_walks: MainWindow) -> None:
    window, stage = two_walks, stage_of(two_walks)
    window.transport.seek_frame(40)
    seen, pads = compare_of(window).seen, places_of(window).pads
    for place, name in ((0, "Head"), (1, "RightHand"), (1, "LeftFoot")):
        figure, pad = seen[place].chosen.figure, pads[place]
        assert isinstance(figure, Figure)
        camera = pad.camera if place else stage.camera
        pose = figure.positions[compare_of(window).seen[place].frame]
        pixel = camera.project(pose[INDEX[name]][None], stage.cells[place].size)[0, :2]
        x, y = (pixel / stage.devicePixelRatioF()).round().astype(int).tolist()
        QTest.mouseClick(pad if place else stage, LEFT, pos=QPoint(x, y))
        assert [joint.name for joint in inspected(window).joints] == [name]
    other = compare_of(window).seen[1]
    assert other.present and len(stage.scene.points) == 1
