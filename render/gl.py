"""Thin owners of OpenGL objects: programs, streams of vertices, framebuffers.

Calls on the path of a frame use PyOpenGL's raw entry points, which convert
nothing. Every object belongs to the context current when it was made.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from OpenGL import GL
from OpenGL.raw.GL.VERSION.GL_1_5 import glBindBuffer, glBufferData
from OpenGL.raw.GL.VERSION.GL_2_0 import glVertexAttribPointer
from OpenGL.raw.GL.VERSION.GL_3_0 import glBindVertexArray

from .color_schemes import Rgb
from .errors import GlError

SHADERS = Path(__file__).parent.parent / "assets" / "shaders"


@dataclass(frozen=True)
class GlInfo:
    """The driver, as it names itself."""

    vendor: str
    renderer: str
    version: str


def query_info() -> GlInfo:
    """The current context's driver; GlError when it is older than OpenGL 3.3."""
    names = (GL.GL_VENDOR, GL.GL_RENDERER, GL.GL_VERSION)
    info = GlInfo(*((GL.glGetString(name) or b"unknown").decode() for name in names))
    try:
        major, minor = (int(part) for part in info.version.split()[0].split(".")[:2])
    except ValueError:  # "OpenGL ES 3.2 ..."
        major, minor = 0, 0
    if (major, minor) < (3, 3):
        raise GlError(
            f"Stridescope needs OpenGL 3.3 and this driver offers {info.version} "
            f"({info.vendor}, {info.renderer}): update the graphics driver, or start with "
            "LIBGL_ALWAYS_SOFTWARE=1 to draw on the CPU."
        )
    return info


def compile_program(vertex: str, fragment: str, *defines: str) -> int:
    """Compile and link two files of assets/shaders; raises GlError with the driver's log."""
    settings = "".join(f"#define {name}\n" for name in defines)
    program = GL.glCreateProgram()
    for kind, files in (
        (GL.GL_VERTEX_SHADER, ("frame.glsl", vertex)),
        (GL.GL_FRAGMENT_SHADER, ("frame.glsl", "color.glsl", fragment)),
    ):
        *shared, file = ((SHADERS / name).read_text() for name in files)
        shader = GL.glCreateShader(kind)
        GL.glShaderSource(shader, "".join(shared) + settings + "#line 1\n" + file)
        GL.glCompileShader(shader)
        if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
            raise GlError(f"{files[-1]}: the driver rejects the shader: {_log(shader, 'Shader')}")
        GL.glAttachShader(program, shader)
        GL.glDeleteShader(shader)
    GL.glLinkProgram(program)
    if not GL.glGetProgramiv(program, GL.GL_LINK_STATUS):
        raise GlError(f"{vertex}, {fragment}: the shaders do not link: {_log(program, 'Program')}")
    GL.glUniformBlockBinding(program, GL.glGetUniformBlockIndex(program, b"Frame"), 0)
    return int(program)


def _log(handle: int, kind: str) -> str:
    text = getattr(GL, f"glGet{kind}InfoLog")(handle)
    return (text.decode(errors="replace") if isinstance(text, bytes) else str(text)).strip()


def reset_state() -> None:
    """Set all state that drawing depends on; QPainter and others change it."""
    for capability in (
        GL.GL_BLEND, GL.GL_DEPTH_TEST, GL.GL_SCISSOR_TEST, GL.GL_STENCIL_TEST, GL.GL_CULL_FACE,
        GL.GL_FRAMEBUFFER_SRGB, GL.GL_SAMPLE_ALPHA_TO_COVERAGE, GL.GL_CLIP_DISTANCE0,
        GL.GL_POLYGON_OFFSET_FILL,
    ):  # fmt: skip
        GL.glDisable(capability)
    GL.glEnable(GL.GL_MULTISAMPLE)
    GL.glDepthFunc(GL.GL_LEQUAL)
    GL.glDepthMask(True)
    GL.glColorMask(True, True, True, True)
    GL.glPolygonMode(GL.GL_FRONT_AND_BACK, GL.GL_FILL)
    GL.glFrontFace(GL.GL_CCW)
    GL.glCullFace(GL.GL_BACK)
    GL.glBlendEquation(GL.GL_FUNC_ADD)
    GL.glClearDepth(1.0)
    GL.glClearColor(0, 0, 0, 0)
    GL.glActiveTexture(GL.GL_TEXTURE0)
    GL.glBindSampler(0, 0)


class Buffer:
    """A buffer object that is refilled whole."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.handle = int(GL.glGenBuffers(1))

    def upload(self, data: np.ndarray) -> None:
        """Replace the contents by contiguous ``data``; the old storage is orphaned."""
        glBindBuffer(self.target, self.handle)
        pointer = ctypes.c_void_p(data.ctypes.data)
        glBufferData(self.target, data.nbytes, pointer, GL.GL_STREAM_DRAW)

    def release(self) -> None:
        """Free the buffer; its context must be current."""
        GL.glDeleteBuffers(1, [self.handle])


@dataclass(frozen=True)
class Attribute:
    """A vec4 of float32 read from ``buffer``; ``divisor`` 1 advances per instance."""

    location: int
    buffer: Buffer
    stride: int
    offset: int
    divisor: int = 1


class VertexArray:
    """A vertex array object that reads ``attributes``, in the order of ``elements`` if given."""

    def __init__(self, attributes: list[Attribute], elements: Buffer | None = None) -> None:
        self.handle = int(GL.glGenVertexArrays(1))
        self._attributes = attributes
        self._instanced = [a for a in attributes if a.divisor]
        self._first = -1
        GL.glBindVertexArray(self.handle)
        for a in attributes:
            GL.glEnableVertexAttribArray(a.location)
            GL.glVertexAttribDivisor(a.location, a.divisor)
        self.bind()
        if elements is not None:
            glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, elements.handle)
        GL.glBindVertexArray(0)

    def bind(self, first: int = 0) -> None:
        """Make it current, with instance ``first`` of its buffers as instance 0."""
        glBindVertexArray(self.handle)
        if first == self._first:
            return
        moved = self._attributes if self._first < 0 else self._instanced
        self._first = first
        for a in moved:
            glBindBuffer(GL.GL_ARRAY_BUFFER, a.buffer.handle)
            start = a.offset + first * a.divisor * a.stride
            glVertexAttribPointer(
                a.location, 4, GL.GL_FLOAT, False, a.stride, ctypes.c_void_p(start)
            )

    def release(self) -> None:
        """Free the array, not the buffers that it reads; its context must be current."""
        GL.glDeleteVertexArrays(1, [self.handle])


class Surface:
    """A framebuffer of ``width`` by ``height`` pixels with RGBA8 colour. Raises GlError."""

    def __init__(self, width: int, height: int) -> None:
        self.handle = int(GL.glGenFramebuffers(1))
        self._color = int(GL.glGenRenderbuffers(1))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, self._color)
        GL.glRenderbufferStorage(GL.GL_RENDERBUFFER, GL.GL_RGBA8, width, height)
        GL.glFramebufferRenderbuffer(
            GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, GL.GL_RENDERBUFFER, self._color
        )
        _check_framebuffer()

    def release(self) -> None:
        """Free the framebuffer and what it holds; its context must be current."""
        GL.glDeleteFramebuffers(1, [self.handle])
        GL.glDeleteRenderbuffers(1, [self._color])


class MultisampledTarget:
    """A framebuffer with depth and RGBA8 colour whose samples a shader can fetch.

    ``width`` by ``height`` pixels of ``samples`` each. Raises GlError where the driver refuses.
    """

    def __init__(self, width: int, height: int, samples: int) -> None:
        self.handle = int(GL.glGenFramebuffers(1))
        self.texture = int(GL.glGenTextures(1))
        self._depth = int(GL.glGenRenderbuffers(1))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        kind = GL.GL_TEXTURE_2D_MULTISAMPLE
        GL.glBindTexture(kind, self.texture)
        GL.glTexImage2DMultisample(kind, samples, GL.GL_RGBA8, width, height, True)
        GL.glFramebufferTexture2D(GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, kind, self.texture, 0)
        GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, self._depth)
        GL.glRenderbufferStorageMultisample(
            GL.GL_RENDERBUFFER, samples, GL.GL_DEPTH_COMPONENT24, width, height
        )
        GL.glFramebufferRenderbuffer(
            GL.GL_FRAMEBUFFER, GL.GL_DEPTH_ATTACHMENT, GL.GL_RENDERBUFFER, self._depth
        )
        _check_framebuffer()

    def release(self) -> None:
        """Free the framebuffer and what it holds; its context must be current."""
        GL.glDeleteFramebuffers(1, [self.handle])
        GL.glDeleteTextures(1, [self.texture])
        GL.glDeleteRenderbuffers(1, [self._depth])


class TextureTarget:
    """A texture to draw into: RGBA8 colour, or depth that is compared on lookup.

    ``width`` by ``height`` pixels. Raises GlError where the driver refuses.
    """

    def __init__(self, width: int, height: int, depth: bool = False) -> None:
        self.texture = int(GL.glGenTextures(1))
        self.handle = int(GL.glGenFramebuffers(1))
        GL.glBindTexture(GL.GL_TEXTURE_2D, self.texture)
        if depth:
            form, layout, kind = GL.GL_DEPTH_COMPONENT24, GL.GL_DEPTH_COMPONENT, GL.GL_UNSIGNED_INT
        else:
            form, layout, kind = GL.GL_RGBA8, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE
        GL.glTexImage2D(GL.GL_TEXTURE_2D, 0, form, width, height, 0, layout, kind, None)
        for name in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_LINEAR)
        for name in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_CLAMP_TO_EDGE)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        if depth:
            GL.glTexParameteri(
                GL.GL_TEXTURE_2D, GL.GL_TEXTURE_COMPARE_MODE, GL.GL_COMPARE_REF_TO_TEXTURE
            )
            GL.glTexParameteri(GL.GL_TEXTURE_2D, GL.GL_TEXTURE_COMPARE_FUNC, GL.GL_LEQUAL)
            point = GL.GL_DEPTH_ATTACHMENT
            GL.glDrawBuffer(GL.GL_NONE)
            GL.glReadBuffer(GL.GL_NONE)
        else:
            point = GL.GL_COLOR_ATTACHMENT0
        GL.glFramebufferTexture2D(GL.GL_FRAMEBUFFER, point, GL.GL_TEXTURE_2D, self.texture, 0)
        _check_framebuffer()

    def release(self) -> None:
        """Free the framebuffer and what it holds; its context must be current."""
        GL.glDeleteFramebuffers(1, [self.handle])
        GL.glDeleteTextures(1, [self.texture])


def _check_framebuffer() -> None:
    status = GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER)
    if status != GL.GL_FRAMEBUFFER_COMPLETE:
        raise GlError(
            f"The driver refuses a framebuffer the stage needs (status 0x{int(status):x})."
        )


def fill(framebuffer: int, color: Rgb, width: int, height: int) -> None:
    """Fill a framebuffer of so many pixels with one colour, whatever state is found."""
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
    GL.glDisable(GL.GL_SCISSOR_TEST)
    GL.glColorMask(True, True, True, True)
    GL.glViewport(0, 0, width, height)
    GL.glClearColor(*color, 1.0)
    GL.glClear(GL.GL_COLOR_BUFFER_BIT)
