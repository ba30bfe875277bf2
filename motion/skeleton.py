"""Skeletons and forward kinematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import quat


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
        """Joint indices grouped by depth, root first."""
        depth = np.zeros(self.joint_count, np.int32)
        for joint, parent in enumerate(self.parents):
            depth[joint] = 0 if parent < 0 else depth[parent] + 1
        return [np.flatnonzero(depth == d) for d in range(int(depth.max()) + 1)]


def forward_kinematics(
    skeleton: Skeleton, rotations: np.ndarray, translations: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Local joint transforms to global ones.

    rotations: (..., J, 4) local, relative to the parent.
    translations: (..., J, 3) metres, joint position in the parent's frame.
    Returns positions (..., J, 3) in metres and rotations (..., J, 4), world.
    """
    positions = np.empty_like(translations)
    turned = np.empty_like(rotations)
    for depth, joints in enumerate(skeleton.levels()):
        local_q, local_p = rotations[..., joints, :], translations[..., joints, :]
        if depth == 0:
            turned[..., joints, :], positions[..., joints, :] = local_q, local_p
            continue
        parents = skeleton.parents[joints]
        parent_q = turned[..., parents, :]
        turned[..., joints, :] = quat.mul(parent_q, local_q)
        positions[..., joints, :] = positions[..., parents, :] + quat.rotate(parent_q, local_p)
    return positions, turned
