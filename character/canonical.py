"""The simulated body as the canonical 22 joints, and the canonical joints as its poses.

DeepMimic faces +X with +Z to its right; the canonical human faces +Z with +X to its left:
(x, y, z) here is (-z, y, x) there. Joints that only one of the two bodies has lie on lines
between those that both have.
"""

from __future__ import annotations

import numpy as np

from motion import quat
from motion.canonical import ANKLE_HEIGHT, INDEX, JOINTS, LEG_LENGTH, OFFSETS
from motion.pose import fit_rotations, pose

from .body import NAMES

BODY_LEG, BODY_ANKLE = 0.421546 + 0.40987, 0.05
"""Hip to ankle with a straight knee, and the ankle above the sole, of the simulated body, m."""

_SAME = {
    "root": "Hips",
    "chest": "Spine2",
    "neck": "Neck",
    "right_hip": "RightUpLeg",
    "right_knee": "RightLeg",
    "right_ankle": "RightFoot",
    "right_shoulder": "RightArm",
    "right_elbow": "RightForeArm",
    "right_wrist": "RightHand",
}
_SAME |= {
    name.replace("right", "left"): joint.replace("Right", "Left")
    for name, joint in _SAME.items()
    if name.startswith("right")
}
_HEAD = np.array([0.0, 0.175, 0.0])
_TOE = np.array([0.13, -0.05, 0.0])
_COLLAR = 0.4
_TOE_REST = OFFSETS[INDEX["LeftToeBase"]]
_HIPS_ABOVE = -float(OFFSETS[INDEX["LeftUpLeg"], 1])


def canonical_joints(joints: np.ndarray, rotations: np.ndarray) -> np.ndarray:
    """The body in its true size as canonical joints (..., 22, 3) float32, metres, facing +Z.

    joints (..., 15, 3), rotations (..., 15, 4): world, in the body's order.
    """
    return _to_canonical(joints, rotations, _TOE)


def retargeted(joints: np.ndarray, rotations: np.ndarray) -> np.ndarray:
    """The body's motion on the canonical human: (T, 22, 3) float32, as motion.retarget gives.

    joints (T, 15, 3), rotations (T, 15, 4). Canonical bone lengths, the root's way scaled by the
    ratio of the leg lengths, standing feet flat on y = 0.
    """
    flat = np.array([_TOE_REST[2], _TOE_REST[1], 0.0])
    source = _to_canonical(joints, rotations, flat)
    turns = fit_rotations(source)
    hips = source[:, 0] * np.float32(LEG_LENGTH / BODY_LEG)
    hips[:, 1] = (source[:, 0, 1] - BODY_ANKLE) * (LEG_LENGTH / BODY_LEG) + ANKLE_HEIGHT
    above = np.broadcast_to(np.array([0.0, _HIPS_ABOVE, 0.0]), hips.shape)
    return pose(turns, hips + quat.rotate(turns[:, 0], above).astype(np.float32))


def _to_canonical(joints: np.ndarray, rotations: np.ndarray, toe: np.ndarray) -> np.ndarray:
    out = np.empty((*joints.shape[:-2], len(JOINTS), 3))
    for name, joint in _SAME.items():
        out[..., INDEX[joint], :] = joints[..., NAMES.index(name), :]
    root, chest, neck = (joints[..., NAMES.index(n), :] for n in ("root", "chest", "neck"))
    out[..., INDEX["Spine"], :] = root + (chest - root) / 3
    out[..., INDEX["Spine1"], :] = root + (chest - root) * 2 / 3
    out[..., INDEX["Head"], :] = neck + quat.rotate(rotations[..., NAMES.index("neck"), :], _HEAD)
    for side in ("right", "left"):
        foot, arm = NAMES.index(f"{side}_ankle"), NAMES.index(f"{side}_shoulder")
        ahead = quat.rotate(rotations[..., foot, :], toe)
        out[..., INDEX[f"{side.title()}ToeBase"], :] = joints[..., foot, :] + ahead
        collar = neck + _COLLAR * (joints[..., arm, :] - neck)
        out[..., INDEX[f"{side.title()}Shoulder"], :] = collar
    return to_canonical_axes(out).astype(np.float32)


def to_canonical_axes(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the simulation in canonical axes."""
    return np.stack([-vectors[..., 2], vectors[..., 1], vectors[..., 0]], axis=-1)


def from_canonical_axes(vectors: np.ndarray) -> np.ndarray:
    """Canonical vectors (..., 3) in the axes of the simulation."""
    return np.stack([vectors[..., 2], vectors[..., 1], -vectors[..., 0]], axis=-1)
