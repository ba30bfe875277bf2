"""The canonical human: 22 joints, Y up, metres, facing +Z, left = +X.

Every human rig is retargeted to this body, so that the models, the stage and
the exporters speak of one set of joints. The proportions are those of an adult
1.75 m tall, leg and hip heights at the medians of the training rigs.
"""

from __future__ import annotations

import numpy as np

from .skeleton import Skeleton

_BODY: tuple[tuple[str, int, tuple[float, float, float]], ...] = (
    ("Hips", -1, (0.0, 0.99, 0.0)),
    ("LeftUpLeg", 0, (0.09, -0.05, 0.0)),
    ("LeftLeg", 1, (0.0, -0.43, 0.0)),
    ("LeftFoot", 2, (0.0, -0.42, 0.0)),
    ("LeftToeBase", 3, (0.0, -0.07, 0.14)),
    ("RightUpLeg", 0, (-0.09, -0.05, 0.0)),
    ("RightLeg", 5, (0.0, -0.43, 0.0)),
    ("RightFoot", 6, (0.0, -0.42, 0.0)),
    ("RightToeBase", 7, (0.0, -0.07, 0.14)),
    ("Spine", 0, (0.0, 0.10, 0.0)),
    ("Spine1", 9, (0.0, 0.12, 0.0)),
    ("Spine2", 10, (0.0, 0.12, 0.0)),
    ("Neck", 11, (0.0, 0.15, 0.0)),
    ("Head", 12, (0.0, 0.10, 0.02)),
    ("LeftShoulder", 11, (0.04, 0.10, 0.0)),
    ("LeftArm", 14, (0.14, 0.01, 0.0)),
    ("LeftForeArm", 15, (0.28, 0.0, 0.0)),
    ("LeftHand", 16, (0.25, 0.0, 0.0)),
    ("RightShoulder", 11, (-0.04, 0.10, 0.0)),
    ("RightArm", 18, (-0.14, 0.01, 0.0)),
    ("RightForeArm", 19, (-0.28, 0.0, 0.0)),
    ("RightHand", 20, (-0.25, 0.0, 0.0)),
)

JOINTS: tuple[str, ...] = tuple(name for name, _, _ in _BODY)
PARENTS: np.ndarray = np.array([parent for _, parent, _ in _BODY], np.int32)
OFFSETS: np.ndarray = np.array([offset for _, _, offset in _BODY], np.float32)
INDEX: dict[str, int] = {name: joint for joint, name in enumerate(JOINTS)}

HIPS = 0
LEFT_FOOT, LEFT_TOE, RIGHT_FOOT, RIGHT_TOE = 3, 4, 7, 8
FOOT_JOINTS: tuple[int, ...] = (LEFT_FOOT, LEFT_TOE, RIGHT_FOOT, RIGHT_TOE)
MIRROR: np.ndarray = np.array(
    [INDEX[n.replace("Left", "#").replace("Right", "Left").replace("#", "Right")] for n in JOINTS],
    np.int32,
)

CANONICAL = Skeleton(
    names=JOINTS,
    parents=PARENTS,
    offsets=OFFSETS,
    end_sites={
        INDEX["LeftToeBase"]: np.array([0, 0, 0.07], np.float32),
        INDEX["RightToeBase"]: np.array([0, 0, 0.07], np.float32),
        INDEX["Head"]: np.array([0, 0.17, 0], np.float32),
        INDEX["LeftHand"]: np.array([0.17, 0, 0], np.float32),
        INDEX["RightHand"]: np.array([-0.17, 0, 0], np.float32),
    },
)

LEG_LENGTH = float(-OFFSETS[INDEX["LeftLeg"], 1] - OFFSETS[INDEX["LeftFoot"], 1])
"""Hip joint to ankle with a straight knee, metres."""

ANKLE_HEIGHT, TOE_HEIGHT = 0.09, 0.02
"""Heights of the joints above the sole of a foot flat on the ground, metres."""
