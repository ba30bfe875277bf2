"""Skeletons and forward kinematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import quat
from .blocks import each_block


@dataclass(frozen=True, eq=False)
class Skeleton:
    """A joint tree in parents-first order.

    names: J joint names, as the file spells them.
    parents: (J,) int32; the root has -1 and every parent precedes its child.
    offsets: (J, 3) float32, metres, from the parent's joint in its frame.
    end_sites: joint index -> (3,) float32 offset of the leaf's tip, metres.
    """

    names: tuple[str, ...]
    parents: np.ndarray
    offsets: np.ndarray
    end_sites: dict[int, np.ndarray]

    @property
    def joint_count(self) -> int:
        """Joints, J, end sites not counted."""
        return len(self.names)

    def index(self, name: str) -> int:
        """Index of the joint called ``name``; KeyError if there is none."""
        try:
            return self.names.index(name)
        except ValueError:
            raise KeyError(name) from None

    def bones(self) -> list[tuple[int, int]]:
        """(parent, child) index pairs, one per joint with a parent."""
        return [(int(p), j) for j, p in enumerate(self.parents) if p >= 0]

    def levels(self) -> list[np.ndarray]:
        """Joint indices (n,) of each depth, the root's first."""
        depth = np.zeros(self.joint_count, np.int32)
        for joint, parent in enumerate(self.parents.tolist()):
            depth[joint] = 0 if parent < 0 else depth[parent] + 1
        by_depth = np.argsort(depth, kind="stable")
        return np.split(by_depth, np.cumsum(np.bincount(depth))[:-1])


def forward_kinematics(
    skeleton: Skeleton, rotations: np.ndarray, translations: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Local joint transforms to global ones.

    rotations: (..., J, 4) local, relative to the parent.
    translations: (..., J, 3) metres, joint position in the parent's frame.
    Returns positions (..., J, 3) in metres and rotations (..., J, 4), world.
    """
    joints, levels = skeleton.joint_count, skeleton.levels()[1:]
    turns, places = rotations.reshape(-1, joints, 4), translations.reshape(-1, joints, 3)
    positions, world = np.empty(places.shape, places.dtype), np.empty(turns.shape, turns.dtype)

    def carry(block: slice) -> None:
        q = np.array(turns[block].T, order="C")  # components first: (4 or 3, joints, frames)
        p = np.array(places[block].T, order="C")
        for level in levels:
            parents = skeleton.parents[level]
            above = np.moveaxis(q[:, parents], 0, -1)
            carried = quat.rotate(above, np.moveaxis(p[:, level], 0, -1))
            turned = quat.mul(above, np.moveaxis(q[:, level], 0, -1))
            p[:, level] = p[:, parents] + np.moveaxis(carried, -1, 0)
            q[:, level] = np.moveaxis(turned, -1, 0)
        positions[block], world[block] = p.T, q.T

    each_block(carry, len(turns))
    return positions.reshape(translations.shape), world.reshape(rotations.shape)
