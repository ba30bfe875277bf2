"""The simulated body as the canonical 22 joints, and the canonical joints as its poses.

DeepMimic faces +X with +Z to its right; the canonical human faces +Z with +X to its left:
(x, y, z) here is (-z, y, x) there. Joints that only one of the two bodies has lie on lines
between those that both have.
"""

from __future__ import annotations

import numpy as np

from motion import quat
from motion.canonical import ANKLE_HEIGHT, INDEX, JOINTS, LEG_LENGTH, OFFSETS, PARENTS
from motion.vec import frame, unit

from .anatomy import NAMES

BODY_LEG, BODY_ANKLE = 0.421546 + 0.40987, 0.05
"""Hip to ankle with a straight knee, and the ankle above the sole, of the simulated body, m."""

SAME = {
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
SAME |= {
    name.replace("right", "left"): joint.replace("Right", "Left")
    for name, joint in SAME.items()
    if name.startswith("right")
}
WAY_SCALE = LEG_LENGTH / BODY_LEG
"""How much farther the canonical human goes than the simulated body, whose legs are shorter."""
HEAD = np.array([0.0, 0.175, 0.0])
TOE = np.array([0.13, -0.05, 0.0])
_COLLAR = 0.4
_THERE, _HERE = [INDEX[j] for j in SAME.values()], [NAMES.index(n) for n in SAME]
_SPINE, _SHARES = [INDEX["Spine"], INDEX["Spine1"]], np.array([[1.0], [2.0]]) / 3
_COLLARS = [INDEX["RightShoulder"], INDEX["LeftShoulder"]]
_SHOULDERS = [NAMES.index("right_shoulder"), NAMES.index("left_shoulder")]
_TIPS = [INDEX["Head"], INDEX["RightToeBase"], INDEX["LeftToeBase"]]
_HOLDERS = [NAMES.index("neck"), NAMES.index("right_ankle"), NAMES.index("left_ankle")]
_TOE_REST = OFFSETS[INDEX["LeftToeBase"]]
_HIPS_ABOVE = -float(OFFSETS[INDEX["LeftUpLeg"], 1])
_LENGTHS = np.linalg.norm(OFFSETS.astype(np.float64), axis=-1, keepdims=True)
_ON_PELVIS = np.flatnonzero(PARENTS == INDEX["Hips"])
_ON_CHEST = np.flatnonzero(PARENTS == INDEX["Spine2"])


def _chain() -> np.ndarray:
    """(22, 22): 1 where the column is the row's joint or carries it."""
    chain = np.eye(len(JOINTS))
    for joint in range(1, len(JOINTS)):
        chain[joint] += chain[PARENTS[joint]]
    return chain


_CHAIN = _chain()


def canonical_joints(joints: np.ndarray, rotations: np.ndarray) -> np.ndarray:
    """The body in its true size as canonical joints (..., 22, 3) float32, metres, facing +Z.

    joints (..., 15, 3), rotations (..., 15, 4): world, in the body's order.
    """
    return _to_canonical(joints, rotations, TOE)


def retargeted(joints: np.ndarray, rotations: np.ndarray) -> np.ndarray:
    """The body's motion on the canonical human: (..., 22, 3) float32, as motion.retarget gives.

    joints (..., 15, 3), rotations (..., 15, 4). Canonical bone lengths, the root's way scaled by
    the ratio of the leg lengths, standing feet flat on y = 0. Pelvis and chest stand as
    motion.pose.fit_rotations has them, every other bone keeps its direction.
    """
    flat = np.array([_TOE_REST[2], _TOE_REST[1], 0.0])
    source = _to_canonical(joints, rotations, flat)
    across = source[..., INDEX["LeftUpLeg"], :] - source[..., INDEX["RightUpLeg"], :]
    pelvis = _rows("X", across, "Y", source[..., INDEX["Spine"], :] - source[..., 0, :])
    across = source[..., INDEX["LeftShoulder"], :] - source[..., INDEX["RightShoulder"], :]
    upward = source[..., INDEX["Neck"], :] - source[..., INDEX["Spine2"], :]
    chest = _rows("Y", upward, "X", across)
    bones = _LENGTHS * unit(source - source[..., PARENTS, :])
    bones[..., _ON_PELVIS, :] = OFFSETS[_ON_PELVIS] @ pelvis
    bones[..., _ON_CHEST, :] = OFFSETS[_ON_CHEST] @ chest
    bones[..., 0, :] = source[..., 0, :] * WAY_SCALE
    bones[..., 0, 1] = (source[..., 0, 1] - BODY_ANKLE) * WAY_SCALE + ANKLE_HEIGHT
    bones[..., 0, :] += _HIPS_ABOVE * pelvis[..., 1, :]
    return (_CHAIN @ bones).astype(np.float32)


def in_place(positions: np.ndarray) -> np.ndarray:
    """``retargeted`` positions (..., 22, 3) moved to where the simulated body is; float32."""
    way = positions[..., :1, :] * np.array([1.0, 0.0, 1.0])
    return (positions - way * (1 - 1 / WAY_SCALE)).astype(np.float32)


def _rows(exact: str, along: np.ndarray, near: str, towards: np.ndarray) -> np.ndarray:
    """``vec.frame`` with the axes as rows (..., 3, 3)."""
    return np.swapaxes(frame(exact, along, near, towards), -1, -2)


def _to_canonical(joints: np.ndarray, rotations: np.ndarray, toe: np.ndarray) -> np.ndarray:
    out = np.empty((*joints.shape[:-2], len(JOINTS), 3))
    out[..., _THERE, :] = joints[..., _HERE, :]
    root, chest, neck = joints[..., :1, :], joints[..., 1:2, :], joints[..., 2:3, :]
    out[..., _SPINE, :] = root + _SHARES * (chest - root)
    out[..., _COLLARS, :] = neck + _COLLAR * (joints[..., _SHOULDERS, :] - neck)
    tips = quat.rotate(rotations[..., _HOLDERS, :], np.array([HEAD, toe, toe]))
    out[..., _TIPS, :] = joints[..., _HOLDERS, :] + tips
    return to_canonical_axes(out).astype(np.float32)


def to_canonical_axes(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the simulation in canonical axes."""
    return np.stack([-vectors[..., 2], vectors[..., 1], vectors[..., 0]], axis=-1)


def from_canonical_axes(vectors: np.ndarray) -> np.ndarray:
    """Canonical vectors (..., 3) in the axes of the simulation."""
    return np.stack([vectors[..., 2], vectors[..., 1], -vectors[..., 0]], axis=-1)
