"""Pictures without a window."""

from __future__ import annotations

import ctypes
import sys

import numpy as np

from . import platform

platform.configure()

from OpenGL import GL  # noqa: E402

from .camera import OrbitCamera  # noqa: E402
from .egl import EglContext  # noqa: E402
from .errors import GlError  # noqa: E402
from .gl import GlInfo, Surface  # noqa: E402
from .renderer import Renderer  # noqa: E402
from .scene import PixelSize, Scene  # noqa: E402


class HeadlessRenderer:
    """Draws many pictures in one EGL context; a context manager.

    Its context is current only while it draws, in a thread where
    no other context is. Raises GlError where EGL or OpenGL 3.3 is missing.
    """

    def __init__(self) -> None:
        if not sys.platform.startswith("linux"):
            raise GlError("Drawing without a window works on Linux only: open the viewer instead.")
        self._context = EglContext()
        self._renderer = Renderer()
        self._target: Surface | None = None
        self._size = (0, 0)
        try:
            with self._context:
                self._renderer.initialize()
        except GlError:
            self._context.close()
            raise

    @property
    def info(self) -> GlInfo:
        """The driver that draws."""
        return self._renderer.info

    def render(
        self, scene: Scene, camera: OrbitCamera, size: PixelSize, transparent: bool = False
    ) -> np.ndarray:
        """The picture as (H, W, 4) uint8, top row first.

        transparent: without background and ground, its alpha not multiplied into its colours.
        Raises GlError where another context is current in this thread.
        """
        image = np.empty((size.height, size.width, 4), np.uint8)
        with self._context:
            if self._target is None or self._size != size[:2]:
                if self._target is not None:
                    self._target.release()
                self._target, self._size = Surface(size.width, size.height), size[:2]
            self._renderer.draw(scene, camera, size, self._target.handle, backdrop=not transparent)
            GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 4)
            GL.glReadPixels(
                0, 0, size.width, size.height, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE,
                image.ctypes.data_as(ctypes.c_void_p),
            )  # fmt: skip
        image = image[::-1].copy()
        return _unmultiplied(image) if transparent else image

    def close(self) -> None:
        """Free the GPU objects and the context. Safe to repeat."""
        if not self._context.alive:
            return
        with self._context:
            if self._target is not None:
                self._target.release()
            self._renderer.release()
        self._context.close()

    def __enter__(self) -> HeadlessRenderer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _unmultiplied(image: np.ndarray) -> np.ndarray:
    """``image`` (H, W, 4) uint8 with colours that its alpha is divided out of."""
    color, alpha = image[..., :3].astype(np.uint16), image[..., 3:]
    straight = (color * 255 + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(straight, 255).astype(np.uint8), alpha], axis=-1)


def render_image(
    scene: Scene, camera: OrbitCamera, width: int, height: int, ratio: float = 1.0
) -> np.ndarray:
    """One picture of ``width`` by ``height`` pixels as (H, W, 4) uint8, top row first.

    Raises GlError where EGL or OpenGL 3.3 is missing.
    """
    with HeadlessRenderer() as renderer:
        return renderer.render(scene, camera, PixelSize(width, height, ratio))
