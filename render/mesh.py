"""The mesh that capsule.vert bends into every rounded cone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def capsule_meshes(
    sizes: Sequence[tuple[int, int]],
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """One ``capsule_mesh`` after the other: vertices (V, 4), triangles (N, 3), and of each how
    many indices it has and at which byte they begin. sizes: ``around`` and ``rings`` of each."""
    vertices, triangles, parts = [], [], []
    corners = used = 0
    for around, rings in sizes:
        points, faces = capsule_mesh(around, rings)
        parts.append((faces.size, used))
        vertices.append(points)
        triangles.append(faces + np.uint16(corners))
        corners += len(points)
        used += faces.nbytes
    return np.concatenate(vertices), np.concatenate(triangles), parts


def capsule_mesh(around: int, rings: int) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 4) float32 and triangles (N, 3) uint16, outward counterclockwise.

    A vertex holds the cosine and sine of its angle about the axis, its place from
    the pole (0) to the tangent circle (1), and its end (0 or 1). Cosine and sine are
    of a length that lets the polygon's edges cross the circle they stand for as far
    as its corners exceed it. around: vertices on a ring; rings: rings per end.
    """
    reach = 2 / (1 + np.cos(np.pi / around))
    angles = np.arange(around) * (2 * np.pi / around)
    rise = np.linspace(0, 1, rings)
    places = [(place, 0.0) for place in rise] + [(place, 1.0) for place in rise[::-1]]
    vertices = np.array(
        [
            (reach * np.cos(a), reach * np.sin(a), place, end)
            for place, end in places
            for a in angles
        ],
        np.float32,
    )
    here = np.arange(around)
    beside = (here + 1) % around
    triangles = []
    for ring in range(len(places) - 1):
        low, high = ring * around, (ring + 1) * around
        if ring > 0:
            triangles.append(np.stack([low + here, low + beside, high + here], -1))
        if ring < len(places) - 2:
            triangles.append(np.stack([low + beside, high + beside, high + here], -1))
    return vertices, np.concatenate(triangles).astype(np.uint16)
