"""What the policy sees: 197 numbers in the root's heading frame.

Layout of the DeepMimic release of 2018, N = 15 bodies in the order of ``anatomy.NAMES``:
phase 1, height of the root joint 1, N x (centre of mass relative to the root joint 3,
rotation 4), N x (velocity of the centre of mass 3, angular velocity 3). The root's own
rotation and velocities stay in the world frame; rotations have w >= 0.
"""

from __future__ import annotations

import numpy as np

from .anatomy import NAMES, ROOT, STATE_SIZE
from .instant import Instant

_N = len(NAMES)
_POSES = slice(2, 2 + 7 * _N)
_VELOCITIES = slice(2 + 7 * _N, STATE_SIZE)


def state_vector(instant: Instant, phase: float) -> np.ndarray:
    """The state (197,) float32 of a body at ``phase`` in [0, 1) of its clip."""
    turn = instant.to_heading
    rotations = instant.rotations @ _left_product(-instant.heading)
    rotations[ROOT] = instant.rotations[ROOT]
    rotations = np.where(rotations[:, :1] < 0, -rotations, rotations)

    linear, angular = instant.linear @ turn, instant.angular @ turn
    linear[ROOT], angular[ROOT] = instant.linear[ROOT], instant.angular[ROOT]
    centres = (instant.centres - instant.joints[ROOT]) @ turn

    state = np.empty(STATE_SIZE, np.float32)
    state[0], state[1] = phase, instant.joints[ROOT, 1]
    state[_POSES] = np.concatenate([centres, rotations], axis=1).ravel()
    state[_VELOCITIES] = np.concatenate([linear, angular], axis=1).ravel()
    return state


def _left_product(angle: float) -> np.ndarray:
    """M (4, 4) with ``q @ M`` = the rotation by ``angle`` about y, after q."""
    c, s = np.cos(angle / 2), np.sin(angle / 2)
    return np.array([[c, 0, s, 0], [0, c, 0, -s], [-s, 0, c, 0], [0, s, 0, c]])
