"""A whole clip as overlapping windows of motion features, and windows as one clip again."""

from __future__ import annotations

import numpy as np

from motion.features import FEATURES, ROOT, WINDOW

STRIDE = 15
"""Frames from one window to the next: every frame is in four windows, but at the ends."""

_WEIGHT = np.sin(np.pi * (np.arange(WINDOW) + 0.5) / WINDOW)[:, None] ** 2


def window_starts(frames: int, stride: int = STRIDE) -> np.ndarray:
    """First frames (W,) of windows that cover ``frames`` frames; the last one ends with them.

    A clip shorter than a window has one, which goes on beyond its end.
    """
    last = max(frames - WINDOW, 0)
    return np.unique(np.append(np.arange(0, last, stride), last))


def cut(features: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Windows (W, 60, 73) of motion features (T, 73) at frames ``starts`` (W,).

    Beyond the end of a short clip its last pose stands still.
    """
    missing = WINDOW - len(features)
    if missing > 0:
        still = np.repeat(features[-1:], missing, axis=0)
        still[:, ROOT] = 0
        features = np.concatenate([features, still])
    return features[starts[:, None] + np.arange(WINDOW)]


def joined(windows: np.ndarray, starts: np.ndarray, frames: int) -> np.ndarray:
    """Motion features (frames, 73) float32 of windows (W, 60, 73) laid at ``starts`` (W,).

    Where windows overlap each counts by sin² of its own course, so that none begins or
    ends abruptly: a window's weight and its slope are 0 at both of its ends. What is
    averaged lives in the root frame, whose path is integrated afterwards.
    """
    length = max(frames, WINDOW)
    total, weight = np.zeros((length, FEATURES)), np.zeros((length, 1))
    for start, window in zip(starts, windows, strict=True):
        total[start : start + WINDOW] += _WEIGHT * window
        weight[start : start + WINDOW] += _WEIGHT
    return (total / weight)[:frames].astype(np.float32)
