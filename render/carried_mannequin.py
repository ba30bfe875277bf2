"""The mannequin in proportions of its own, carried by rigid frames instead of fitted to joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .color_schemes import Palette
from .mannequin import assembled
from .mannequin_parts import END_FRAMES, END_JOINTS, END_OFFSETS, FRAMES, STRETCH
from .scene import CapsuleBatch


@dataclass(frozen=True, eq=False)
class CarriedMannequin:
    """A mannequin whose parts hang on the 14 ``FRAMES``, of which each has an origin and axes.

    mix (3P, 56): first ends, second ends and stretch of its parts as sums of what the frames have:
    origin, left, up and forward of one after the other. size: of the parts beside the table's.
    """

    mix: np.ndarray
    size: float

    @classmethod
    def at_rest(cls, joints: np.ndarray, origins: np.ndarray, size: float) -> CarriedMannequin:
        """A mannequin for a body that stands upright with hanging arms and faces +Z.

        joints (22, 3): its canonical joints, origins (14, 3): those of its frames, metres.
        """
        ends = joints[END_JOINTS] + size * END_OFFSETS - origins[END_FRAMES]
        first, second = np.swapaxes(END_FRAMES, 0, 1)
        parts = np.arange(len(STRETCH))
        mix = np.zeros((3, len(parts), len(FRAMES), 4), np.float32)
        mix[0, parts, first, 0] = mix[1, parts, second, 0] = 1
        mix[0, parts, first, 1:], mix[1, parts, second, 1:] = ends[:, 0], ends[:, 1]
        mix[2, parts, first, 1:] = STRETCH
        return cls(mix.reshape(3 * len(parts), -1), size)

    def placed(self, origins: np.ndarray, turns: np.ndarray, palette: Palette) -> CapsuleBatch:
        """The mannequin in the world.

        origins (14, 3) metres; turns (14, 3, 3): rotations of the frames, for column vectors.
        """
        frames = np.concatenate([origins[:, None], np.swapaxes(turns, 1, 2)], axis=1)
        placed = self.mix @ frames.reshape(-1, 3).astype(np.float32)
        first, second, stretch = placed.reshape(3, -1, 3)
        return assembled(first, second, stretch, palette, self.size)
