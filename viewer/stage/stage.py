"""The OpenGL widget that draws the studio's scene and moves the camera."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QOpenGLContext,
    QResizeEvent,
    QSurfaceFormat,
    QWheelEvent,
)
from PySide6.QtOpenGLWidgets import QOpenGLWidget

from render.camera import OrbitCamera
from render.errors import GlError
from render.scene import PixelSize, Scene
from viewer.model.comparison import Layout
from viewer.model.language import tr
from viewer.model.viewports import Cell, cells
from viewer.studio.pictures import Drawn
from viewer.ui.pixels import pixel_size

from .camera_drag import dragged, zoomed

_SNAP_S = 0.5
CHASE_S = 0.4
"""The time constant of the spring that keeps the camera behind."""
GL_VERSION = (3, 3)


def surface_format() -> QSurfaceFormat:
    """What the stage asks of OpenGL; set as the default before QApplication."""
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setVersion(*GL_VERSION)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setSwapInterval(1)
    wanted.setAlphaBufferSize(0)
    return wanted


def gl_problem() -> str:
    """Why this display cannot show the stage, in one sentence; "" if it can."""
    context = QOpenGLContext()
    if not context.create():
        return tr(
            "The stage needs OpenGL 3.3, and this display offers none; install a graphics "
            "driver or Mesa (libgl1-mesa-dri) and start again."
        )
    version = (context.format().majorVersion(), context.format().minorVersion())
    if version < GL_VERSION:
        return tr(
            "The stage needs OpenGL 3.3, and this display offers "
            "{version}; update the graphics driver, or start with "
            "LIBGL_ALWAYS_SOFTWARE=1.",
            version=".".join(map(str, version)),
        )
    return ""


class Stage(QOpenGLWidget):
    """Left drag orbits, middle or Shift+left drag pans, the wheel zooms.

    Draws when the scene, the camera or the size changes, and not otherwise. Others than the scene
    are drawn in viewports beside it, which lie elsewhere once ``viewports_changed`` told so;
    ``scene_shown``: the scene is another. drawn: when it last drew.
    """

    unavailable = Signal(str)
    camera_changed = Signal()
    viewports_changed = Signal()
    scene_shown = Signal()
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        from render.gl import fill
        from render.renderer import Renderer

        self._renderer, self._fill = Renderer(), fill
        self._ready = False
        self.drawn: Drawn | None = None
        self.scene = Scene()
        self.camera = OrbitCamera()
        self.following = True
        self._layout: Layout = "single"
        self._instead: Scene | None = None
        self._others: Sequence[tuple[Scene, OrbitCamera]] = ()
        self._swinging = 0.0
        self._held = False
        self._target: np.ndarray | None = None
        self._pointer = QPointF()
        self.setMinimumSize(240, 180)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Stage"))
        self.setAccessibleDescription(
            tr("The figure in three dimensions. Left drag orbits, Shift+drag pans, wheel zooms.")
        )

    @property
    def gl_name(self) -> str:
        """The OpenGL renderer, for the user; "" before the first picture."""
        return self._renderer.info.renderer if self._ready else ""

    @property
    def driver(self) -> dict[str, str]:
        """Vendor, renderer and version of OpenGL; empty before the first picture."""
        return asdict(self._renderer.info) if self._ready else {}

    @property
    def pixel_size(self) -> PixelSize:
        """The size of the scene's viewport in physical pixels, at least one each way."""
        return self.cells[0].size

    @property
    def whole_size(self) -> PixelSize:
        """The size of all viewports together."""
        size = pixel_size(self)
        return PixelSize(max(size.width(), 1), max(size.height(), 1), self.devicePixelRatioF())

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Where the viewports are, the scene's first, in physical pixels."""
        return cells(self._layout, self.whole_size)

    def viewport(self, place: int) -> QRect:
        """Where a viewport is, in points."""
        cell, ratio = self.cells[place], self.devicePixelRatioF()
        numbers = (cell.x, cell.y, cell.size.width, cell.size.height)
        x, y, width, height = (round(number / ratio) for number in numbers)
        return QRect(x, y, width, height)

    def set_layout(self, layout: Layout) -> None:
        """Divide the picture from now on."""
        if layout != self._layout:
            self._layout, self._instead, self._others = layout, None, ()
            self._place()
            self.update()

    def show_beside(
        self, instead: Scene | None, others: Sequence[tuple[Scene, OrbitCamera]]
    ) -> None:
        """Draw ``others`` in the viewports beside the scene's, and ``instead`` in place of that."""
        self._instead, self._others = instead, others
        self.update()

    def show_scene(
        self,
        scene: Scene,
        target: np.ndarray | None,
        dt_s: float,
        moved: np.ndarray | None = None,
        behind: float | None = None,
        playing: bool = False,
    ) -> None:
        """Draw ``scene``; a following camera nears ``target`` (3,) for ``dt_s`` seconds.

        A jump of more than half a second, or a standstill, takes it there at once. moved: how far
        the figure has been put elsewhere (3,); the camera goes along. behind: the azimuth to which
        a spring turns it, but while it is dragged; None: it comes to rest where it is. playing: no
        time means another look of the same moment, and no standstill.
        """
        self.scene, self._target = scene, target
        if self.following and target is not None:
            steady = 0 < dt_s < _SNAP_S
            if moved is not None:
                along = self._aim(np.asarray(self.camera.target) + moved)
                self.camera = self.camera.follow(along, 0.0, 0.0)
            self.camera = self.camera.follow(self._aim(target), dt_s, 0.25 if steady else 0.0)
            if dt_s > 0 or not playing:
                self._swing(behind, dt_s, CHASE_S if steady else 0.0)
        self.scene_shown.emit()
        self.update()

    def _swing(self, behind: float | None, dt_s: float, spring_s: float) -> None:
        if self._held:
            self._swinging = 0.0
        elif behind is not None or self._swinging:
            goal = self.camera.azimuth if behind is None else behind
            self.camera, self._swinging = self.camera.swing(goal, self._swinging, dt_s, spring_s)

    def set_following(self, following: bool) -> None:
        """Whether the camera follows the figure."""
        self.following = following
        if self._target is not None:
            self.show_scene(self.scene, self._target, 0.0)

    def set_camera(self, camera: OrbitCamera) -> None:
        """Look from ``camera`` from now on."""
        self.camera = camera
        self.camera_changed.emit()
        self.update()

    def frame_all(self, points: np.ndarray) -> None:
        """Move back or forth until ``points`` (N, 3) fill the picture."""
        self.set_camera(self.camera.frame_all(points, self.pixel_size.aspect))

    def close_gl(self) -> None:
        """Free what the GPU holds; safe twice, and before the first picture."""
        if self._ready:
            self._ready = False
            self.makeCurrent()
            self._renderer.release()
            self.doneCurrent()

    def initializeGL(self) -> None:
        self.context().aboutToBeDestroyed.connect(self.close_gl)
        try:
            self._renderer.initialize()
            self._ready = True
        except GlError as error:
            self.unavailable.emit(str(error))

    def paintGL(self) -> None:
        if not self._ready:
            return
        began, upload_s = time.perf_counter(), 0.0
        whole, target = self.whole_size, self.defaultFramebufferObject()
        places = cells(self._layout, whole)
        if len(places) > 1:
            self._fill(target, self.scene.scheme.background_top, whole.width, whole.height)
        views = ((self._instead or self.scene, self.camera), *self._others)
        for cell, (scene, camera) in zip(places, views, strict=False):
            corner = (cell.x, whole.height - cell.y - cell.size.height)
            self._renderer.draw(scene, camera, cell.size, target, corner)
            upload_s += self._renderer.upload_s
        self.drawn = Drawn(began, upload_s, time.perf_counter())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """What is painted over the scene stands in its viewport."""
        size = self.viewport(0).size()
        for child in self.children():
            if hasattr(child, "place"):
                child.place(size)
        self.viewports_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer, self._held = event.position(), True
        self.pressed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = bool(event.buttons())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = event.position() - self._pointer
        self._pointer = event.position()
        camera = dragged(self.camera, event, moved, self.pixel_size)
        if camera is not self.camera:
            self.set_camera(camera)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.set_camera(zoomed(self.camera, event, self.pixel_size, not self.following))
        event.accept()

    def _aim(self, target: np.ndarray) -> np.ndarray:
        """Where to look: over the target's place, at a steady height."""
        return np.array([target[0], self.camera.target[1], target[2]])
