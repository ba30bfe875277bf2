"""The renderer's life in a context: targets, foreign state, release, refusals."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from render import platform

platform.configure()

from OpenGL import GL  # noqa: E402

from render import gl  # noqa: E402
from render.camera import OrbitCamera  # noqa: E402
from render.color_schemes import DARK  # noqa: E402
from render.egl import EglContext  # noqa: E402
from render.errors import GlError  # noqa: E402
from render.headless import HeadlessRenderer  # noqa: E402
from render.mannequin import mannequin  # noqa: E402
from render.mesh import capsule_mesh  # noqa: E402
from render.renderer import Renderer  # noqa: E402
from render.scene import PixelSize, Scene, contact_marks, trail  # noqa: E402

SIZE = PixelSize(200, 160)
CAMERA = OrbitCamera()


@pytest.fixture
def context() -> Iterator[None]:
    egl = EglContext()
    with egl:
        yield
    egl.close()


@pytest.fixture
def scene(t_pose: np.ndarray) -> Scene:
    return Scene(
        capsules=mannequin(t_pose),
        ghosts=mannequin(t_pose + np.float32([1, 0, 0])).colored((0.4, 0.6, 1), 0.3),
        lines=trail(t_pose[14:18], (1, 0, 0, 1)),
        discs=contact_marks(t_pose[:4], np.ones(4), DARK),
    )


def read(fbo: int, width: int, height: int) -> np.ndarray:
    image = np.empty((height, width, 4), np.uint8)
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, fbo)
    GL.glReadPixels(
        0, 0, width, height, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE,
        image.ctypes.data_as(ctypes.c_void_p),
    )  # fmt: skip
    return image[::-1]


def live_objects() -> int:
    kinds = (GL.glIsTexture, GL.glIsBuffer, GL.glIsFramebuffer, GL.glIsRenderbuffer,
             GL.glIsVertexArray, GL.glIsProgram)  # fmt: skip
    return sum(bool(is_one(name)) for is_one in kinds for name in range(1, 200))


def test_initialize_and_release_twice_leave_nothing_behind(context: None, scene: Scene) -> None:
    before = live_objects()
    target = gl.Surface(SIZE.width, SIZE.height)
    with_target = live_objects()
    pictures = []
    renderer = Renderer()
    for _ in range(2):
        renderer.initialize()
        renderer.draw(scene, CAMERA, SIZE, target.handle)
        pictures.append(read(target.handle, SIZE.width, SIZE.height))
        renderer.release()
        renderer.release()
        assert live_objects() == with_target
    assert np.array_equal(*pictures)
    assert pictures[0][..., :3].std() > 5
    target.release()
    assert live_objects() == before


def test_foreign_state_changes_nothing(context: None, scene: Scene) -> None:
    renderer = Renderer()
    renderer.initialize()
    target = gl.Surface(SIZE.width, SIZE.height)
    renderer.draw(scene, CAMERA, SIZE, target.handle)
    expected = read(target.handle, SIZE.width, SIZE.height)
    for capability in (GL.GL_SCISSOR_TEST, GL.GL_STENCIL_TEST, GL.GL_CULL_FACE, GL.GL_BLEND):
        GL.glEnable(capability)
    GL.glScissor(0, 0, 3, 3)
    GL.glCullFace(GL.GL_FRONT)
    GL.glFrontFace(GL.GL_CW)
    GL.glDepthMask(False)
    GL.glDepthFunc(GL.GL_NEVER)
    GL.glColorMask(False, True, False, True)
    GL.glBlendEquation(GL.GL_FUNC_REVERSE_SUBTRACT)
    GL.glClearColor(1, 0, 1, 1)
    GL.glClearDepth(0.0)
    GL.glActiveTexture(GL.GL_TEXTURE3)
    GL.glViewport(5, 5, 10, 10)
    renderer.draw(scene, CAMERA, SIZE, target.handle)
    assert np.array_equal(read(target.handle, SIZE.width, SIZE.height), expected)
    for capability in (GL.GL_SCISSOR_TEST, GL.GL_BLEND, GL.GL_DEPTH_TEST, GL.GL_CULL_FACE):
        assert not GL.glIsEnabled(capability)
    assert GL.glGetIntegerv(GL.GL_VERTEX_ARRAY_BINDING) == 0
    assert GL.glGetIntegerv(GL.GL_FRAMEBUFFER_BINDING) == target.handle


def test_views_side_by_side_in_one_target(context: None, scene: Scene) -> None:
    renderer = Renderer()
    renderer.initialize()
    target = gl.Surface(400, 160)
    renderer.draw(scene, CAMERA, SIZE, target.handle)
    alone = read(target.handle, 400, 160)[:, :200].copy()
    renderer.draw(scene, CAMERA.orbit(1.0, 0.0), SIZE, target.handle)
    renderer.draw(scene, CAMERA, SIZE, target.handle, origin=(200, 0))
    both = read(target.handle, 400, 160)
    assert np.array_equal(both[:, 200:], alone)
    assert not np.array_equal(both[:, :200], alone)


def test_an_empty_size_draws_nothing(context: None, scene: Scene) -> None:
    renderer = Renderer()
    renderer.initialize()
    target = gl.Surface(*SIZE[:2])
    renderer.draw(scene, CAMERA, SIZE, target.handle)
    before = read(target.handle, *SIZE[:2])
    for empty in (PixelSize(0, 10), PixelSize(10, 0)):
        renderer.draw(Scene(), CAMERA, empty, target.handle)
    assert np.array_equal(read(target.handle, *SIZE[:2]), before)
    renderer.draw(Scene(), CAMERA, PixelSize(10, 10), target.handle)
    assert not np.array_equal(read(target.handle, *SIZE[:2]), before)


def test_two_contexts_do_not_disturb_each_other(headless: HeadlessRenderer, scene: Scene) -> None:
    first = headless.render(scene, CAMERA, SIZE)
    with HeadlessRenderer() as other:
        assert np.array_equal(other.render(scene, CAMERA, SIZE), first)
    assert np.array_equal(headless.render(scene, CAMERA, SIZE), first)


def test_info_names_the_driver(headless: HeadlessRenderer) -> None:
    assert headless.info.version and headless.info.renderer


@pytest.mark.parametrize("version", ["2.1 Mesa 10.0", "OpenGL ES 3.2 NVIDIA"])
def test_old_drivers_are_refused_by_name(
    context: None, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    names = {GL.GL_VENDOR: b"ACME", GL.GL_RENDERER: b"Card 1", GL.GL_VERSION: version.encode()}
    monkeypatch.setattr(gl.GL, "glGetString", names.__getitem__)
    with pytest.raises(GlError, match=f"OpenGL 3.3 .* {version} \\(ACME, Card 1\\): update"):
        gl.query_info()


def test_missing_egl_names_the_packages() -> None:
    code = (
        "import ctypes\n"
        "def missing(name, *rest, **more): raise OSError(name)\n"
        "from render import headless, egl\n"
        "egl.ctypes.CDLL = missing\n"
        "try: headless.HeadlessRenderer()\n"
        "except headless.GlError as error: print(error)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert "libEGL.so.1" in done.stdout and "libegl1 libgl1-mesa-dri" in done.stdout


def test_scene_and_camera_need_no_opengl() -> None:
    code = (
        "import sys, render.camera, render.mannequin, render.png, render.scene\n"
        "import render.color_schemes\n"
        "assert not any(name.startswith('OpenGL') for name in sys.modules)\n"
    )
    environment = {**os.environ, "PYOPENGL_PLATFORM": "none"}
    subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=environment, check=True
    )


def test_capsule_mesh_is_closed_and_faces_outward() -> None:
    vertices, triangles = capsule_mesh(12, 4)
    polar = np.where(
        vertices[:, 3] == 0, np.pi * (1 - vertices[:, 2] / 2), np.pi / 2 * vertices[:, 2]
    )
    around = np.arctan2(vertices[:, 1], vertices[:, 0])
    # As capsule.vert bends it, for a capsule along z from -1 to 1 of radius 1.
    x, y = np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around)
    points = np.stack([x, y, np.cos(polar) + 2 * vertices[:, 3] - 1], axis=-1)
    a, b, c = (points[triangles[:, i]] for i in range(3))
    normals = np.cross(b - a, c - a)
    middle = (a + b + c) / 3
    spine = middle * [0, 0, 1]
    outward = middle - np.clip(spine, -1, 1)
    assert (np.sum(normals * outward, axis=-1) > 0).all()
    volume = np.sum(a * np.cross(b, c)) / 6
    assert volume == pytest.approx(np.pi * (2 + 4 / 3), rel=0.1)
