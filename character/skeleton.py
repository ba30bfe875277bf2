"""The character as a skeleton and a clip, for files: its own size, facing +Z, left = +X.

Joints bear the canonical names, so that BVH and GLB files of it are read as a human anywhere.
"""

from __future__ import annotations

import numpy as np

from motion import quat
from motion.clip import Clip
from motion.skeleton import Skeleton

from .anatomy import (
    BALL_POSE,
    BALLS,
    HINGE_POSE,
    HINGES,
    NAMES,
    OFFSETS,
    PARENTS,
    ROOT_ROTATION,
)
from .canonical import HEAD, SAME, TOE, from_canonical_axes, to_canonical_axes

_CHEST = "Chest"
_TIPS = (
    ("Head", "neck", HEAD),
    ("LeftToeBase", "left_ankle", TOE),
    ("RightToeBase", "right_ankle", TOE),
)
_HEAD_TOP, _TOE_TIP, _HAND_TIP = (0.0, 0.1, 0.0), (0.0, 0.0, 0.06), (0.0, -0.08, 0.0)


def character_skeleton() -> Skeleton:
    """The 15 bodies in their order, then the head and the toes."""
    names = [SAME[name] if name != "chest" else _CHEST for name in NAMES]
    offsets = [*OFFSETS, *(offset for _, _, offset in _TIPS)]
    parents = [*PARENTS, *(NAMES.index(parent) for _, parent, _ in _TIPS)]
    names += [name for name, _, _ in _TIPS]
    tips = {"Head": _HEAD_TOP, "Toe": _TOE_TIP, "Hand": _HAND_TIP}
    return Skeleton(
        names=tuple(names),
        parents=np.array(parents, np.int32),
        offsets=to_canonical_axes(np.array(offsets)).astype(np.float32),
        end_sites={
            joint: np.array(tip, np.float32)
            for joint, name in enumerate(names)
            for part, tip in tips.items()
            if part in name
        },
    )


def character_clip(
    poses: np.ndarray,
    frame_time: float,
    name: str,
    warnings: tuple[str, ...] = (),
) -> Clip:
    """``poses`` (T, 43) as a clip; head and toes turn with neck and feet."""
    skeleton = character_skeleton()
    turns = quat.identity((len(poses), skeleton.joint_count))
    turns[:, 0] = poses[:, ROOT_ROTATION]
    turns[:, list(BALLS)] = poses[:, BALL_POSE]
    bends = poses[:, HINGE_POSE]
    turns[:, list(HINGES)] = quat.from_axis_angle(np.array([0.0, 0.0, 1.0]), bends)
    rotations = quat.continuous(to_canonical_rotations(turns)).astype(np.float32)
    translations = np.tile(skeleton.offsets, (len(poses), 1, 1))
    translations[:, 0] = to_canonical_axes(poses[:, :3])
    return Clip(name, skeleton, rotations, translations, frame_time, warnings=warnings)


def to_canonical_rotations(rotations: np.ndarray) -> np.ndarray:
    """Rotations (..., 4) of the simulation in canonical axes."""
    return np.concatenate([rotations[..., :1], to_canonical_axes(rotations[..., 1:])], axis=-1)


def world_of(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Joints (T, 15, 3) and rotations (T, 15, 4) of a clip of the character, in its own axes."""
    joints, rotations = (array[:, : len(NAMES)].astype(np.float64) for array in clip.world)
    turned = from_canonical_axes(rotations[..., 1:])
    return from_canonical_axes(joints), np.concatenate([rotations[..., :1], turned], axis=-1)
