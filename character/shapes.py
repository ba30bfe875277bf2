"""The shapes of the simulated body, to be drawn in their true size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion import quat

from .body import Body


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


def body_shapes(body: Body) -> Shapes:
    """The shapes of ``body``; a box becomes the stick that fills it best."""
    count = len(body.geoms)
    ends, radii, widening = np.zeros((count, 2, 3)), body.radii.copy(), np.zeros((count, 3))
    for row, geom in enumerate(body.geoms):
        half, turn = body.extents[row], body.model.geom_quat[geom]
        along = np.argsort(half)
        reach = half[along[2]]
        if radii[row] == 0:
            radii[row] = half[along[0]]
            wide = np.eye(3)[along[1]] * (half[along[1]] / half[along[0]] - 1)
            widening[row] = quat.rotate(turn, wide)
            reach -= radii[row]
        way = quat.rotate(turn, np.eye(3)[along[2]] * reach)
        ends[row] = body.model.geom_pos[geom] + [-way, way]
    return Shapes(ends, radii, widening)
