"""The camera's maths, without OpenGL."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.camera import MAX_ELEVATION, OrbitCamera
from render.scene import PixelSize

SIZE = PixelSize(1000, 700, 1.25)
metres = st.floats(-20, 20)
cameras = st.builds(
    OrbitCamera,
    target=st.tuples(metres, st.floats(0, 2), metres),
    azimuth=st.floats(-3.1, 3.1),
    elevation=st.floats(-1.5, 1.5),
    distance=st.floats(0.5, 50),
    orthographic=st.booleans(),
)
pixels = st.tuples(st.floats(0, SIZE.width), st.floats(0, SIZE.height))


@given(cameras)
def test_target_is_in_the_middle(camera: OrbitCamera) -> None:
    x, y, depth = camera.project(np.array([camera.target]), SIZE)[0]
    assert (x, y) == pytest.approx((500, 350), abs=1e-6)
    assert depth == pytest.approx(camera.distance, rel=1e-6)


@given(cameras, st.lists(st.tuples(*[st.floats(-0.3, 0.3)] * 3), min_size=1, max_size=5))
def test_project_agrees_with_the_matrices(camera: OrbitCamera, offsets: list) -> None:
    points = np.array(camera.target) + np.array(offsets) * min(camera.distance, 2)
    matrix = camera.projection(SIZE.aspect).astype(float) @ camera.view.astype(float)
    clip = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
    ndc = clip[:, :2] / clip[:, 3:]
    expected = np.stack([(1 + ndc[:, 0]) * 500, (1 - ndc[:, 1]) * 350], axis=-1)
    np.testing.assert_allclose(camera.project(points, SIZE)[:, :2], expected, atol=0.1)


@given(cameras, pixels, st.floats(0.3, 30))
def test_ray_passes_through_its_pixel(
    camera: OrbitCamera, pixel: tuple[float, float], along: float
) -> None:
    origin, direction = camera.ray(*pixel, SIZE)
    assert np.linalg.norm(direction) == pytest.approx(1)
    np.testing.assert_allclose(
        camera.project((origin + along * direction)[None], SIZE)[0, :2], pixel, atol=1e-4
    )


@given(cameras, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_orbit_keeps_the_distance_and_never_flips(
    camera: OrbitCamera, d_azimuth: float, d_elevation: float
) -> None:
    turned = camera.orbit(d_azimuth, d_elevation)
    assert abs(turned.elevation) <= MAX_ELEVATION
    assert np.linalg.norm(turned.eye - turned.target) == pytest.approx(camera.distance)
    assert turned.view[1, 1] > 0  # up on the screen is up in the world
    np.testing.assert_allclose(turned.view[:3, :3] @ turned.view[:3, :3].T, np.eye(3), atol=1e-5)


@given(cameras, st.floats(-400, 400), st.floats(-300, 300))
def test_pan_moves_the_target_with_the_cursor(camera: OrbitCamera, dx: float, dy: float) -> None:
    moved = camera.pan(dx, dy, SIZE).project(np.array([camera.target]), SIZE)[0, :2]
    np.testing.assert_allclose(moved, (500 + dx, 350 + dy), atol=1e-6)


@given(cameras, pixels, st.floats(0.5, 2))
def test_zoom_keeps_the_point_under_the_cursor(
    camera: OrbitCamera, cursor: tuple[float, float], factor: float
) -> None:
    zoomed = camera.zoom(factor, SIZE, cursor)
    origin, direction = camera.ray(*cursor, SIZE)
    forward = np.asarray(camera.target) - camera.eye
    forward /= np.linalg.norm(forward)
    reach = (np.asarray(camera.target) - origin) @ forward / (direction @ forward)
    under = origin + reach * direction
    np.testing.assert_allclose(zoomed.project(under[None], SIZE)[0, :2], cursor, atol=1e-5)


@given(cameras, st.lists(st.tuples(metres, metres, metres), min_size=1, max_size=8))
def test_frame_all_shows_every_point(camera: OrbitCamera, points: list) -> None:
    framed = camera.frame_all(np.array(points), SIZE.aspect)
    seen = framed.project(np.array(points), SIZE)
    assert (seen[:, :2] >= 0).all() and (seen[:, :2] <= (1000, 700)).all()
    assert framed.orthographic or seen[:, 2].min() > 0


def test_frame_all_ignores_what_is_not_finite() -> None:
    camera = OrbitCamera()
    points = np.array([[0, 0, 0], [0, 2, 0], [np.nan, 1, 1]])
    assert camera.frame_all(points, 1.5) == camera.frame_all(points[:2], 1.5)
    assert camera.frame_all(points[2:], 1.5) == camera


@given(st.integers(1, 50))
def test_follow_depends_on_time_not_on_frames(frames: int) -> None:
    goal = np.array([3.0, 1.0, -2.0])
    camera = OrbitCamera(target=(0.0, 1.0, 0.0))
    stepped = camera
    for _ in range(frames):
        stepped = stepped.follow(goal, 0.5 / frames, time_constant_s=0.25)
    np.testing.assert_allclose(stepped.target, camera.follow(goal, 0.5, 0.25).target, atol=1e-9)
    gap = np.linalg.norm(goal - stepped.target) / np.linalg.norm(goal - camera.target)
    assert gap == pytest.approx(np.exp(-2))


def test_fixed_views_look_along_the_axes() -> None:
    camera = OrbitCamera(target=(0.0, 0.0, 0.0))
    axes = np.eye(3)
    front, side, top = (v.project(axes, SIZE)[:, :2] - (500, 350) for v in
                        (camera.front(), camera.side(), camera.top()))  # fmt: skip
    assert front[0, 0] > 1 and front[1, 1] < -1 and np.allclose(front[2], 0)
    assert side[2, 0] < -1 and side[1, 1] < -1 and np.allclose(side[0], 0)
    assert top[0, 0] > 1 and top[2, 1] > 1 and np.allclose(top[1], 0, atol=1e-9)
    assert not camera.top().orbit(0.1, 0.0).orthographic


def test_pick_takes_the_nearest_joint_within_reach(t_pose: np.ndarray) -> None:
    camera = OrbitCamera(azimuth=0.4)
    seen = camera.project(t_pose, SIZE)
    for joint in (13, 17, 21, 4):
        assert camera.pick(t_pose, seen[joint, 0] + 3, seen[joint, 1] - 2, SIZE) == joint
    assert camera.pick(t_pose, 5, 5, SIZE) is None
    behind = np.asarray(camera.eye)[None] * 2
    assert camera.pick(behind, 500, 350, SIZE) is None


@given(st.floats(-3.1, 3.1), st.floats(-3.1, 3.1), st.floats(-2, 2), st.integers(2, 9))
def test_a_swing_is_the_same_in_one_step_and_in_many(
    start: float, goal: float, rate: float, steps: int
) -> None:
    once, once_rate = OrbitCamera(azimuth=start).swing(goal, rate, 0.1)
    camera, many_rate = OrbitCamera(azimuth=start), rate
    for _ in range(steps):
        camera, many_rate = camera.swing(goal, many_rate, 0.1 / steps)
    off = abs(np.remainder(start - goal + np.pi, 2 * np.pi) - np.pi)
    if off < 2.8:  # beyond, a rate may take it over the far side, where the way round changes
        assert np.cos(camera.azimuth - once.azimuth) == pytest.approx(1, abs=1e-9)
        assert many_rate == pytest.approx(once_rate, abs=1e-6)


def test_a_swing_goes_the_shorter_way_round_without_a_jerk_and_comes_to_rest() -> None:
    camera, rate = OrbitCamera(azimuth=3.0), 0.0
    rates = []
    for _ in range(240):
        camera, rate = camera.swing(-3.0, rate, 1 / 60)
        rates.append(rate)
    assert min(rates) >= -1e-9 and abs(rate) < 1e-3
    assert np.abs(np.diff(rates)).max() < 0.03
    assert np.cos(camera.azimuth + 3.0) == pytest.approx(1, abs=1e-6)


def test_a_swing_without_time_is_there_at_once() -> None:
    camera, rate = OrbitCamera(azimuth=1.0).swing(-2.0, 5.0, 0.0, 0.0)
    assert camera.azimuth == pytest.approx(-2.0) and rate == 0.0
