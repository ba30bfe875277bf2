"""The newest pose of a motion that still goes on, in another style, frame by frame.

What comes is not known yet: a frame is the last one of the window that ends with it. What such
windows disagree about from one frame to the next is taken in over some frames, and feet are held
where they come down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from motion.features import (
    CONTACTS,
    FPS,
    JOINT_VALUES,
    ROOT,
    WINDOW,
    heading,
    motion_features,
    turn,
)
from motion.pose import fix_bones

from .footing import Footing
from .restyle import Content, Decode, Encode, restyled_windows
from .subspace import STYLE_BLOCK, StyleSubspace

SETTLED = FPS + 1
"""Frames before a window that bear on the heading at its begin."""
BEFORE = 45
"""So many frames before one that does not follow on the last are gone through for its feet."""
NEEDED = WINDOW + SETTLED + BEFORE
"""More frames than these change nothing."""
_CATCH_UP = 6
_TAKEN_IN = 0.25


@dataclass(frozen=True, eq=False)
class LivePose:
    """pose: (22, 3) canonical, metres, where the content stands. contacts: (4,), as FOOT_JOINTS."""

    pose: np.ndarray
    contacts: np.ndarray


@dataclass(frozen=True, eq=False)
class _Stand:
    """Windows (N, 60, 73) that end with N frames in a row, where their roots are (N, 2) and where
    they head (N,)."""

    windows: np.ndarray
    roots: np.ndarray
    facing: np.ndarray


class LiveRestyle:
    """Remembers what the frame before looked like, so that the next one goes on from it."""

    def __init__(self, encode: Encode, decode: Decode, subspace: StyleSubspace = STYLE_BLOCK):
        self._encode, self._decode, self._subspace = encode, decode, subspace
        self._frame: int | None = None
        self._last: Content | None = None
        self._off = np.zeros(0)
        self._feet = Footing()

    def pose(
        self, frame: int, positions: np.ndarray, style: np.ndarray, strength: float
    ) -> LivePose:
        """Frame number ``frame`` under ``style`` (K,).

        positions: (T, 22, 3), canonical, metres, 30 fps, all up to that frame since the motion
        began or was cut, or the last ``NEEDED`` of them. strength: as for ``restyled_windows``.
        A frame that comes soon after the last one goes on from it, in whatever style.
        """
        ahead = _CATCH_UP + 1 if self._frame is None else frame - self._frame
        if not 0 < ahead <= min(_CATCH_UP, len(positions) - 1):
            self._last, self._feet = None, Footing()
            ahead = min(BEFORE, len(positions))
        self._frame = frame
        return self._advance(_ends(positions, ahead), style, strength)

    def _advance(self, ends: _Stand, style: np.ndarray, strength: float) -> LivePose:
        content = self._read(ends)
        windows = restyled_windows(content, style, strength, self._decode)
        features = self._joined(windows[-len(ends.roots) - 1 :], len(ends.roots))
        for pose, contacts, facing in zip(
            _standing(features, ends), features[:, CONTACTS], ends.facing.tolist(), strict=True
        ):
            footed = self._feet.step(pose, contacts, facing)
        last = slice(-1, None)
        self._last = replace(
            content, starts=content.starts[last], latents=content.latents[last],
            missed=content.missed[last],
        )  # fmt: skip
        return LivePose(footed.pose(), self._feet.down.astype(np.float32))

    def _joined(self, windows: np.ndarray, count: int) -> np.ndarray:
        """Features (count, 73) of the last frames of windows, each going on from the one before."""
        if len(windows) == count:
            self._off, first = np.zeros(windows.shape[-1]), windows[:1, -1]
        else:
            first = windows[:0, -1]
        found = []
        for before, window in pairwise(windows):
            self._off = (1 - _TAKEN_IN) * (self._off + before[-1] - window[-2])
            found.append(window[-1] + self._off)
        return np.concatenate([first, *(row[None] for row in found)])

    def _read(self, ends: _Stand) -> Content:
        """The windows, after the last one that was read before."""
        latents = self._encode(ends.windows)
        missed = ends.windows - self._decode(latents)
        if self._last is not None:
            latents = np.concatenate([self._last.latents, latents])
            missed = np.concatenate([self._last.missed, missed])
        return Content(ends.roots, np.arange(len(latents)), latents, missed, self._subspace)


def _ends(positions: np.ndarray, count: int) -> _Stand:
    """The windows that end with the last ``count`` of ``positions`` (T, 22, 3).

    Before the first one it stood still.
    """
    recent = positions[-(WINDOW + SETTLED + count - 1) :]
    features = motion_features(recent)
    missing = WINDOW + count - 1 - len(features)
    if missing > 0:
        still = np.repeat(features[:1], missing, axis=0)
        still[:, ROOT] = 0
        features = np.concatenate([still, features])
    first = len(features) - count - WINDOW + 1
    starts = first + np.arange(count)
    windows = features[starts[:, None] + np.arange(WINDOW)]
    facing = heading(recent, 1 / FPS)[-count:]
    return _Stand(windows, recent[-count:, 0, ::2].astype(np.float64), facing)


def _standing(features: np.ndarray, ends: _Stand) -> np.ndarray:
    """Poses (N, 22, 3) of features (N, 73), where the roots are and where they head."""
    local = features[:, :JOINT_VALUES].reshape(len(features), -1, 3)
    places = np.insert(ends.roots, 1, 0.0, axis=1)[:, None]
    return fix_bones(turn(local, ends.facing[:, None]) + places)
