"""Judging the length unit and the up axis, which BVH does not state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from motion import quat
from motion.clip import Clip
from motion.conventions import UNITS
from motion.measure import figure_points, head_and_feet, standing_height

# Up to which standing height, in file units, each unit is meant: people of 0.9 to 2.5 m. Of
# decimetres and Acclaim units, which overlap, decimetres are meant up to 2.1 m.
_HUMAN_LIMITS = (("m", 7.0), ("dm", 21.0), ("acclaim", 45.0), ("inch", 90.0), ("cm", np.inf))
_OTHER_LIMITS = (("m", 16.0), ("cm", np.inf))
_HUMAN_HEIGHT = (0.9, 2.5)
_TO_Y_UP = np.array([np.sqrt(0.5), -np.sqrt(0.5), 0, 0], np.float32)
_UPRIGHT = 0.7
_NOT_UPRIGHT = 0.45


def is_human(clip: Clip) -> bool:
    """Whether the rig names a head and feet, so that a size can be expected of it."""
    return all(head_and_feet(clip.skeleton))


def choose_units(clip: Clip) -> tuple[str, tuple[str, ...]]:
    """The unit in which a clip still in file units has a sensible size, and doubts about it.

    Both are judged by measure.standing_height; people are taken for 0.9 to 2.5 m tall.
    """
    size = standing_height(clip)
    units = units_of_size(clip, size)
    metres = size * UNITS[units]
    if not is_human(clip):
        return units, (
            f"No head and feet to judge the size by: read in {units}, {metres:.3g} m across.",
        )
    if not _HUMAN_HEIGHT[0] <= metres <= _HUMAN_HEIGHT[1]:
        return units, (
            f"In no unit of the usual ones is this figure of human size: read in "
            f"{units}, {metres:.3g} m tall.",
        )
    return units, ()


def units_of_size(clip: Clip, size: float) -> str:
    """The name of the unit that a file counts in where ``clip``'s figure is ``size`` of it tall."""
    limits = _HUMAN_LIMITS if is_human(clip) else _OTHER_LIMITS
    return next(name for name, limit in limits if size <= limit)


def is_z_up(clip: Clip) -> bool:
    """Whether a figure with head and feet stands along Z rather than Y.

    A zero pose along Z decides with a figure that leans more to Z than to Y.
    Otherwise it must stand along Z; and as one who lies along Z in a Y-up file
    looks the same, it must also travel along Y as on a floor, or not lie on the
    plane y = 0.
    """
    if not is_human(clip):
        return False
    points = figure_points(clip)
    up = _trunk(clip, points).mean(axis=0)
    still = replace(
        clip,
        rotations=quat.identity((1, clip.skeleton.joint_count), np.float32),
        translations=clip.skeleton.offsets[None],
    )
    if _trunk(still, figure_points(still))[0, 2] > _UPRIGHT:
        return bool(up[2] > up[1])
    if up[2] < _UPRIGHT or up[1] > _NOT_UPRIGHT:
        return False
    size = float(np.ptp(points, axis=1).max())
    _, along_y, along_z = np.ptp(points[:, 0], axis=0)
    level = float(np.median(points[..., 1].min(axis=1)))
    return bool(along_y > max(0.05 * size, 1.5 * along_z) or abs(level) > 0.1 * size)


def y_up(clip: Clip) -> Clip:
    """A Z-up clip turned upright at its root: (x, y, z) becomes (x, z, -y)."""
    rotations, translations = clip.rotations.copy(), clip.translations.copy()
    rotations[:, 0] = quat.mul(_TO_Y_UP, rotations[:, 0])
    translations[:, 0] = quat.rotate(_TO_Y_UP, translations[:, 0])
    return replace(clip, rotations=rotations, translations=translations)


def _trunk(clip: Clip, points: np.ndarray) -> np.ndarray:
    """Unit directions (T, 3) from the feet to the head."""
    head, feet = (np.array(joints) for joints in head_and_feet(clip.skeleton))
    joints = clip.skeleton.joint_count
    line = points[:, head + joints].mean(axis=1) - points[:, feet + joints].mean(axis=1)
    length = np.linalg.norm(line, axis=-1, keepdims=True)
    return line / np.where(length > 0, length, 1)
