"""The other open clips around what is on stage, each in its own time; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from motion.skeleton import Skeleton
from render.scene import CapsuleBatch, Scene

from .figure import Figure, figure_bodies

MOST = 16
"""Figures on stage, with the one that is looked at."""
APART_M = 2.0
_EDGE = 1e-6
_ROW = range(-2, 3)
_PLACES = sorted(((x, z) for x in _ROW for z in _ROW if x or z), key=lambda at: np.hypot(*at))


def with_company(scene: Scene, figure: Figure, frame: int, others: Sequence[Figure]) -> Scene:
    """``scene`` of ``figure`` at ``frame`` with at most fifteen ``others`` at the same time, over
    and over where they are shorter. They begin on a grid around where it begins."""
    time_s = frame * figure.frame_time
    poses: list[tuple[Skeleton | None, np.ndarray]] = []
    for (x, z), other in zip(_PLACES, others[: MOST - 1], strict=False):
        at = int(time_s / other.frame_time + _EDGE) % other.frame_count
        shift = figure.root(0) - other.root(0) + APART_M * np.array([x, 0, z], np.float32)
        shift[1] = 0
        poses.append((other.skeleton, other.positions[at] + shift))
    bodies = figure_bodies(poses, scene.scheme.figure)
    return replace(scene, capsules=CapsuleBatch.join([scene.capsules, *bodies]))
