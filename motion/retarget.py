"""Any human clip on the canonical body."""

from __future__ import annotations

import numpy as np

from . import quat
from .canonical import ANKLE_HEIGHT, INDEX, LEG_LENGTH, OFFSETS, TOE_HEIGHT
from .clip import Clip
from .contacts import joint_speed
from .pose import bent
from .rigs import match_rig
from .vec import cross, unit

_SIDES = ("Left", "Right")
_SOLE = {
    joint: height
    for side in _SIDES
    for joint, height in (
        (INDEX[f"{side}Foot"], ANKLE_HEIGHT),
        (INDEX[f"{side}ToeBase"], TOE_HEIGHT),
    )
}
_TRUNK = slice(INDEX["Spine"], None)
_STRAIGHT_COSINE = np.cos(np.radians(35))
_STANDING_SPEED = 0.3
_STANDING_RISE = 0.04


def retarget(clip: Clip) -> np.ndarray:
    """The clip's motion on the canonical body.

    Bones keep the directions they have in the source and take canonical
    lengths; feet are pitched so that standing is flat, and a spine that starts
    beside the hips is set over them; the root path is scaled by the ratio of
    leg lengths and set down so that the feet stand on y = 0.
    Returns world positions (T, 22, 3) float32, metres.
    Raises rigs.NotHuman when a canonical joint cannot be found.
    """
    source = match_rig(clip.skeleton).locate(clip)
    scale = LEG_LENGTH / max(leg_length(source), 1e-6)
    source = source * np.float32(scale)
    source = _level_feet(_raise_trunk(source), clip.frame_time)
    positions = bent(source)
    positions[..., 1] -= ground_height(positions, clip.frame_time)
    return positions


def leg_length(source: np.ndarray) -> float:
    """Mean length of thigh and shin over both legs of located joints (T, 22, 3), metres."""
    total = 0.0
    for side in _SIDES:
        hip, knee, ankle = (source[0, INDEX[side + part]] for part in ("UpLeg", "Leg", "Foot"))
        total += float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle)) / 2
    return total


def ground_height(positions: np.ndarray, frame_time: float) -> float:
    """Height of the floor under canonical ``positions`` (T, 22, 3), metres.

    The floor carries the lower foot where it rests: the lowest quarter of the
    frames in which it hardly moves, or of all frames when it never rests.
    """
    feet = list(_SOLE)
    soles = positions[:, feet, 1] - np.array(list(_SOLE.values()), np.float32)
    speed = joint_speed(positions[:, feet], frame_time)
    lower = np.argmin(soles, axis=1)[:, None]
    height = np.take_along_axis(soles, lower, axis=1)[:, 0]
    resting = np.take_along_axis(speed, lower, axis=1)[:, 0] < _STANDING_SPEED
    return float(np.percentile(height[resting] if resting.any() else height, 25))


def _raise_trunk(source: np.ndarray) -> np.ndarray:
    """``source`` (T, 22, 3) with its trunk moved so that the spine leaves the hips upward.

    In some rigs the first spine joint coincides with the hips or lies behind
    them, and the bone to it tells nothing about the pelvis; the next one does.
    """
    first = source[:, INDEX["Spine"]] - source[:, 0]
    second = source[:, INDEX["Spine1"]] - source[:, INDEX["Spine"]]
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    cosine = np.sum(first * second, axis=-1) / np.maximum(lengths, 1e-9)
    if np.median(cosine) > _STRAIGHT_COSINE:
        return source
    source = source.copy()
    source[:, _TRUNK] += (second - first)[:, None]
    return source


def _level_feet(source: np.ndarray, frame_time: float) -> np.ndarray:
    """``source`` (T, 22, 3) with its toes turned so that a standing foot is level.

    Rigs disagree on where in the foot the toe joint lies. The pitch of the
    ankle-to-toe line while the foot stands tells, and is brought to the canonical one.
    """
    source = source.copy()
    rest = OFFSETS[INDEX["LeftToeBase"]]
    level = np.arctan2(-rest[1], rest[2])
    for side in _SIDES:
        knee, ankle, toe = (source[:, INDEX[side + p]] for p in ("Leg", "Foot", "ToeBase"))
        bone = toe - ankle
        low = ankle[:, 1] < np.percentile(ankle[:, 1], 10) + _STANDING_RISE
        standing = low & (joint_speed(ankle[:, None], frame_time)[:, 0] < _STANDING_SPEED)
        if not standing.any():
            continue
        down = np.arctan2(-bone[:, 1], np.linalg.norm(bone[:, [0, 2]], axis=-1))
        correction = level - np.median(down[standing])
        lateral = unit(cross(bone, knee - ankle))
        swing = quat.from_axis_angle(-lateral, np.full(len(bone), correction))
        source[:, INDEX[f"{side}ToeBase"]] = ankle + quat.rotate(swing, bone)
    return source
