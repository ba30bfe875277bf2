"""A few poses of a clip, flattened to be drawn as a strip of stick figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

POSES = 5
VIEW_RAD = np.radians(50)
DEPTH_RAD = np.radians(8)


@dataclass(frozen=True, eq=False)
class Strip:
    """Poses flattened for drawing: points (P, J, 2), y up, and parents (J,)."""

    points: np.ndarray
    parents: np.ndarray


def strip_of(positions: np.ndarray, parents: np.ndarray) -> Strip:
    """The strip of joint positions (T, J, 3), metres, seen from front and side.

    Takes ``POSES`` frames spread over the clip, each centred on its root; the
    picture turns with the clip's first pose, so that walkers read from the side.
    """
    frames = np.linspace(0, len(positions) - 1, POSES + 2).round().astype(int)[1:-1]
    poses = positions[frames].astype(np.float64)
    poses = poses - poses[:, :1] * [1, 0, 1]
    right = np.array([np.cos(VIEW_RAD), 0.0, np.sin(VIEW_RAD)])
    up = np.array([0.0, np.cos(DEPTH_RAD), np.sin(DEPTH_RAD)])
    flat = np.stack([poses @ right, poses @ up], axis=-1)
    return Strip(flat.astype(np.float32), parents)
