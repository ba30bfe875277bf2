"""Choosing how PyOpenGL finds its functions."""

import os
import sys


def configure() -> None:
    """Make PyOpenGL ready for headless and windowed contexts alike.

    Call before anything imports OpenGL, which reads its settings only then.
    On Linux, EGL resolves the functions of GLX contexts (X11) as well as its
    own (Wayland, headless); PyOpenGL's default guesses from the session and
    fails under Wayland and without a display. A platform set by the user stays.
    ``STRIDESCOPE_GL_DEBUG=1`` checks every OpenGL call for errors.
    """
    if sys.platform.startswith("linux"):
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    import OpenGL

    debug = os.environ.get("STRIDESCOPE_GL_DEBUG", "0") not in ("", "0")
    OpenGL.ERROR_CHECKING = debug
    OpenGL.ERROR_LOGGING = False
