"""One walk under eight styles, side by side: a picture and a short film, made without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect

from motion.restyling.atlas import StyleAtlas, load_atlas
from motion.restyling.course import StyleAt
from render.camera import OrbitCamera
from render.color_schemes import COLOR_SCHEMES
from render.headless import HeadlessRenderer
from render.scene import PixelSize
from viewer.model.clip import OpenMotion
from viewer.model.figure import Figure, Look, build_scene
from viewer.model.restyle_job import Wear, restyled_whole
from viewer.model.subject import style_networks

from .caption import captioned

ATLAS = "style_atlas.npz"
ACROSS, DOWN = 4, 2
STYLES = ("", "Angry", "Elated", "jackson_walk", "skip", "Rushed", "carry_box", "run")
"""The first is the walk as it is."""
_SIDE = np.radians(58)


def film(
    motion: OpenMotion, assets: Path, size: tuple[int, int], frames: range
) -> Iterator[np.ndarray]:
    """Pictures (H, W, 4) uint8 of ``frames``, eight figures in each, named.

    Raises ModelError, EngineError, OSError, ValueError and GlError.
    """
    atlas = load_atlas(assets / "models" / ATLAS)
    shown = [name for name in STYLES if name == "" or name in atlas.legend]
    figures = [_figure(motion, atlas, name, assets) for name in shown]
    tile = PixelSize(size[0] // ACROSS, size[1] // DOWN)
    cameras = [_camera(figure, tile) for figure in figures]
    look = Look(scheme=COLOR_SCHEMES["dark"])
    with HeadlessRenderer() as renderer:
        for frame in frames:
            picture = np.zeros((tile.height * DOWN, tile.width * ACROSS, 4), np.uint8)
            for number, figure in enumerate(figures):
                x, _, z = figure.root(frame)
                aim = np.array([x, cameras[number].target[1], z])
                cameras[number] = cameras[number].follow(aim, 0.0, 0.0)
                drawn = renderer.render(build_scene(figure, frame, look), cameras[number], tile)
                row, column = divmod(number, ACROSS)
                top, left = row * tile.height, column * tile.width
                picture[top : top + tile.height, left : left + tile.width] = drawn
            yield named(picture, [name.replace("_", " ") or "as it is" for name in shown])


def _figure(motion: OpenMotion, atlas: StyleAtlas, name: str, assets: Path) -> Figure:
    if not name or motion.positions is None:
        return motion.figure
    course = (StyleAt(0.0, atlas.style(name)),)
    wish = Wear(motion.key, motion.positions, motion.frame_time, course, 0.0)
    return restyled_whole(wish, style_networks(assets))


def _camera(figure: Figure, size: PixelSize) -> OrbitCamera:
    return OrbitCamera(azimuth=float(_SIDE)).frame_all(figure.reach(0), size.aspect)


def named(picture: np.ndarray, names: list[str]) -> np.ndarray:
    """``picture`` (H, W, 4) uint8 of tiles with their names at the top; needs an application."""
    height, width = picture.shape[:2]
    across, down = width // ACROSS, height // DOWN
    tiles = [divmod(number, ACROSS) for number in range(len(names))]
    areas = [QRect(column * across, row * down, across, down) for row, column in tiles]
    return captioned(picture, list(zip(areas, names, strict=True)), height // DOWN // 14)
