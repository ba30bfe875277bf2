"""The simulated body as it is seen: the mannequin in its proportions, or the shapes that collide.

No Qt, no MuJoCo. Places are metres in stage axes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np

from character.anatomy import NAMES
from character.canonical import to_canonical_axes
from character.instant import Instant
from character.shapes import Shapes
from render.character import sticks
from render.color_schemes import DARK, Palette
from render.mannequin import at_parts
from render.scene import CapsuleBatch

from .body_mannequin import JOINT_BODIES, PART_BODIES, body_mannequin

_GRIP = 0.5
"""Share of its widening by which the pointer finds a part of the mannequin thicker."""


class BodyLook(Protocol):
    """A way to see the body; it consists of parts."""

    def drawn(self, instant: Instant, palette: Palette) -> CapsuleBatch:
        """Its parts at ``instant``."""

    def of_joints(self, values: np.ndarray) -> np.ndarray:
        """What each part shows of ``values`` (22,) at the canonical joints."""

    def of_bodies(self, values: np.ndarray) -> np.ndarray:
        """What each part shows of ``values`` (15,) of the bodies."""

    def surface(self, instant: Instant) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Its parts as sticks: ends (N, 2, 3), radii (N,) and the bodies (N,) they belong to."""


class AsShapes:
    """The shapes that collide, one for each body."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def drawn(self, instant: Instant, palette: Palette) -> CapsuleBatch:
        ends, widening = self._shapes.placed(instant.joints, instant.rotations)
        colors = _side_colors(palette)
        return sticks(
            to_canonical_axes(ends), self._shapes.radii, to_canonical_axes(widening), colors
        )

    def of_joints(self, values: np.ndarray) -> np.ndarray:
        return on_bodies(values)

    def of_bodies(self, values: np.ndarray) -> np.ndarray:
        return values

    def surface(self, instant: Instant) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        ends, _ = self._shapes.placed(instant.joints, instant.rotations)
        return to_canonical_axes(ends), self._shapes.radii, np.arange(len(NAMES))


class AsMannequin:
    """The mannequin of the stage in the proportions of the body, whose bones turn it.

    A part belongs to the body that carries its second end, a ball to the joint it stands for.
    """

    def drawn(self, instant: Instant, palette: Palette) -> CapsuleBatch:
        return body_mannequin(instant, palette)

    def of_joints(self, values: np.ndarray) -> np.ndarray:
        return at_parts(values)

    def of_bodies(self, values: np.ndarray) -> np.ndarray:
        shown: np.ndarray = values[PART_BODIES]
        return shown

    def surface(self, instant: Instant) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        data = self.drawn(instant, DARK.figure).data
        ends = np.stack([data[:, 0:3], data[:, 4:7]], axis=1)
        wider = 1 + _GRIP * np.linalg.norm(data[:, 8:11], axis=1)
        return ends, np.maximum(data[:, 3], data[:, 7]) * wider, PART_BODIES


def on_bodies(shares: np.ndarray) -> np.ndarray:
    """Of each body (15,) the largest share of the canonical joints (22,) that lie on it."""
    found = np.zeros(len(NAMES))
    np.maximum.at(found, JOINT_BODIES, shares)
    return found


@lru_cache(8)
def _side_colors(palette: Palette) -> np.ndarray:
    """Colours (15, 3) of the bodies."""
    sides = {"left": palette.left, "right": palette.right}
    return np.array([sides.get(name.partition("_")[0], palette.body) for name in NAMES])
