"""A click finds the joint under it, whatever the camera and the viewport."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import JOINTS
from render.camera import OrbitCamera
from render.scene import PixelSize
from tests.motion.synthetic import walk
from viewer.inspect.joint_pick import REACH_POINTS, Sight
from viewer.model.figure import Figure

FIGURE = Figure(walk(60, 1 / 60), 1 / 60)
TARGET = tuple(float(v) for v in FIGURE.positions[20, 0])
CAMERAS = {
    "front": OrbitCamera(TARGET).front(),
    "above": OrbitCamera(TARGET, azimuth=2.0, elevation=0.7, distance=3.0),
    "far": OrbitCamera(TARGET, azimuth=-1.1, distance=9.0),
}


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
@pytest.mark.parametrize("size", [PixelSize(800, 600), PixelSize(380, 620, 2.0)], ids=str)
def test_the_joint_under_a_pixel_is_found(camera: OrbitCamera, size: PixelSize) -> None:
    sight = Sight(FIGURE, 20, camera, size)
    pixels = camera.project(FIGURE.positions[20], size)[:, :2]
    for number, name in enumerate(JOINTS):
        found = sight.joint_at(*pixels[number])
        away = np.hypot(*(pixels[JOINTS.index(found)] - pixels[number]))
        assert found == name or away < 0.5, "one that lies over it in the picture may be it too"


def test_beside_all_joints_there_is_none() -> None:
    size = PixelSize(800, 600, 1.0)
    sight = Sight(FIGURE, 20, CAMERAS["front"], size)
    pixels = CAMERAS["front"].project(FIGURE.positions[20], size)[:, :2]
    assert sight.joint_at(float(pixels[:, 0].max()) + REACH_POINTS + 1, 300) == ""


def test_a_motion_of_no_frame_has_no_joint() -> None:
    empty = Figure(FIGURE.positions[:0], 1 / 60)
    assert Sight(empty, 0, CAMERAS["front"], PixelSize(80, 60)).joint_at(40, 30) == ""
