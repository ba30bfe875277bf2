"""The renderer: a function of scene, camera and pixel size, on OpenGL 3.3 core."""

from __future__ import annotations

import numpy as np
from OpenGL import GL

from .camera import OrbitCamera
from .frame import LAMP_MAP_SIDE, SHADE_SIDE, Lighting, lighting, pack_frame
from .gl import (
    Attribute,
    Buffer,
    GlInfo,
    Surface,
    TextureTarget,
    compile_program,
    query_info,
    vertex_array,
)
from .scene import CapsuleBatch, PixelSize, Scene

SAMPLES = 4
_AROUND, _CAP_RINGS = 28, 6


def capsule_mesh() -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 4) and triangles (N, 3) of the capsule that capsule.vert shapes.

    A vertex holds the cosine and sine of its angle about the axis, its place
    from the pole (0) to the tangent circle (1), and its end (0 or 1).
    """
    angle = np.arange(_AROUND) * (2 * np.pi / _AROUND)
    rise = np.linspace(0, 1, _CAP_RINGS)
    rings = [(place, 0.0) for place in rise] + [(place, 1.0) for place in rise[::-1]]
    vertices = np.array(
        [(np.cos(a), np.sin(a), place, end) for place, end in rings for a in angle], np.float32
    )
    here = np.arange(_AROUND)
    beside = (here + 1) % _AROUND
    triangles = []
    for ring in range(len(rings) - 1):
        low, high = ring * _AROUND, (ring + 1) * _AROUND
        if ring > 0:
            triangles.append(np.stack([low + here, low + beside, high + here], -1))
        if ring < len(rings) - 2:
            triangles.append(np.stack([low + beside, high + beside, high + here], -1))
    return vertices, np.concatenate(triangles).astype(np.uint16)


class Renderer:
    """Draws scenes into any framebuffer of the context it was initialised in.

    It smooths edges in a multisampled framebuffer of its own, so that window
    and file show the same pixels whatever the target's format. It assumes
    nothing about the state it finds and leaves no object bound but the target.
    """

    info: GlInfo

    def __init__(self) -> None:
        self._ready = False

    def initialize(self) -> None:
        """Create all GPU objects in the current context, again after a lost one.

        Raises GlError when the context is older than OpenGL 3.3.
        """
        self.info = query_info()
        self._programs = {
            "background": compile_program("background.vert", "background.frag"),
            "ground": compile_program("ground.vert", "ground.frag"),
            "capsule": compile_program("capsule.vert", "capsule.frag"),
            "depth": compile_program("capsule.vert", "depth.frag", "DEPTH_ONLY"),
            "shade": compile_program("shade.vert", "shade.frag"),
            "line": compile_program("line.vert", "line.frag"),
            "dot": compile_program("dot.vert", "dot.frag"),
            "disc": compile_program("disc.vert", "disc.frag"),
        }
        self._create_buffers()
        self._lamp_map = TextureTarget(LAMP_MAP_SIDE, depth=True)
        self._ground_shade = TextureTarget(SHADE_SIDE, depth=False)
        self._canvas: Surface | None = None
        self._resolved: Surface | None = None
        self._samples = min(SAMPLES, int(GL.glGetIntegerv(GL.GL_MAX_SAMPLES)))
        self._uploaded: dict[str, object] = {}
        self._lighting = lighting(CapsuleBatch.empty())
        self._ready = True

    def _create_buffers(self) -> None:
        array = GL.GL_ARRAY_BUFFER
        mesh, capsules, ghosts = Buffer(array), Buffer(array), Buffer(array)
        lines, points, discs = Buffer(array), Buffer(array), Buffer(array)
        indices = Buffer(GL.GL_ELEMENT_ARRAY_BUFFER)
        self._frame = Buffer(GL.GL_UNIFORM_BUFFER)
        self._streams = {
            "capsules": capsules, "ghosts": ghosts, "lines": lines, "points": points,
            "discs": discs,
        }  # fmt: skip
        self._buffers = [mesh, indices, self._frame, *self._streams.values()]
        vertices, triangles = capsule_mesh()
        GL.glBindVertexArray(0)
        mesh.upload(vertices)
        shape = [Attribute(0, mesh, 16, 0, divisor=0)]
        bodies = [Attribute(1 + i, capsules, 64, 16 * i) for i in range(4)]
        ghost_bodies = [Attribute(1 + i, ghosts, 64, 16 * i) for i in range(4)]
        window = [Attribute(i, lines, 32, 32 * i) for i in range(4)]
        tints = [Attribute(4, lines, 32, 48), Attribute(5, lines, 32, 80)]
        self._arrays = {
            "none": vertex_array([]),
            "capsules": vertex_array(shape + bodies),
            "shade": vertex_array(bodies),
            "ghosts": vertex_array(shape + ghost_bodies),
            "lines": vertex_array(window + tints),
            "points": vertex_array([Attribute(0, points, 32, 0), Attribute(1, points, 32, 16)]),
            "discs": vertex_array([Attribute(0, discs, 32, 0), Attribute(1, discs, 32, 16)]),
        }
        self._index_count = triangles.size
        for name in ("capsules", "ghosts"):
            GL.glBindVertexArray(self._arrays[name])
            indices.upload(triangles)
        GL.glBindVertexArray(0)

    def release(self) -> None:
        """Free all GPU objects; their context must be current. Safe to repeat."""
        if not self._ready:
            return
        self._ready = False
        for program in self._programs.values():
            GL.glDeleteProgram(program)
        arrays = list(self._arrays.values())
        GL.glDeleteVertexArrays(len(arrays), arrays)
        owned = (self._lamp_map, self._ground_shade, self._canvas, self._resolved)
        for item in (*self._buffers, *owned):
            if item is not None:
                item.release()

    def draw(
        self,
        scene: Scene,
        camera: OrbitCamera,
        size: PixelSize,
        target_fbo: int,
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Draw ``scene`` into framebuffer ``target_fbo``.

        origin: lower left pixel of the picture in the target, for several views
        side by side. Afterwards the target is bound and depth test, blending and
        culling are off.
        """
        if size.width < 1 or size.height < 1:
            return
        canvas, resolved = self._surfaces(size)
        self._reset_state()
        self._upload(scene)
        self._frame.upload(pack_frame(scene.theme, camera, size, self._lighting))
        GL.glBindBufferBase(GL.GL_UNIFORM_BUFFER, 0, self._frame.handle)
        self._draw_shadows(len(scene.capsules))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, canvas.handle)
        GL.glViewport(0, 0, size.width, size.height)
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        self._draw_stage(scene, from_below=float(camera.eye[1]) < 0)
        self._present(canvas, resolved, target_fbo, origin)

    def _surfaces(self, size: PixelSize) -> tuple[Surface, Surface]:
        """The multisampled canvas and its resolved copy, at the size of the picture."""
        if (
            self._canvas is None
            or self._resolved is None
            or (self._canvas.width, self._canvas.height) != size[:2]
        ):
            for old in (self._canvas, self._resolved):
                if old is not None:
                    old.release()
            self._canvas = Surface(size.width, size.height, self._samples)
            self._resolved = Surface(size.width, size.height)
        return self._canvas, self._resolved

    @staticmethod
    def _reset_state() -> None:
        for capability in (
            GL.GL_BLEND, GL.GL_SCISSOR_TEST, GL.GL_STENCIL_TEST, GL.GL_CULL_FACE,
            GL.GL_FRAMEBUFFER_SRGB, GL.GL_SAMPLE_ALPHA_TO_COVERAGE, GL.GL_RASTERIZER_DISCARD,
        ):  # fmt: skip
            GL.glDisable(capability)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_MULTISAMPLE)
        GL.glDepthFunc(GL.GL_LEQUAL)
        GL.glDepthMask(True)
        GL.glColorMask(True, True, True, True)
        GL.glPolygonMode(GL.GL_FRONT_AND_BACK, GL.GL_FILL)
        GL.glBlendEquation(GL.GL_FUNC_ADD)
        GL.glClearDepth(1.0)
        GL.glClearColor(0, 0, 0, 0)
        GL.glFrontFace(GL.GL_CCW)
        GL.glCullFace(GL.GL_BACK)

    def _upload(self, scene: Scene) -> None:
        """Send the batches that differ from those of the last frame."""
        for name, stream in self._streams.items():
            batch = getattr(scene, name)
            if self._uploaded.get(name) is batch:
                continue
            self._uploaded[name] = batch
            if len(batch):
                stream.upload(np.ascontiguousarray(batch.data))
            if name == "capsules":
                self._lighting: Lighting = lighting(batch)

    def _draw_shadows(self, count: int) -> None:
        """Fill the lamp's depth map and the ground's texture of shadow and hidden sky."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._lamp_map.handle)
        GL.glViewport(0, 0, LAMP_MAP_SIDE, LAMP_MAP_SIDE)
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        GL.glEnable(GL.GL_CULL_FACE)
        self._draw_capsules("depth", "capsules", count)
        GL.glDisable(GL.GL_CULL_FACE)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._ground_shade.handle)
        GL.glViewport(0, 0, SHADE_SIDE, SHADE_SIDE)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_BLEND)
        # Cast shadows keep the darkest; hidden sky adds up as 1 - (1 - a)(1 - b).
        GL.glBlendEquationSeparate(GL.GL_MAX, GL.GL_FUNC_ADD)
        GL.glBlendFuncSeparate(GL.GL_ONE, GL.GL_ONE, GL.GL_ONE_MINUS_DST_ALPHA, GL.GL_ONE)
        if count:
            GL.glUseProgram(self._programs["shade"])
            GL.glBindVertexArray(self._arrays["shade"])
            GL.glDrawArraysInstanced(GL.GL_TRIANGLES, 0, 12, count)
        GL.glBlendEquation(GL.GL_FUNC_ADD)
        GL.glDisable(GL.GL_BLEND)
        GL.glEnable(GL.GL_DEPTH_TEST)

    def _draw_stage(self, scene: Scene, from_below: bool) -> None:
        """Solid things first, front to back as far as known; translucent ones after."""
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._lamp_map.texture)
        GL.glEnable(GL.GL_CULL_FACE)
        self._draw_capsules("capsule", "capsules", len(scene.capsules))
        GL.glDisable(GL.GL_CULL_FACE)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._ground_shade.texture)
        if not from_below:
            self._draw_quads("ground", "none", 1)
        GL.glDepthMask(False)
        GL.glUseProgram(self._programs["background"])
        GL.glBindVertexArray(self._arrays["none"])
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(
            GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA
        )
        if from_below:
            self._draw_quads("ground", "none", 1)
        self._draw_quads("disc", "discs", len(scene.discs))
        self._draw_quads("line", "lines", max(len(scene.lines) - 3, 0))
        self._draw_ghosts(len(scene.ghosts))
        GL.glDisable(GL.GL_DEPTH_TEST)
        self._draw_quads("dot", "points", len(scene.points))
        GL.glDisable(GL.GL_BLEND)

    def _draw_ghosts(self, count: int) -> None:
        """Depth first, then colour: of all ghosts only the nearest surface shows."""
        if not count:
            return
        GL.glEnable(GL.GL_CULL_FACE)
        GL.glDepthMask(True)
        GL.glColorMask(False, False, False, False)
        self._draw_capsules("capsule", "ghosts", count)
        GL.glColorMask(True, True, True, True)
        GL.glDepthMask(False)
        self._draw_capsules("capsule", "ghosts", count)
        GL.glDisable(GL.GL_CULL_FACE)

    def _draw_capsules(self, program: str, array: str, count: int) -> None:
        if count:
            GL.glUseProgram(self._programs[program])
            GL.glBindVertexArray(self._arrays[array])
            GL.glDrawElementsInstanced(
                GL.GL_TRIANGLES, self._index_count, GL.GL_UNSIGNED_SHORT, None, count
            )

    def _draw_quads(self, program: str, array: str, count: int) -> None:
        if count:
            GL.glUseProgram(self._programs[program])
            GL.glBindVertexArray(self._arrays[array])
            GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, count)

    @staticmethod
    def _present(
        canvas: Surface, resolved: Surface, target_fbo: int, origin: tuple[int, int]
    ) -> None:
        """Average the samples, then copy: a target of any format accepts the copy."""
        width, height = canvas.width, canvas.height
        x, y = origin
        bit, nearest = GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, canvas.handle)
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, resolved.handle)
        GL.glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, bit, nearest)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, resolved.handle)
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target_fbo)
        GL.glBlitFramebuffer(0, 0, width, height, x, y, x + width, y + height, bit, nearest)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target_fbo)
        GL.glViewport(x, y, width, height)
        GL.glBindVertexArray(0)
        GL.glUseProgram(0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, 0)
