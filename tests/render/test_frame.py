"""Which pixels figures and ground can cover, against what is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render.camera import OrbitCamera
from render.color_schemes import DARK
from render.frame import screen_box, sky_rows
from render.headless import HeadlessRenderer
from render.mannequin import mannequin
from render.scene import PixelSize, Scene

SIZE = PixelSize(420, 360)
CAMERA = OrbitCamera()
BARE = replace(DARK, shadow=0.0)
VIEWS = {
    "perspective": CAMERA,
    "near": CAMERA.zoom(1.3),
    "steep": replace(CAMERA, elevation=1.1),
    "low": replace(CAMERA, elevation=-0.1),
    "front": CAMERA.front(),
    "top": CAMERA.top(),
}


def changed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first != second).any(axis=-1)


@pytest.mark.parametrize("camera", VIEWS.values(), ids=list(VIEWS))
def test_the_box_holds_the_figure_and_little_else(
    headless: HeadlessRenderer, t_pose: np.ndarray, camera: OrbitCamera
) -> None:
    figure = mannequin(t_pose)
    x, y, width, height = screen_box(figure.spheres, camera, SIZE)
    drawn = headless.render(Scene(capsules=figure, scheme=BARE), camera, SIZE)
    rows, columns = np.nonzero(changed(drawn, headless.render(Scene(scheme=BARE), camera, SIZE)))
    top, bottom = SIZE.height - y - height, SIZE.height - y
    assert x <= columns.min() and columns.max() < x + width
    assert top <= rows.min() and rows.max() < bottom
    spare = (columns.min() - x, x + width - columns.max(), rows.min() - top, bottom - rows.max())
    assert max(spare) < 24


def test_a_figure_around_the_eye_may_cover_everything(t_pose: np.ndarray) -> None:
    inside = replace(CAMERA, target=(0.0, 0.9, 0.0), distance=0.2)
    assert screen_box(mannequin(t_pose).spheres, inside, SIZE) == (0, 0, *SIZE[:2])
    assert screen_box(np.empty((0, 4)), CAMERA, SIZE) == (0, 0, 0, 0)


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "front"])
def test_no_ground_in_the_rows_of_the_sky(headless: HeadlessRenderer, name: str) -> None:
    camera = VIEWS[name]
    sky = sky_rows(camera, SIZE)
    red = replace(BARE, floor=(1.0, 0.0, 0.0), grid=(1.0, 0.0, 0.0))
    floor = changed(
        headless.render(Scene(scheme=red), camera, SIZE),
        headless.render(Scene(scheme=BARE), camera, SIZE),
    ).any(axis=1)
    assert not floor[:sky].any() and floor[sky + 40 : sky + 60].all()


def test_from_the_front_the_ground_is_a_line(headless: HeadlessRenderer) -> None:
    red = replace(BARE, grid=(1.0, 0.0, 0.0), grid_strength=1.0)
    image = headless.render(Scene(scheme=red), CAMERA.front(), SIZE)[..., 0]
    row = round(float(CAMERA.front().project(np.zeros((1, 3)), SIZE)[0, 1]))
    assert (image[row - 1 : row + 1].max(axis=0) > 100).all()
    assert image[: row - 2].max() < 60 and image[row + 2 :].max() < 60
    sunk = replace(CAMERA.front(), target=(0.0, -0.2, 0.0))
    assert (headless.render(Scene(scheme=red), sunk, SIZE)[..., 0] > 100).any()
