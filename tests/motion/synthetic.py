"""Motions made up for tests: smooth, human-sized, nobody's capture."""

from __future__ import annotations

import numpy as np

from motion import quat
from motion.canonical import INDEX, JOINTS
from motion.pose import pose


def wander(seed: int, frames: int = 90, frame_time: float = 1 / 30) -> np.ndarray:
    """A canonical body (T, 22, 3) that walks a curve with every joint swinging."""
    rng = np.random.default_rng(seed)
    time = np.arange(frames) * frame_time
    rates = rng.uniform(0.3, 1.5, (len(JOINTS), 3))
    shifts = rng.uniform(0, 2 * np.pi, (len(JOINTS), 3))
    angles = 0.35 * np.sin(2 * np.pi * rates * time[:, None, None] + shifts)
    angles[:, 0, 1] = np.cumsum(rng.uniform(0.2, 0.9) * np.full(frames, frame_time))
    rotations = quat.from_euler(angles, "YXZ")
    speed = rng.uniform(0.3, 1.5)
    heading = angles[:, 0, 1]
    path = np.cumsum(np.stack([np.sin(heading), 0 * heading, np.cos(heading)], -1), axis=0)
    root = path * speed * frame_time + [0, 0.99, 0]
    return pose(rotations.astype(np.float32), root.astype(np.float32))


def walk(frames: int = 240, frame_time: float = 1 / 60, cadence: float = 1.0) -> np.ndarray:
    """A level walk (T, 22, 3): feet planted half of every cycle, 1.0 m/s forward along +Z."""
    base = pose(quat.identity((frames, len(JOINTS)), np.float32), np.zeros((frames, 3), np.float32))
    time = np.arange(frames) * frame_time
    positions = base + np.array([0, 0.99, 0], np.float32)
    positions[..., 2] += time[:, None]
    stride = 1.0 / cadence
    for side, offset in (("Left", 0.0), ("Right", 0.5)):
        cycle = cadence * time + offset
        swing = np.clip((cycle % 1.0 - 0.5) * 2, 0, 1)
        planted = (np.floor(cycle) + swing) * stride - offset * stride
        lift = 0.15 * np.sin(np.pi * swing) ** 2
        for part in ("Foot", "ToeBase"):
            joint = INDEX[side + part]
            rest = float(base[0, joint, 2])
            positions[:, joint, 2] = planted + rest
            positions[:, joint, 1] = base[0, joint, 1] + 0.99 + lift
    return positions.astype(np.float32)
