"""The forces with which the ground and the box push the character."""

from __future__ import annotations

import mujoco
import numpy as np

from .anatomy import MOST_CONTACTS
from .body import Body


def contact_forces(body: Body, data: mujoco.MjData) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) in metres and forces (N, 3) in newtons on the character, N <= 32.

    Those of the last physics step in ``data``; the character's parts among themselves are left out.
    """
    own = body.own_geoms[data.contact.geom]
    rows = np.flatnonzero(own[:, 0] != own[:, 1])[:MOST_CONTACTS]
    points, forces = data.contact.pos[rows], np.empty((len(rows), 3))
    six = np.empty(6)
    for out, row in enumerate(rows):
        mujoco.mj_contactForce(data.model, data, row, six)
        on_second = six[:3] @ data.contact.frame[row].reshape(3, 3)
        forces[out] = on_second if own[row, 1] else -on_second
    return points, forces
