"""Any human clip on the canonical body."""

from __future__ import annotations

import numpy as np

from .canonical import ANKLE_HEIGHT, FOOT_JOINTS, INDEX, LEG_LENGTH, TOE_HEIGHT
from .clip import Clip
from .pose import fit_rotations, pose
from .rigs import match_rig

_FLESH = 0.06


def retarget(clip: Clip) -> np.ndarray:
    """The clip's motion on the canonical body.

    Bones keep the directions they have in the source and take canonical
    lengths; the root path is scaled by the ratio of leg lengths and set down so
    that the feet stand on y = 0. Returns world positions (T, 22, 3) float32, metres.
    Raises rigs.NotHuman when a canonical joint cannot be found.
    """
    source = match_rig(clip.skeleton).locate(clip)
    scale = LEG_LENGTH / max(_leg_length(source), 1e-6)
    positions = pose(fit_rotations(source), source[:, 0] * np.float32(scale))
    positions[..., 1] -= ground_height(positions)
    return positions


def ground_height(positions: np.ndarray) -> float:
    """Height of the floor under canonical ``positions`` (T, 22, 3), metres.

    The floor is where the lowest part of the body rests in the lowest 2 % of frames.
    """
    clearance = np.full(positions.shape[1], _FLESH, np.float32)
    for joint in FOOT_JOINTS:
        clearance[joint] = ANKLE_HEIGHT if joint in (FOOT_JOINTS[0], FOOT_JOINTS[2]) else TOE_HEIGHT
    lowest = np.min(positions[..., 1] - clearance, axis=1)
    return float(np.percentile(lowest, 2))


def _leg_length(source: np.ndarray) -> float:
    """Mean length of thigh and shin over both legs, metres."""
    total = 0.0
    for side in ("Left", "Right"):
        hip, knee, ankle = (source[0, INDEX[side + part]] for part in ("UpLeg", "Leg", "Foot"))
        total += float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle)) / 2
    return total
