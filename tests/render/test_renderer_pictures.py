"""What the renderer draws, checked pixel by pixel through EGL."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from motion.canonical import FOOT_JOINTS, INDEX
from render.camera import OrbitCamera
from render.color_schemes import COLOR_SCHEMES, DARK, LIGHT, ColorScheme
from render.frame import LAMP
from render.headless import HeadlessRenderer, render_image
from render.mannequin import mannequin
from render.scene import (
    CapsuleBatch,
    DiscBatch,
    PixelSize,
    Scene,
    contact_marks,
    dots,
    polyline,
    trail,
)

SIZE = PixelSize(500, 350)
CAMERA = OrbitCamera(azimuth=0.3)


def figure_scene(pose: np.ndarray, scheme: ColorScheme = DARK) -> Scene:
    return Scene(capsules=mannequin(pose, scheme.figure), scheme=scheme)


def rgb(image: np.ndarray) -> np.ndarray:
    return image[..., :3].astype(int)


def ball(at: tuple[float, float, float], radius: float, alpha: float = 1.0) -> CapsuleBatch:
    row = [*at, radius, *at, radius, 0, 0, 0, 0, 0.9, 0.1, 0.1, alpha]
    return CapsuleBatch(np.array([row], np.float32))


def pixel(camera: OrbitCamera, point: np.ndarray, size: PixelSize = SIZE) -> tuple[int, int]:
    x, y, _ = camera.project(np.asarray(point, float)[None], size)[0]
    return int(y), int(x)


@pytest.mark.parametrize("scheme", COLOR_SCHEMES.values(), ids=list(COLOR_SCHEMES))
def test_figure_covers_its_joints_and_nothing_far_from_them(
    headless: HeadlessRenderer, t_pose: np.ndarray, scheme: ColorScheme
) -> None:
    drawn = headless.render(figure_scene(t_pose, scheme), CAMERA, SIZE)
    empty = headless.render(Scene(scheme=scheme), CAMERA, SIZE)
    assert drawn.shape == (350, 500, 4) and (drawn[..., 3] == 255).all()
    changed = np.abs(rgb(drawn) - rgb(empty)).max(axis=-1)
    for joint in t_pose:
        assert changed[pixel(CAMERA, joint)] > 12
    assert (changed[:40] == 0).all() and (changed[:, :60] == 0).all()


def test_sides_show_their_tints(headless: HeadlessRenderer, t_pose: np.ndarray) -> None:
    image = rgb(headless.render(figure_scene(t_pose), CAMERA, SIZE))
    for side, warm in (("Left", True), ("Right", False)):
        thigh = (t_pose[INDEX[f"{side}UpLeg"]] + t_pose[INDEX[f"{side}Leg"]]) / 2
        red, _, blue = image[pixel(CAMERA, thigh)]
        assert (red > blue + 10) if warm else (blue > red + 5)


def test_ball_is_shaded_in_its_colour(headless: HeadlessRenderer) -> None:
    image = rgb(headless.render(Scene(capsules=ball((0, 0.9, 0), 0.3)), CAMERA, SIZE))
    red, green, blue = image[pixel(CAMERA, np.array([0, 0.9, 0]))]
    assert red > 2 * green and red > 2 * blue
    lit = image[pixel(CAMERA, np.array([0.1, 1.15, 0.1]))]
    dark = image[pixel(CAMERA, np.array([0, 0.62, 0.0]))]
    assert lit.sum() > 1.5 * dark.sum()


def test_edges_are_smooth(headless: HeadlessRenderer) -> None:
    scene = Scene(capsules=ball((0, 1.2, 0), 0.3))
    image = rgb(headless.render(scene, CAMERA, SIZE))
    row, column = pixel(CAMERA, np.array([0, 1.2, 0]))
    reds = image[row - 30 : row + 30, :column, 0]
    partial = 0
    for line in reds:
        inside, outside = line[-20], line[5]
        rim = line[np.argmax(line > outside + 8) - 1 :][:3]
        partial += bool(((rim > outside + 8) & (rim < inside - 25)).any())
    assert partial > 30


def test_nearer_capsule_hides_the_farther(headless: HeadlessRenderer) -> None:
    camera = OrbitCamera(azimuth=0.0, elevation=0.0)
    near, far = ball((0, 0.9, 1), 0.1), ball((0, 0.9, -1), 0.3)
    green = far.colored((0.1, 0.9, 0.1))
    for batches in ([near, green], [green, near]):
        image = rgb(headless.render(Scene(capsules=CapsuleBatch.join(batches)), camera, SIZE))
        red, other, _ = image[175, 250]
        assert red > 1.5 * other


def test_shadow_falls_away_from_the_lamp_and_softens(headless: HeadlessRenderer) -> None:
    camera = OrbitCamera(target=(0.0, 0.0, 0.0), distance=8.0).top()
    bare = rgb(headless.render(Scene(scheme=LIGHT), camera, SIZE)).sum(axis=-1)

    def shadow(height: float) -> np.ndarray:
        scene = Scene(capsules=ball((0, height, 0), 0.25), scheme=LIGHT)
        return bare - rgb(headless.render(scene, camera, SIZE)).sum(axis=-1)

    high = shadow(1.5)
    fallen = 1.5 * LAMP * [1, 0, 1] / LAMP[1]
    assert high[pixel(camera, -fallen)] > 60
    assert abs(high[pixel(camera, fallen)]) <= 6
    penumbra = (high > 10) & (high < 50)
    assert penumbra.sum() > 40


def test_ground_darkens_next_to_a_foot(headless: HeadlessRenderer, t_pose: np.ndarray) -> None:
    camera = replace(CAMERA, target=(0.09, 0.0, 0.05), distance=1.5, elevation=0.5)
    beside = np.array([0.165, 0.0, 0.15])  # on the lamp's side of the left foot
    bare = rgb(headless.render(Scene(scheme=LIGHT), camera, SIZE))
    image = rgb(headless.render(figure_scene(t_pose, LIGHT), camera, SIZE))
    assert image[pixel(camera, beside)].sum() < bare[pixel(camera, beside)].sum() - 12


def test_ground_hides_what_sank_into_it_only_from_above(headless: HeadlessRenderer) -> None:
    sunk = Scene(capsules=ball((0, -0.2, 0), 0.15))
    above = headless.render(sunk, CAMERA, SIZE)
    assert np.array_equal(above, headless.render(Scene(), CAMERA, SIZE))
    below = replace(CAMERA, elevation=-0.4)
    red, green, _ = rgb(headless.render(sunk, below, SIZE))[pixel(below, np.array([0, -0.2, 0]))]
    assert red > green + 30


def test_grid_is_as_smooth_as_many_samples_per_pixel(headless: HeadlessRenderer) -> None:
    camera = OrbitCamera(target=(0.0, 0.0, 0.0), distance=6.0, elevation=0.12, azimuth=0.2)
    for scheme in (DARK, LIGHT):
        image = rgb(headless.render(Scene(scheme=scheme), camera, PixelSize(600, 400)))
        fine = rgb(headless.render(Scene(scheme=scheme), camera, PixelSize(2400, 1600, 4.0)))
        truth = fine.reshape(400, 4, 600, 4, 3).mean(axis=(1, 3))
        assert truth[330:].std(axis=(0, 1)).max() > 2  # lines are there
        error = np.abs(image - truth)
        assert error.max() < 12 and error.mean() < 0.8


def test_floor_fades_into_the_background_without_a_horizon(headless: HeadlessRenderer) -> None:
    for scheme in (DARK, LIGHT):
        bare = Scene(scheme=replace(scheme, grid_strength=0.0))
        column = rgb(headless.render(bare, CAMERA, PixelSize(900, 600)))[:, 443].mean(axis=-1)
        assert column.max() - column.min() > 10
        assert np.abs(np.diff(column)).max() < 2


def test_contact_marks_only_under_feet_in_contact(
    headless: HeadlessRenderer, t_pose: np.ndarray
) -> None:
    feet = t_pose[list(FOOT_JOINTS)] + np.float32([0, 0, 0.4])
    marks = contact_marks(feet, np.array([0, 1, 0, 0]), DARK)
    camera = replace(CAMERA, elevation=0.8)
    change = rgb(headless.render(Scene(discs=marks), camera, SIZE)) - rgb(
        headless.render(Scene(), camera, SIZE)
    )
    rim = np.array([0.055, 0, 0])
    assert change[pixel(camera, feet[1] * [1, 0, 1] + rim)][0] > 60
    assert np.abs(change[pixel(camera, feet[3] * [1, 0, 1] + rim)]).max() == 0


def test_lines_have_their_width_in_points_and_trails_fade(headless: HeadlessRenderer) -> None:
    path = np.stack([np.linspace(-1, 1, 30), np.full(30, 1.5), np.zeros(30)], -1)
    camera = OrbitCamera(azimuth=0.0)
    for ratio in (1.0, 1.25, 2.0):
        size = PixelSize(int(500 * ratio), int(350 * ratio), ratio)
        empty = rgb(headless.render(Scene(), camera, size))
        scene = Scene(lines=polyline(path, (1, 0, 0, 1), width=4))
        reds = (rgb(headless.render(scene, camera, size)) - empty)[..., 0]
        row, column = pixel(camera, np.array([0.0, 1.5, 0.0]), size)
        width = reds[row - 20 : row + 20, column].sum() / (255 - empty[row, column, 0])
        assert width == pytest.approx(4 * ratio, rel=0.15)
        fading = Scene(lines=trail(path, (1, 0, 0, 1), width=4))
        strength = (rgb(headless.render(fading, camera, size)) - empty)[..., 0].max(axis=0)
        old, new = (pixel(camera, p, size)[1] for p in path[[4, -4]])
        assert strength[old] < 0.3 * strength[new]


def test_a_sharp_corner_has_no_spike(headless: HeadlessRenderer) -> None:
    path = np.array([[-0.5, 1.5, 0], [0.5, 1.5, 0], [-0.5, 1.52, 0]])
    camera = OrbitCamera(azimuth=0.0)
    scene = Scene(lines=polyline(path, (1, 0, 0, 1), width=4))
    change = rgb(headless.render(scene, camera, SIZE)) - rgb(headless.render(Scene(), camera, SIZE))
    columns = np.flatnonzero((change[..., 0] > 20).any(axis=0))
    assert columns.max() <= pixel(camera, path[1])[1] + 4


def test_line_behind_the_eye_is_cut(headless: HeadlessRenderer) -> None:
    camera = OrbitCamera(azimuth=0.0, elevation=0.0)
    through = np.array([[0.05, 0.8, -2.0], [0.05, 0.8, 9.0]])
    image = rgb(headless.render(Scene(lines=polyline(through, (1, 0, 0, 1))), camera, SIZE))
    reds = image[..., 0] > 150
    assert reds[175:, 250:].any() and not reds[:170].any()


def test_dots_show_through_the_figure(headless: HeadlessRenderer, t_pose: np.ndarray) -> None:
    scene = replace(figure_scene(t_pose), points=dots(t_pose[[11]], (0, 1, 0, 1)))
    red, green, _ = rgb(headless.render(scene, CAMERA, SIZE))[pixel(CAMERA, t_pose[11])]
    assert green > 200 and red < 60


def test_ghosts_are_translucent_and_cast_no_shadow(headless: HeadlessRenderer) -> None:
    body = ball((0, 0.9, 0), 0.3)
    empty, solid, ghost = (
        rgb(headless.render(scene, CAMERA, SIZE))
        for scene in (
            Scene(),
            Scene(capsules=body),
            Scene(ghosts=body.colored((0.9, 0.1, 0.1), 0.4)),
        )
    )
    middle = pixel(CAMERA, np.array([0, 0.9, 0]))
    assert empty[middle][0] + 15 < ghost[middle][0] < solid[middle][0] - 15
    fallen = pixel(CAMERA, -0.9 * LAMP * [1, 0, 1] / LAMP[1])
    assert np.array_equal(ghost[fallen], empty[fallen])
    assert solid[fallen].sum() < empty[fallen].sum()


def test_overlapping_ghost_parts_blend_once(headless: HeadlessRenderer) -> None:
    part = ball((0, 0.9, 0), 0.3, alpha=0.4)
    one = headless.render(Scene(ghosts=part), CAMERA, SIZE)
    two = headless.render(Scene(ghosts=CapsuleBatch.join([part, part])), CAMERA, SIZE)
    middle = pixel(CAMERA, np.array([0, 0.9, 0]))
    inner = ball((0, 0.9, 0), 0.2, alpha=0.4)
    nested = headless.render(Scene(ghosts=CapsuleBatch.join([inner, part])), CAMERA, SIZE)
    assert np.array_equal(one[middle], nested[middle])
    assert np.array_equal(one, two)


def test_picture_is_the_same_every_time_and_at_any_size(
    headless: HeadlessRenderer, t_pose: np.ndarray
) -> None:
    scene = figure_scene(t_pose)
    first = headless.render(scene, CAMERA, SIZE)
    large = headless.render(scene, CAMERA, PixelSize(1000, 700, 2.0))
    assert np.array_equal(first, headless.render(scene, CAMERA, SIZE))
    assert np.array_equal(first, render_image(scene, CAMERA, 500, 350))
    halved = rgb(large).reshape(350, 2, 500, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - rgb(first)).mean() < 1.5


def test_odd_and_tiny_sizes(headless: HeadlessRenderer, t_pose: np.ndarray) -> None:
    for width, height, seen in ((1, 1, False), (3, 200, True), (333, 77, True)):
        size = PixelSize(width, height, 1.25)
        image = headless.render(figure_scene(t_pose), CAMERA, size)
        assert image.shape == (height, width, 4) and (image[..., 3] == 255).all()
        at = pixel(CAMERA, t_pose[INDEX["Spine"]], size)
        empty = headless.render(Scene(), CAMERA, size)
        assert (np.abs(rgb(image)[at] - rgb(empty)[at]).max() > 12) == seen


def test_mannequin_in_orthographic_views(headless: HeadlessRenderer, t_pose: np.ndarray) -> None:
    for camera in (CAMERA.front(), CAMERA.side(), CAMERA.top()):
        change = rgb(headless.render(figure_scene(t_pose), camera, SIZE)) - rgb(
            headless.render(Scene(), camera, SIZE)
        )
        assert np.abs(change[pixel(camera, t_pose[13])]).max() > 20


def test_a_disc_seen_from_far_away_is_harmless(headless: HeadlessRenderer) -> None:
    far = DiscBatch(np.array([[500, 0, 500, 0.1, 1, 0, 0, 1]], np.float32))
    assert np.array_equal(
        headless.render(Scene(discs=far), CAMERA, SIZE), headless.render(Scene(), CAMERA, SIZE)
    )
