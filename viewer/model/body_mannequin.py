"""The mannequin in the proportions of the simulated body, which carries it."""

from __future__ import annotations

import numpy as np

from character.anatomy import NAMES, OFFSETS, PARENTS
from character.canonical import SAME, to_canonical_axes
from character.instant import Instant
from character.skeleton import to_canonical_rotations
from motion import quat
from motion.canonical import INDEX, JOINTS
from motion.canonical import PARENTS as CARRIERS
from motion.vec import unit
from render.carried_mannequin import CarriedMannequin
from render.color_schemes import Palette
from render.mannequin_parts import BALLS, END_FRAMES, END_JOINTS, FRAMES
from render.scene import CapsuleBatch

_SIZE = 0.93
_CARRIED_BY = {
    "pelvis": "root",
    "waist": "chest",
    "chest": "chest",
    "head": "neck",
    "thigh": "hip",
    "shin": "knee",
    "foot": "ankle",
    "upper": "shoulder",
    "fore": "elbow",
}
_DRAWN = {
    "Hips": ("root", (0.0, 0.045, 0.0)),
    "Spine": ("root", (0.0, 0.139, 0.0)),
    "Spine1": ("chest", (0.0, 0.016, 0.0)),
    "Spine2": ("chest", (0.0, 0.129, 0.0)),
    "Neck": ("chest", (0.0, 0.269, 0.0)),
    "Head": ("neck", (0.0, 0.12, 0.0)),
    "LeftShoulder": ("chest", (0.037, 0.222, -0.012)),
    "LeftFoot": ("left_ankle", (0.0, 0.0337, 0.0)),
    "LeftToeBase": ("left_ankle", (0.0, -0.0314, 0.112)),
}
"""Joints that are drawn elsewhere than the body bends: left, up and forward of a body's joint."""


def _body_of_joint(joint: int) -> int:
    """The body that a canonical joint lies on: its own, or that of what carries it."""
    return _BODIES[joint] if joint in _BODIES else _body_of_joint(int(CARRIERS[joint]))


def _body_of_frame(frame: str) -> int:
    """The body that carries a frame of the mannequin."""
    side = next((side for side in ("Left", "Right") if frame.startswith(side)), "")
    body = _CARRIED_BY[frame.removeprefix(side)]
    return NAMES.index(f"{side.lower()}_{body}" if side else body)


def _standing() -> np.ndarray:
    """The joints (15, 3) of the body that stands upright with hanging arms, about its root."""
    joints = np.zeros((len(NAMES), 3))
    for body in range(1, len(NAMES)):
        joints[body] = joints[PARENTS[body]] + OFFSETS[body]
    return to_canonical_axes(joints)


def _fitted() -> CarriedMannequin:
    standing = _standing()
    joints = np.zeros((len(JOINTS), 3))
    for joint, body in _BODIES.items():
        joints[joint] = standing[body]
    for name, (carrier, offset) in _DRAWN.items():
        joints[INDEX[name]] = standing[NAMES.index(carrier)] + offset
        if name.startswith("Left"):
            joints[INDEX[name.replace("Left", "Right")]] = joints[INDEX[name]] * [-1, 1, 1]
    return CarriedMannequin.at_rest(joints, standing[_FRAME_BODIES], _SIZE)


_BODIES = {INDEX[joint]: NAMES.index(body) for body, joint in SAME.items()}
_FRAME_BODIES = np.array([_body_of_frame(frame) for frame in FRAMES])
_WAIST, _PELVIS, _CHEST = (FRAMES.index(frame) for frame in ("waist", "pelvis", "chest"))
_MANNEQUIN = _fitted()
JOINT_BODIES = np.array([_body_of_joint(joint) for joint in range(len(JOINTS))])
"""Of each canonical joint (22,) the body that it lies on."""
PART_BODIES = np.where(BALLS, JOINT_BODIES[END_JOINTS[:, 1]], _FRAME_BODIES[END_FRAMES[:, 1]])
"""Of each part (P,) of the mannequin the body that it shows: that of its second end, or of the
joint that it stands for."""


def body_mannequin(instant: Instant, palette: Palette) -> CapsuleBatch:
    """The mannequin that stands in for the body at ``instant``, in stage axes."""
    return _MANNEQUIN.placed(*_frames(instant), palette)


def _frames(instant: Instant) -> tuple[np.ndarray, np.ndarray]:
    """Origins (14, 3) and rotations (14, 3, 3) of the frames; the waist turns halfway."""
    turns = to_canonical_rotations(instant.rotations)[_FRAME_BODIES]
    pelvis, chest = turns[_PELVIS], turns[_CHEST]
    turns[_WAIST] = unit(chest + np.copysign(1.0, pelvis @ chest) * pelvis)
    return to_canonical_axes(instant.joints)[_FRAME_BODIES], quat.to_matrix(turns)
