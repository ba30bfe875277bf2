"""The shapes of the simulated body, to be drawn in their true size. No MuJoCo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion import quat


@dataclass(frozen=True, eq=False)
class Shapes:
    """One rounded stick per body, in the body's own frame.

    ends (15, 2, 3): centres of its two spheres, the same for a ball. radii (15,) metres.
    widening (15, 3): the axis along which it is wider, as long as the share by which it is; zero
    for what is round.
    """

    ends: np.ndarray
    radii: np.ndarray
    widening: np.ndarray

    def placed(self, joints: np.ndarray, rotations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ends (15, 2, 3) and widening (15, 3) in the world.

        joints (15, 3), rotations (15, 4): where the bodies are.
        """
        ends = joints[:, None] + quat.rotate(rotations[:, None], self.ends)
        return ends, quat.rotate(rotations, self.widening)
