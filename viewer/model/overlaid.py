"""One pose laid over another, so that what differs is the pose alone; no Qt."""

from __future__ import annotations

import numpy as np

from motion.features import heading, turn

_AROUND_S = 1.5


def overlaid(
    shown: np.ndarray,
    frame: int,
    other: np.ndarray,
    other_frame: int,
    frame_times: tuple[float, float],
) -> np.ndarray:
    """The pose (22, 3) of ``other`` at ``other_frame``, over that of ``shown`` at ``frame``.

    It stands where the other stands and faces where that faces. shown, other: (T, 22, 3) metres,
    Y up; frame_times: of both, seconds.
    """
    facing = _facing(shown, frame, frame_times[0]) - _facing(other, other_frame, frame_times[1])
    ground = np.array([1.0, 0.0, 1.0])
    pose = np.asarray(other[other_frame], np.float64)
    turned = turn(pose - pose[0] * ground, np.array(facing))
    found: np.ndarray = (turned + shown[frame, 0] * ground).astype(np.float32)
    return found


def _facing(positions: np.ndarray, frame: int, frame_time: float) -> float:
    reach = round(_AROUND_S / frame_time)
    first = max(frame - reach, 0)
    return float(heading(positions[first : frame + reach + 1], frame_time)[frame - first])
