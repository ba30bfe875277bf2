"""What the stage draws of a simulated character: its body, forces, its balance and a box.

Positions are metres in stage axes. Arrows stand for newtons.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from .color_schemes import Rgb
from .scene import CapsuleBatch, Color, DiscBatch, LineBatch, polyline, segments

_SHAFT, _HEAD, _HEAD_LENGTH = 0.012, 0.034, 0.10
_LEAST_ARROW = 1e-3
_DOT, _RING, _RING_POINTS, _LIFT = 0.035, 0.22, 41, 0.004
_PLATE, _BEAM = 0.004, 0.011


def sticks(
    ends: np.ndarray, radii: np.ndarray, widening: np.ndarray, colors: np.ndarray
) -> CapsuleBatch:
    """Rounded sticks: ends (N, 2, 3), radii (N,), widening (N, 3), colours (N, 3)."""
    data = np.zeros((len(ends), CapsuleBatch.WIDTH), np.float32)
    data[:, 0:3], data[:, 4:7] = ends[:, 0], ends[:, 1]
    data[:, 3] = data[:, 7] = radii
    data[:, 8:11], data[:, 12:15], data[:, 15] = widening, colors, 1
    return CapsuleBatch(data)


def arrows(starts: np.ndarray, ends: np.ndarray, color: Rgb, size: float = 1.0) -> CapsuleBatch:
    """Arrows from ``starts`` to ``ends`` (N, 3); ``size``: thickness beside that of a push.

    Heads shrink on short arrows; one of no length is left out.
    """
    ways = ends - starts
    lengths = np.linalg.norm(ways, axis=1)
    long = lengths > _LEAST_ARROW
    starts, ends, ways, lengths = starts[long], ends[long], ways[long], lengths[long, None]
    heads = np.minimum(_HEAD_LENGTH * size, 0.6 * lengths)
    necks = ends - ways / lengths * heads
    slim = heads / (_HEAD_LENGTH * size) * size
    data = np.zeros((2 * len(starts), CapsuleBatch.WIDTH), np.float32)
    shaft, head = data[: len(starts)], data[len(starts) :]
    shaft[:, 0:3], shaft[:, 4:7] = starts, necks
    shaft[:, 3] = shaft[:, 7] = slim[:, 0] * _SHAFT
    head[:, 0:3], head[:, 4:7] = necks, ends
    head[:, 3], head[:, 7] = slim[:, 0] * _HEAD, 0.001
    data[:, 12:15], data[:, 15] = color, 1
    return CapsuleBatch(data)


def crate(
    position: np.ndarray, axes: np.ndarray, side: float, color: Rgb, edge: Rgb
) -> CapsuleBatch:
    """A cube of ``side`` metres: six faces and twelve edges.

    position (3,): its centre. axes (3, 3): its edges' directions as rows.
    """
    half = side / 2 - _BEAM
    faces, edges = [], []
    for n in range(3):
        along, across, out = axes[n], axes[(n + 1) % 3], axes[(n + 2) % 3]
        wide = across * (half / _PLATE - 1)
        for sign in (-1, 1):
            faces.append(
                [
                    *(position + half * (sign * out - along)),
                    *(position + half * (sign * out + along)),
                    *wide,
                ]
            )
        for a, b in product((-1, 1), repeat=2):
            middle = position + half * (a * across + b * out)
            edges.append([*(middle - half * along), *(middle + half * along)])
    found = np.zeros((len(faces) + len(edges), CapsuleBatch.WIDTH), np.float32)
    plates, beams = found[: len(faces)], found[len(faces) :]
    walls, rims = np.array(faces), np.array(edges)
    plates[:, 0:3], plates[:, 4:7], plates[:, 8:11] = walls[:, 0:3], walls[:, 3:6], walls[:, 6:9]
    plates[:, 3] = plates[:, 7] = _PLATE
    plates[:, 12:15] = color
    beams[:, 0:3], beams[:, 4:7] = rims[:, 0:3], rims[:, 3:6]
    beams[:, 3] = beams[:, 7] = _BEAM
    beams[:, 12:15] = edge
    found[:, 15] = 1
    return CapsuleBatch(found)


def way_marks(way: np.ndarray, goal: np.ndarray, color: Rgb) -> tuple[LineBatch, DiscBatch]:
    """Where someone goes: dots at ``way`` (N, 3) on the ground, a ring about ``goal`` (3,)."""
    turns = np.linspace(0, 2 * np.pi, _RING_POINTS)
    around = np.stack([np.cos(turns), np.zeros_like(turns), np.sin(turns)], axis=1)
    ring = polyline(goal + _RING * around + [0, _LIFT, 0], (*color, 0.95), 2.5)
    data = np.zeros((len(way) + 1, DiscBatch.WIDTH), np.float32)
    data[:-1, 0:3], data[:-1, 3] = way, _DOT
    data[-1, 0:3], data[-1, 3] = goal, _DOT * 2
    data[:, 4:7], data[:, 7] = color, 0.75
    return ring, DiscBatch(data)


def plumb(point: np.ndarray, color: Color) -> tuple[LineBatch, DiscBatch]:
    """A line from ``point`` (3,) down to the ground, and a mark where it ends."""
    foot = point * [1, 0, 1]
    line = segments(point[None], foot[None], color, 1.5)
    return line, DiscBatch(np.array([[*foot, 0.045, *color]], np.float32))
