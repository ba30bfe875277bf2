"""A current OpenGL context without a display, through EGL 1.5."""

from __future__ import annotations

import ctypes

from .errors import GlError

_PLATFORM_SURFACELESS_MESA = 0x31DD
_OPENGL_API, _OPENGL_BIT, _PBUFFER_BIT = 0x30A2, 0x0008, 0x0001
_NONE, _EXTENSIONS = 0x3038, 0x3055
_SURFACE_TYPE, _RENDERABLE_TYPE = 0x3033, 0x3040
_RED_SIZE, _GREEN_SIZE, _BLUE_SIZE = 0x3024, 0x3023, 0x3022
_WIDTH, _HEIGHT = 0x3057, 0x3056
_MAJOR_VERSION, _MINOR_VERSION = 0x3098, 0x30FB
_PROFILE_MASK, _CORE_PROFILE_BIT = 0x30FD, 0x0001
_PACKAGES = "install Mesa's EGL (on Debian and Ubuntu: apt install libegl1 libgl1-mesa-dri)"


def _attributes(*values: int) -> ctypes.Array[ctypes.c_int]:
    return (ctypes.c_int * (len(values) + 1))(*values, _NONE)


def _library() -> ctypes.CDLL:
    try:
        egl = ctypes.CDLL("libEGL.so.1")
    except OSError as error:
        raise GlError(f"Drawing without a display needs libEGL.so.1: {_PACKAGES}.") from error
    pointer = ctypes.c_void_p
    for name in (
        "eglGetDisplay", "eglGetPlatformDisplay", "eglCreateContext", "eglCreatePbufferSurface",
    ):  # fmt: skip
        getattr(egl, name).restype = pointer
    egl.eglGetDisplay.argtypes = [pointer]
    egl.eglGetPlatformDisplay.argtypes = [ctypes.c_uint, pointer, pointer]
    egl.eglQueryString.argtypes = [pointer, ctypes.c_int]
    egl.eglQueryString.restype = ctypes.c_char_p
    egl.eglInitialize.argtypes = [pointer, pointer, pointer]
    egl.eglBindAPI.argtypes = [ctypes.c_uint]
    egl.eglChooseConfig.argtypes = [pointer, pointer, pointer, ctypes.c_int, pointer]
    egl.eglCreateContext.argtypes = [pointer, pointer, pointer, pointer]
    egl.eglCreatePbufferSurface.argtypes = [pointer, pointer, pointer]
    egl.eglMakeCurrent.argtypes = [pointer, pointer, pointer, pointer]
    egl.eglDestroyContext.argtypes = [pointer, pointer]
    egl.eglDestroySurface.argtypes = [pointer, pointer]
    return egl


class EglContext:
    """An OpenGL 3.3 core context without a window; current inside ``with context:``.

    The surfaceless platform of Mesa is asked first, then the default display.
    Raises GlError when neither can give a context.
    """

    def __init__(self) -> None:
        self._egl = _library()
        self._context = self._surface = None
        self._display = self._open_display()
        self._egl.eglBindAPI(_OPENGL_API)
        config = ctypes.c_void_p()
        found = ctypes.c_int()
        wanted = _attributes(
            _SURFACE_TYPE, _PBUFFER_BIT, _RENDERABLE_TYPE, _OPENGL_BIT,
            _RED_SIZE, 8, _GREEN_SIZE, 8, _BLUE_SIZE, 8,
        )  # fmt: skip
        self._egl.eglChooseConfig(
            self._display, wanted, ctypes.byref(config), 1, ctypes.byref(found)
        )
        if not found.value:
            raise GlError(f"EGL offers no OpenGL configuration here: {_PACKAGES}.")
        self._surface = self._egl.eglCreatePbufferSurface(
            self._display, config, _attributes(_WIDTH, 1, _HEIGHT, 1)
        )
        version = _attributes(
            _MAJOR_VERSION, 3, _MINOR_VERSION, 3, _PROFILE_MASK, _CORE_PROFILE_BIT
        )
        self._context = self._egl.eglCreateContext(self._display, config, None, version)
        if not self._context:
            self.close()
            raise GlError(
                "The EGL driver cannot make an OpenGL 3.3 core context: update the graphics "
                "driver, or set LIBGL_ALWAYS_SOFTWARE=1 to draw on the CPU."
            )

    def _open_display(self) -> int:
        egl = self._egl
        extensions = egl.eglQueryString(None, _EXTENSIONS) or b""
        candidates = []
        if b"EGL_MESA_platform_surfaceless" in extensions:
            candidates.append(egl.eglGetPlatformDisplay(_PLATFORM_SURFACELESS_MESA, None, None))
        candidates.append(egl.eglGetDisplay(None))
        for display in candidates:
            if display and egl.eglInitialize(display, None, None):
                return int(display)
        raise GlError(f"EGL finds no display to draw on: {_PACKAGES}.")

    @property
    def alive(self) -> bool:
        """Whether the context is there: made, and not closed."""
        return self._context is not None

    def __enter__(self) -> None:
        surface = self._surface
        if not self._egl.eglMakeCurrent(self._display, surface, surface, self._context):
            raise GlError(
                "The picture cannot be drawn here: another OpenGL context is current in this "
                "thread, or this one is in another thread."
            )

    def __exit__(self, *exception: object) -> None:
        self._egl.eglMakeCurrent(self._display, None, None, None)

    def close(self) -> None:
        """Destroy the context; the display stays open for the process. Safe to repeat."""
        if self._context:
            self._egl.eglDestroyContext(self._display, self._context)
        if self._surface:
            self._egl.eglDestroySurface(self._display, self._surface)
        self._context = self._surface = None
