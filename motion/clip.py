"""A clip: one skeleton moving for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from . import resample
from .skeleton import Skeleton, forward_kinematics


@dataclass(frozen=True, eq=False)
class Clip:
    """A skeletal animation sampled at a fixed rate, metres, Y up.

    rotations: (T, J, 4) float32, local. translations: (T, J, 3) float32 metres,
    each joint's position in its parent's frame (the root's is its world path).
    frame_time: seconds between frames, exactly as the file states it.
    units, up_axis: what the source file used, of conventions.UNITS; "Y" or "Z".
    warnings: one sentence each, for the person who opened the file.
    """

    name: str
    skeleton: Skeleton
    rotations: np.ndarray
    translations: np.ndarray
    frame_time: float
    units: str = "m"
    up_axis: str = "Y"
    warnings: tuple[str, ...] = ()

    @property
    def frame_count(self) -> int:
        """Frames, T; at least one."""
        return len(self.rotations)

    @property
    def fps(self) -> float:
        """Frames a second."""
        return 1.0 / self.frame_time

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return (self.frame_count - 1) * self.frame_time

    @cached_property
    def world(self) -> tuple[np.ndarray, np.ndarray]:
        """World joint positions (T, J, 3) in metres and rotations (T, J, 4)."""
        return forward_kinematics(self.skeleton, self.rotations, self.translations)

    @property
    def positions(self) -> np.ndarray:
        """World joint positions (T, J, 3), metres."""
        return self.world[0]

    def moved(self, shift: np.ndarray) -> Clip:
        """The clip with its root translated by ``shift`` (3,), metres, in the world."""
        translations = self.translations.copy()
        translations[:, 0] += np.asarray(shift, translations.dtype)
        return replace(self, translations=translations)

    def section(self, first: int, last: int) -> Clip:
        """Frames ``first`` to ``last``, both included, of those that there are."""
        rows = slice(first, last + 1)
        return replace(self, rotations=self.rotations[rows], translations=self.translations[rows])

    def resampled(self, frame_time: float) -> Clip:
        """The clip sampled every ``frame_time`` seconds from its first frame to its last.

        Translations are interpolated linearly, rotations by slerp (motion.resample).
        """
        return replace(
            self,
            rotations=resample.spherical(self.rotations, self.frame_time, frame_time),
            translations=resample.linear(self.translations, self.frame_time, frame_time),
            frame_time=frame_time,
        )
