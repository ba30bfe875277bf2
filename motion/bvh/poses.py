"""Channel values to joint rotations and translations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from motion import quat
from motion.blocks import each_block
from motion.skeleton import Skeleton
from motion.vec import AXES

from .hierarchy import Joint

REVOLUTION = 360.0


@dataclass(frozen=True)
class Channels:
    """Which columns of a motion row drive which joints.

    rotations: Euler order -> (joints (n,), columns (n, len(order))).
    positions: (joints, axes, columns), each (n,).
    """

    rotations: dict[str, tuple[np.ndarray, np.ndarray]]
    positions: tuple[np.ndarray, np.ndarray, np.ndarray]


def channels_of(joints: list[Joint]) -> Channels:
    """The columns of every joint, grouped by Euler order."""
    groups: dict[str, tuple[list[int], list[list[int]]]] = {}
    positions: list[tuple[int, int, int]] = []
    for index, joint in enumerate(joints):
        order, columns = "", []
        for column, name in enumerate(joint.channels or (), joint.first_channel):
            if name.endswith("rotation"):
                order += name[0]
                columns.append(column)
            else:
                positions.append((index, AXES[name[0]], column))
        if order:
            members, rows = groups.setdefault(order, ([], []))
            members.append(index)
            rows.append(columns)
    rotations = {o: (np.array(m), np.array(rows)) for o, (m, rows) in groups.items()}
    table = np.array(positions, int).reshape(-1, 3)
    return Channels(rotations, (table[:, 0], table[:, 1], table[:, 2]))


def skeleton_of(joints: list[Joint], scale: float) -> Skeleton:
    """The joint tree, ``scale`` metres a unit; of several end sites the farthest is kept."""
    tips = {
        index: max(joint.end_sites, key=lambda tip: math.hypot(*tip))
        for index, joint in enumerate(joints)
        if joint.end_sites
    }
    return Skeleton(
        tuple(joint.name for joint in joints),
        np.array([joint.parent for joint in joints], np.int32),
        scale * np.array([joint.offset for joint in joints], np.float32),
        {joint: scale * np.array(tip, np.float32) for joint, tip in tips.items()},
    )


def poses(
    values: np.ndarray, channels: Channels, skeleton: Skeleton, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Local rotations (T, J, 4) and translations (T, J, 3), float32.

    values: (T, channels) float64, degrees and file units of ``scale`` metres. A
    position channel replaces the joint's offset on its axis.
    """
    frames, joints = len(values), skeleton.joint_count
    rotations = quat.identity((frames, joints), np.float32)
    translations = np.broadcast_to(skeleton.offsets, (frames, joints, 3)).copy()
    movers, axes, columns = channels.positions

    def turn(block: slice) -> None:
        rows = values[block].T
        translations[block, movers, axes] = rows[columns].T * scale
        for order, (members, angles) in channels.rotations.items():
            turns = np.moveaxis(_radians(rows[angles.T]), 0, -1)
            rotations[block, members] = np.swapaxes(quat.from_euler(turns, order), 0, 1)

    each_block(turn, frames)
    return rotations, translations


def _radians(degrees: np.ndarray) -> np.ndarray:
    """float32 radians; many revolutions are taken off first, as they cost digits."""
    if np.abs(degrees).max(initial=0) > 2 * REVOLUTION:
        degrees = np.fmod(degrees, 2 * REVOLUTION)
    return np.radians(degrees).astype(np.float32)
