"""The joints that are looked at, as the stage marks them: a dot, the way, distances; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from render.color_schemes import Rgb
from render.scene import LineBatch, PointBatch, Scene, dots, segments, trail

from .document import COLOURS, ShownJoint
from .figure import Figure, LiveFigure
from .joints import frame_time_of, number_of, recent_poses

TRAIL_S = 2.0
_TRAIL_POINTS = 90
_DOT, _TRAIL, _LINE = 10.0, 3.0, 2.0


def with_marks(
    scene: Scene, figure: Figure | LiveFigure, frame: int, joints: Sequence[ShownJoint]
) -> Scene:
    """``scene`` with the marks of ``joints`` that the figure has; distances are from the first."""
    numbers = [(joint, number_of(figure, joint.name)) for joint in joints]
    found = [(joint, number) for joint, number in numbers if number is not None]
    poses = _recent(figure, frame) if found else np.zeros((0, 0, 3))
    if not len(poses):
        return scene
    lines, points, first = [scene.lines], [scene.points], found[0][1]
    start = poses[-1:, first]
    for joint, number in found:
        way, color = poses[:, number], _color(scene, joint)
        if not np.isfinite(way).all():
            continue
        lines.append(trail(way, (*color, 0.95), _TRAIL))
        points.append(dots(way[-1:], (*color, 1.0), _DOT))
        if number != first and np.isfinite(start).all():
            lines.append(segments(start, way[-1:], (*color, 0.9), _LINE))
    return replace(scene, lines=LineBatch.join(lines), points=PointBatch.join(points))


def _color(scene: Scene, joint: ShownJoint) -> Rgb:
    return scene.scheme.series[COLOURS.index(joint.colour)]


def _recent(figure: Figure | LiveFigure, frame: int) -> np.ndarray:
    """The poses of the last seconds, no more than a trail shows, the newest among them."""
    frames = max(round(TRAIL_S / frame_time_of(figure)), 1)
    poses = recent_poses(figure, frame, frames)
    return poses[::-1][:: max(frames // _TRAIL_POINTS, 1)][::-1]
