"""The renderer: a function of scene, camera and pixel size, on OpenGL 3.3 core."""

from __future__ import annotations

import ctypes

import numpy as np
from OpenGL import GL

from .camera import OrbitCamera
from .frame import LAMP_MAP_SIDE, SHADE_SIDE, Bounds, lighting, pack_frame, screen_box
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
from .mesh import capsule_mesh
from .scene import PixelSize, Scene

SAMPLES = 4
_COARSE, _FINE = (18, 5), (32, 7)
"""Capsule meshes: vertices around and rings per end."""
_FINE_FROM = 450.0
"""Pixels per metre from which the fine mesh shows."""
_NOWHERE: Bounds = (np.full(3, -1.0), np.full(3, 1.0))
_PROGRAMS = {
    "background": ("background.vert", "background.frag"),
    "ground": ("ground.vert", "ground.frag"),
    "disc": ("disc.vert", "disc.frag"),
    "depth": ("capsule.vert", "depth.frag", "DEPTH_ONLY"),
    "shade": ("shade.vert", "shade.frag"),
    "capsule": ("capsule.vert", "capsule.frag"),
    "line": ("line.vert", "line.frag"),
    "figure": ("figure.vert", "figure.frag"),
    "dot": ("dot.vert", "dot.frag"),
}


class _Surfaces:
    """What a picture of one size needs: a multisampled layer for figures, its resolved
    texture, and the canvas on which figures and stage come together."""

    def __init__(self, width: int, height: int, samples: int) -> None:
        self.size = (width, height)
        self.layer = Surface(width, height, samples)
        self.resolved = TextureTarget(width, height)
        self.canvas = Surface(width, height)

    def release(self) -> None:
        for surface in (self.layer, self.resolved, self.canvas):
            surface.release()


class Renderer:
    """Draws scenes into any framebuffer of the context it was initialised in.

    Figures and lines go to a multisampled layer of the renderer's own, cut to
    the part of the picture they can cover, and are laid over a stage whose
    ground smooths itself. So window and file show the same pixels whatever the
    target's format, and software rasterisers keep up. The renderer assumes
    nothing about the state it finds.
    """

    info: GlInfo

    def __init__(self) -> None:
        self._ready = False

    def initialize(self) -> None:
        """Create all GPU objects in the current context, also after a lost one.

        Raises GlError when the context is older than OpenGL 3.3.
        """
        self.info = query_info()
        self._programs = {name: compile_program(*files) for name, files in _PROGRAMS.items()}
        self._create_buffers()
        self._lamp_map = TextureTarget(LAMP_MAP_SIDE, LAMP_MAP_SIDE, depth=True)
        self._ground_shade = TextureTarget(SHADE_SIDE, SHADE_SIDE)
        self._surfaces: _Surfaces | None = None
        self._samples = min(SAMPLES, int(GL.glGetIntegerv(GL.GL_MAX_SAMPLES)))
        self._uploaded: dict[str, object] = {}
        self._bounds: dict[str, Bounds] = {}
        self._lighting = lighting(_NOWHERE)
        self._ready = True

    def _create_buffers(self) -> None:
        array, elements = GL.GL_ARRAY_BUFFER, GL.GL_ELEMENT_ARRAY_BUFFER
        GL.glBindVertexArray(0)
        self._frame = Buffer(GL.GL_UNIFORM_BUFFER)
        self._streams = {
            name: Buffer(array) for name in ("capsules", "ghosts", "lines", "discs", "points")
        }
        mesh, indices = Buffer(array), Buffer(elements)
        self._buffers = [self._frame, *self._streams.values(), mesh, indices]
        coarse, fine = capsule_mesh(*_COARSE), capsule_mesh(*_FINE)
        mesh.upload(np.concatenate([coarse[0], fine[0]]))
        triangles = np.concatenate([coarse[1], fine[1] + np.uint16(len(coarse[0]))])
        # Index count and byte offset of the coarse and the fine mesh.
        self._meshes = ((coarse[1].size, 0), (fine[1].size, coarse[1].nbytes))
        self._fine = False
        shape = [Attribute(0, mesh, 16, 0, divisor=0)]
        self._arrays = {"none": vertex_array([])}
        for name in ("capsules", "ghosts"):
            solids = [Attribute(1 + i, self._streams[name], 64, 16 * i) for i in range(4)]
            self._arrays[name] = vertex_array(shape + solids)
            GL.glBindVertexArray(self._arrays[name])
            indices.upload(triangles)
        lines = self._streams["lines"]
        window = [Attribute(i, lines, 32, 32 * i) for i in range(4)]
        tints = [Attribute(4, lines, 32, 48), Attribute(5, lines, 32, 80)]
        self._arrays["lines"] = vertex_array(window + tints)
        for name in ("points", "discs"):
            stream = self._streams[name]
            self._arrays[name] = vertex_array([Attribute(i, stream, 32, 16 * i) for i in range(2)])
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
        for item in (*self._buffers, self._lamp_map, self._ground_shade, self._surfaces):
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
        side by side. Afterwards the target is bound, and no program, vertex array,
        blending, depth or scissor test is on.
        """
        if size.width < 1 or size.height < 1:
            return
        if self._surfaces is None or self._surfaces.size != size[:2]:
            if self._surfaces is not None:
                self._surfaces.release()
            self._surfaces = _Surfaces(size.width, size.height, self._samples)
        _reset_state()
        self._upload(scene)
        self._frame.upload(pack_frame(scene.theme, camera, size, self._lighting))
        GL.glBindBufferBase(GL.GL_UNIFORM_BUFFER, 0, self._frame.handle)
        self._fine = size.height / (2 * camera.half_height) > _FINE_FROM
        from_below = float(camera.eye[1]) < 0
        self._draw_shadows(len(scene.capsules))
        GL.glViewport(0, 0, size.width, size.height)
        GL.glBlendFuncSeparate(
            GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA
        )
        box = screen_box(list(self._bounds.values()), camera, size)
        if box[2] and box[3]:
            self._draw_figures(self._surfaces, scene, box)
        self._draw_stage(self._surfaces, scene, box, from_below)
        _present(self._surfaces, target_fbo, origin)

    def _upload(self, scene: Scene) -> None:
        """Send the batches that differ from those of the last frame."""
        for name, stream in self._streams.items():
            batch = getattr(scene, name)
            if self._uploaded.get(name) is batch:
                continue
            self._uploaded[name] = batch
            if len(batch):
                stream.upload(np.ascontiguousarray(batch.data))
            if name in ("capsules", "ghosts", "lines"):
                self._bounds.pop(name, None)
                if len(batch):
                    self._bounds[name] = batch.bounds()
            if name == "capsules":
                self._lighting = lighting(self._bounds.get(name, _NOWHERE))

    def _draw_shadows(self, count: int) -> None:
        """Fill the lamp's depth map and the ground's texture of shadow and hidden sky."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._lamp_map.handle)
        GL.glViewport(0, 0, LAMP_MAP_SIDE, LAMP_MAP_SIDE)
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        GL.glEnable(GL.GL_DEPTH_TEST)
        self._draw_capsules("depth", "capsules", count, fine=False)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._ground_shade.handle)
        GL.glViewport(0, 0, SHADE_SIDE, SHADE_SIDE)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        # Cast shadows keep the darkest; hidden sky adds up as 1 - (1 - a)(1 - b).
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendEquationSeparate(GL.GL_MAX, GL.GL_FUNC_ADD)
        GL.glBlendFuncSeparate(GL.GL_ONE, GL.GL_ONE, GL.GL_ONE_MINUS_DST_ALPHA, GL.GL_ONE)
        if count:
            GL.glUseProgram(self._programs["shade"])
            GL.glBindVertexArray(self._arrays["capsules"])
            GL.glDrawArraysInstanced(GL.GL_TRIANGLES, 0, 12, count)
        GL.glBlendEquation(GL.GL_FUNC_ADD)
        GL.glDisable(GL.GL_BLEND)

    def _draw_figures(
        self, surfaces: _Surfaces, scene: Scene, box: tuple[int, int, int, int]
    ) -> None:
        """Draw figures, lines and ghosts on the multisampled layer and resolve it."""
        x, y, width, height = box
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, surfaces.layer.handle)
        GL.glScissor(x, y, width, height)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._lamp_map.texture)
        self._draw_capsules("capsule", "capsules", len(scene.capsules), self._fine)
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(False)
        self._draw_quads("line", "lines", max(len(scene.lines) - 3, 0))
        # Ghosts: depth first, then colour, so that only their nearest surface shows.
        GL.glDepthMask(True)
        GL.glColorMask(False, False, False, False)
        self._draw_capsules("capsule", "ghosts", len(scene.ghosts), self._fine)
        GL.glColorMask(True, True, True, True)
        self._draw_capsules("capsule", "ghosts", len(scene.ghosts), self._fine)
        for capability in (GL.GL_BLEND, GL.GL_DEPTH_TEST, GL.GL_SCISSOR_TEST):
            GL.glDisable(capability)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, surfaces.layer.handle)
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, surfaces.resolved.handle)
        corners = (x, y, x + width, y + height)
        GL.glBlitFramebuffer(*corners, *corners, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)

    def _draw_stage(
        self, surfaces: _Surfaces, scene: Scene, box: tuple[int, int, int, int], from_below: bool
    ) -> None:
        """Background, ground, marks, figures and dots; from below the ground comes last."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, surfaces.canvas.handle)
        if from_below:
            self._draw_screen("background")
            self._lay_figures(surfaces, box)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._ground_shade.texture)
        if from_below:
            GL.glEnable(GL.GL_BLEND)
        self._draw_screen("ground")
        GL.glEnable(GL.GL_BLEND)
        self._draw_quads("disc", "discs", len(scene.discs))
        GL.glDisable(GL.GL_BLEND)
        if not from_below:
            self._lay_figures(surfaces, box)
        GL.glEnable(GL.GL_BLEND)
        self._draw_quads("dot", "points", len(scene.points))
        GL.glDisable(GL.GL_BLEND)

    def _lay_figures(self, surfaces: _Surfaces, box: tuple[int, int, int, int]) -> None:
        """Blend the resolved layer, premultiplied, over the canvas."""
        if not (box[2] and box[3]):
            return
        source, target = GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA
        GL.glBlendFunc(source, target)
        GL.glEnable(GL.GL_BLEND)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glBindTexture(GL.GL_TEXTURE_2D, surfaces.resolved.texture)
        self._draw_screen("figure")
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glDisable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, target, source, target)

    def _draw_screen(self, program: str) -> None:
        GL.glUseProgram(self._programs[program])
        GL.glBindVertexArray(self._arrays["none"])
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)

    def _draw_capsules(self, program: str, array: str, count: int, fine: bool) -> None:
        if count:
            indices, offset = self._meshes[fine]
            GL.glEnable(GL.GL_CULL_FACE)
            GL.glEnable(GL.GL_CLIP_DISTANCE0)
            GL.glUseProgram(self._programs[program])
            GL.glBindVertexArray(self._arrays[array])
            GL.glDrawElementsInstanced(
                GL.GL_TRIANGLES, indices, GL.GL_UNSIGNED_SHORT, ctypes.c_void_p(offset), count
            )
            GL.glDisable(GL.GL_CULL_FACE)
            GL.glDisable(GL.GL_CLIP_DISTANCE0)

    def _draw_quads(self, program: str, array: str, count: int) -> None:
        if count:
            GL.glUseProgram(self._programs[program])
            GL.glBindVertexArray(self._arrays[array])
            GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, count)


def _reset_state() -> None:
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


def _present(surfaces: _Surfaces, target_fbo: int, origin: tuple[int, int]) -> None:
    """Copy the canvas to the target, whatever its format, and leave clean state behind."""
    (width, height), (x, y) = surfaces.size, origin
    GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, surfaces.canvas.handle)
    GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target_fbo)
    GL.glBlitFramebuffer(
        0, 0, width, height, x, y, x + width, y + height, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST
    )
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target_fbo)
    GL.glViewport(x, y, width, height)
    GL.glBindVertexArray(0)
    GL.glUseProgram(0)
    GL.glBindTexture(GL.GL_TEXTURE_2D, 0)
