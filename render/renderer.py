"""The renderer: a function of scene, camera and pixel size, on OpenGL 3.3 core."""

from __future__ import annotations

import ctypes
import time

import numpy as np
from OpenGL import GL
from OpenGL.raw.GL.VERSION.GL_3_1 import glDrawElementsInstanced

from .camera import OrbitCamera
from .frame import (
    LAMP_MAP_SIDE,
    SHADE_SIDE,
    Bounds,
    lighting,
    pack_frame,
    screen_box,
    sky_rows,
)
from .gl import (
    Attribute,
    Buffer,
    GlInfo,
    MultisampledTarget,
    Surface,
    TextureTarget,
    VertexArray,
    compile_program,
    query_info,
    reset_state,
)
from .mesh import capsule_meshes
from .scene import PixelSize, Scene

SAMPLES = 4
_MESHES = ((28, 8), (18, 6), (12, 4), (8, 3))
"""Capsule meshes: vertices around and rings per end."""
_MESH_LIMITS = np.array([33.0, 20.0, 9.0])
"""Radius in pixels up to which each mesh but the first looks round."""
_SHADOW_COARSER, _GHOST_COARSER = 2.0, 1.4
"""How many pixels of shadow maps and ghosts do with the corners of one of a figure."""
_OVER = (GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
"""Blending of colours over premultiplied ones."""
_SOLIDS = {"capsule": "capsules", "depth": "capsules", "ghost": "ghosts"}
"""Programs that draw solids, and which. Each has an array of its own for each mesh: where the
solids of a mesh begin is seldom another than in the picture before, so that nothing is set anew."""
_NOWHERE: Bounds = (np.full(3, -1.0), np.full(3, 1.0))
_PROGRAMS = {
    "background": ("stage.vert", "background.frag"),
    "edge_on": ("stage.vert", "background.frag", "EDGE_ON"),
    "ground": ("stage.vert", "ground.frag"),
    "shadow": ("shadow.vert", "shadow.frag"),
    "shadow_alone": ("shadow.vert", "shadow.frag", "ALONE"),
    "disc": ("disc.vert", "disc.frag"),
    "depth": ("capsule.vert", "depth.frag", "DEPTH_ONLY"),
    "cast": ("shade.vert", "cast.frag"),
    "occlusion": ("shade.vert", "occlusion.frag", "OCCLUSION"),
    "capsule": ("capsule.vert", "capsule.frag"),
    "ghost": ("capsule.vert", "ghost.frag", "GHOST"),
    "line": ("line.vert", "line.frag"),
    "figure": ("stage.vert", "figure.frag"),
    "dot": ("dot.vert", "dot.frag"),
}


class _Surfaces:
    """What a picture of one size needs: a multisampled layer for figures, and the canvas
    on which they and the stage come together."""

    def __init__(self, width: int, height: int, samples: int) -> None:
        self.size = (width, height)
        self.layer = MultisampledTarget(width, height, samples)
        self.canvas = Surface(width, height)

    def release(self) -> None:
        self.layer.release()
        self.canvas.release()


class Renderer:
    """Draws scenes into any framebuffer of the context it was initialised in.

    Figures and lines go to a multisampled layer of the renderer's own, cut to
    the part of the picture they can cover, and are laid over a stage whose
    ground smooths itself. So window and file show the same pixels whatever the
    target's format, and software rasterisers keep up. The renderer assumes
    nothing about the state it finds. upload_s: how long handing the data of the last
    picture to OpenGL took.
    """

    info: GlInfo

    def __init__(self) -> None:
        self._ready = False
        self.upload_s = 0.0

    def initialize(self) -> None:
        """Create all GPU objects in the current context, also after a lost one.

        Raises GlError when the context is older than OpenGL 3.3.
        """
        self.info = query_info()
        most = (GL.GL_MAX_SAMPLES, GL.GL_MAX_COLOR_TEXTURE_SAMPLES, GL.GL_MAX_DEPTH_TEXTURE_SAMPLES)
        self._samples = min(SAMPLES, *(int(GL.glGetIntegerv(limit)) for limit in most))
        self._programs = {
            name: compile_program(*files, f"SAMPLES {self._samples}")
            for name, files in _PROGRAMS.items()
        }
        self._create_buffers()
        self._lamp_map = TextureTarget(LAMP_MAP_SIDE, LAMP_MAP_SIDE, depth=True)
        self._ground_shade = TextureTarget(SHADE_SIDE, SHADE_SIDE)
        self._surfaces: _Surfaces | None = None
        self._uploaded: dict[str, object] = {}
        self._radii: dict[str, np.ndarray] = {}
        self._spheres: dict[str, np.ndarray] = {}
        self._lighting = lighting(_NOWHERE)
        self._ready = True

    def _create_buffers(self) -> None:
        array = GL.GL_ARRAY_BUFFER
        GL.glBindVertexArray(0)
        self._frame = Buffer(GL.GL_UNIFORM_BUFFER)
        self._streams = {
            name: Buffer(array) for name in ("capsules", "ghosts", "lines", "discs", "points")
        }
        corners, triangles, self._meshes = capsule_meshes(_MESHES)
        mesh, indices = Buffer(array), Buffer(array)
        self._buffers = [self._frame, *self._streams.values(), mesh, indices]
        mesh.upload(corners)
        indices.upload(triangles)
        shape = [Attribute(0, mesh, 16, 0, divisor=0)]
        self._arrays = {"none": VertexArray([])}
        solids = {
            name: [Attribute(1 + i, self._streams[name], 64, 16 * i) for i in range(4)]
            for name in ("capsules", "ghosts")
        }
        self._arrays["capsules"] = VertexArray(solids["capsules"])
        for program, name in _SOLIDS.items():
            for number in range(len(_MESHES)):
                self._arrays[f"{program} {number}"] = VertexArray(shape + solids[name], indices)
        lines = self._streams["lines"]
        window = [Attribute(i, lines, 32, 32 * i) for i in range(4)]
        tints = [Attribute(4, lines, 32, 48), Attribute(5, lines, 32, 80)]
        self._arrays["lines"] = VertexArray(window + tints)
        for name in ("points", "discs"):
            stream = self._streams[name]
            self._arrays[name] = VertexArray([Attribute(i, stream, 32, 16 * i) for i in range(2)])
        GL.glBindVertexArray(0)

    def release(self) -> None:
        """Free all GPU objects; their context must be current. Safe to repeat."""
        if not self._ready:
            return
        self._ready = False
        for program in self._programs.values():
            GL.glDeleteProgram(program)
        for group in (self._arrays.values(), self._buffers):
            for item in group:
                item.release()
        for target in (self._lamp_map, self._ground_shade, self._surfaces):
            if target is not None:
                target.release()

    def draw(
        self,
        scene: Scene,
        camera: OrbitCamera,
        size: PixelSize,
        target_fbo: int,
        origin: tuple[int, int] = (0, 0),
        backdrop: bool = True,
    ) -> None:
        """Draw ``scene`` into framebuffer ``target_fbo``.

        origin: lower left pixel of the picture in the target, for several views
        side by side. backdrop: False leaves out background and ground; what is drawn, shadows
        too, is premultiplied by its alpha. Afterwards the target is bound, and no program,
        vertex array, blending, depth or scissor test is on.
        """
        if size.width < 1 or size.height < 1:
            return
        if self._surfaces is None or self._surfaces.size != size[:2]:
            if self._surfaces is not None:
                self._surfaces.release()
            self._surfaces = _Surfaces(size.width, size.height, self._samples)
        reset_state()
        began = time.perf_counter()
        stale = self._upload(scene)
        self._frame.upload(pack_frame(scene.scheme, camera, size, self._lighting))
        GL.glBindBufferBase(GL.GL_UNIFORM_BUFFER, 0, self._frame.handle)
        self.upload_s = time.perf_counter() - began
        if stale and len(scene.capsules):
            self._draw_shadows(len(scene.capsules))
        GL.glViewport(0, 0, size.width, size.height)
        GL.glBlendFuncSeparate(*_OVER)
        spheres = np.concatenate([*self._spheres.values()])
        box = screen_box(spheres, camera, size)
        scale = size.height / (2 * camera.half_height)
        if box[2] and box[3]:
            self._draw_figures(self._surfaces, scene, box, scale)
        if backdrop:
            self._draw_stage(self._surfaces, scene, box, camera, size)
        else:
            self._draw_alone(self._surfaces, scene, box)
        _present(self._surfaces, target_fbo, origin)

    def _upload(self, scene: Scene) -> bool:
        """Send the batches that differ from those of the last frame; True if solids do.

        Solids are sent by falling radius, so that those of one mesh are neighbours.
        """
        solids = scene.capsules is not self._uploaded.get("capsules")
        for name, stream in self._streams.items():
            batch = getattr(scene, name)
            if self._uploaded.get(name) is batch:
                continue
            self._uploaded[name] = batch
            data = batch.data
            if name in ("capsules", "ghosts"):
                radii = np.maximum(data[:, 3], data[:, 7])
                order = np.argsort(-radii)
                data, self._radii[name] = data[order], radii[order]
            if name in ("capsules", "ghosts", "lines"):
                self._spheres[name] = batch.spheres
            if len(batch):
                stream.upload(np.ascontiguousarray(data))
        if solids:
            bounds = scene.capsules.bounds() if len(scene.capsules) else _NOWHERE
            self._lighting = lighting(bounds)
        return solids

    def _draw_shadows(self, count: int) -> None:
        """Fill the lamp's depth map and the ground's texture of shadow and hidden sky."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._lamp_map.handle)
        GL.glViewport(0, 0, LAMP_MAP_SIDE, LAMP_MAP_SIDE)
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        GL.glEnable(GL.GL_DEPTH_TEST)
        self._draw_capsules("depth", self._lighting.lamp_scale / _SHADOW_COARSER)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._ground_shade.handle)
        GL.glViewport(0, 0, SHADE_SIDE, SHADE_SIDE)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        # Cast shadows keep the darkest; hidden sky adds up as 1 - (1 - a)(1 - b).
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendEquation(GL.GL_MAX)
        self._draw_quads("cast", "capsules", count)
        GL.glBlendEquation(GL.GL_FUNC_ADD)
        GL.glBlendFunc(GL.GL_ONE_MINUS_DST_ALPHA, GL.GL_ONE)
        self._draw_quads("occlusion", "capsules", count)
        GL.glDisable(GL.GL_BLEND)

    def _draw_figures(
        self, surfaces: _Surfaces, scene: Scene, box: tuple[int, int, int, int], scale: float
    ) -> None:
        """Draw figures, lines and ghosts on the multisampled layer."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, surfaces.layer.handle)
        GL.glScissor(*box)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._lamp_map.texture)
        self._draw_capsules("capsule", scale)
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(False)
        self._draw_quads("line", "lines", max(len(scene.lines) - 3, 0))
        GL.glDepthMask(True)
        if len(scene.ghosts):
            self._draw_ghosts(scale / _GHOST_COARSER)
        for capability in (GL.GL_BLEND, GL.GL_DEPTH_TEST, GL.GL_SCISSOR_TEST):
            GL.glDisable(capability)

    def _draw_ghosts(self, scale: float) -> None:
        """Depth first, then colour, so that only their nearest surface shows; the depth lies one
        step behind them, so that of surfaces in one place only the first is drawn."""
        GL.glColorMask(False, False, False, False)
        GL.glEnable(GL.GL_POLYGON_OFFSET_FILL)
        GL.glPolygonOffset(0.0, 1.0)
        self._draw_capsules("ghost", scale)
        GL.glDisable(GL.GL_POLYGON_OFFSET_FILL)
        GL.glColorMask(True, True, True, True)
        GL.glDepthFunc(GL.GL_LESS)
        self._draw_capsules("ghost", scale)
        GL.glDepthFunc(GL.GL_LEQUAL)

    def _draw_stage(
        self,
        surfaces: _Surfaces,
        scene: Scene,
        box: tuple[int, int, int, int],
        camera: OrbitCamera,
        size: PixelSize,
    ) -> None:
        """Background, ground, marks, figures and dots; from below the ground comes last."""
        from_below = float(camera.eye[1]) < 0
        edge_on = camera.orthographic and abs(float(camera.forward[1])) < 1e-4
        sky = size.height if edge_on or from_below else sky_rows(camera, size)
        ground = (0, 0, size.width, size.height if from_below else size.height - sky)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, surfaces.canvas.handle)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        backdrop = "edge_on" if edge_on else "background"
        self._draw_screen(backdrop, (0, size.height - sky, size.width, sky))
        if from_below:
            self._lay_figures(surfaces, box)
            GL.glEnable(GL.GL_BLEND)
            GL.glEnable(GL.GL_SCISSOR_TEST)
        if not edge_on:
            self._draw_screen("ground", ground)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glEnable(GL.GL_BLEND)
        if len(scene.capsules) and scene.scheme.shadow:
            GL.glBindTexture(GL.GL_TEXTURE_2D, self._ground_shade.texture)
            GL.glBlendFunc(GL.GL_DST_COLOR, GL.GL_ZERO)
            self._draw_quads("shadow", "none", 1)
            GL.glBlendFuncSeparate(*_OVER)
        self._draw_quads("disc", "discs", len(scene.discs))
        if not from_below:
            self._lay_figures(surfaces, box)
        self._draw_quads("dot", "points", len(scene.points))
        GL.glDisable(GL.GL_BLEND)

    def _draw_alone(
        self, surfaces: _Surfaces, scene: Scene, box: tuple[int, int, int, int]
    ) -> None:
        """Shadow, marks, figures and dots over nothing."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, surfaces.canvas.handle)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        GL.glEnable(GL.GL_BLEND)
        if len(scene.capsules) and scene.scheme.shadow:
            GL.glBindTexture(GL.GL_TEXTURE_2D, self._ground_shade.texture)
            self._draw_quads("shadow_alone", "none", 1)
        self._draw_quads("disc", "discs", len(scene.discs))
        self._lay_figures(surfaces, box)
        self._draw_quads("dot", "points", len(scene.points))
        GL.glDisable(GL.GL_BLEND)

    def _lay_figures(self, surfaces: _Surfaces, box: tuple[int, int, int, int]) -> None:
        """Blend the resolved layer, premultiplied, over the canvas."""
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        GL.glEnable(GL.GL_BLEND)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glBindTexture(GL.GL_TEXTURE_2D_MULTISAMPLE, surfaces.layer.texture)
        self._draw_screen("figure", box)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glBlendFuncSeparate(*_OVER)

    def _draw_screen(self, program: str, part: tuple[int, int, int, int]) -> None:
        """Run ``program`` on every pixel of ``part``: x, y, width, height."""
        if part[2] and part[3]:
            GL.glScissor(*part)
            GL.glUseProgram(self._programs[program])
            self._arrays["none"].bind()
            GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 10, 8)

    def _draw_capsules(self, program: str, scale: float) -> None:
        """Draw each solid by the mesh that suits its radius at ``scale`` pixels per metre."""
        radii = self._radii[_SOLIDS[program]]
        if not len(radii):
            return
        edges = [0, *np.searchsorted(-radii, -_MESH_LIMITS / scale).tolist(), len(radii)]
        GL.glEnable(GL.GL_CULL_FACE)
        GL.glEnable(GL.GL_CLIP_DISTANCE0)
        GL.glUseProgram(self._programs[program])
        for number, (indices, offset) in enumerate(self._meshes):
            first, last = edges[number : number + 2]
            if first < last:
                self._arrays[f"{program} {number}"].bind(first)
                glDrawElementsInstanced(
                    GL.GL_TRIANGLES, indices, GL.GL_UNSIGNED_SHORT,
                    ctypes.c_void_p(offset), last - first,
                )  # fmt: skip
        GL.glDisable(GL.GL_CULL_FACE)
        GL.glDisable(GL.GL_CLIP_DISTANCE0)

    def _draw_quads(self, program: str, array: str, count: int) -> None:
        if count:
            GL.glUseProgram(self._programs[program])
            self._arrays[array].bind()
            GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, count)


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
    for kind in (GL.GL_TEXTURE_2D, GL.GL_TEXTURE_2D_MULTISAMPLE):
        GL.glBindTexture(kind, 0)
