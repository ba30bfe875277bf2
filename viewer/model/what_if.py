"""What if a joint stood elsewhere: the changed input of DeepPhase, and the changed pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion.features import joints_from_phase_frames, phase_amplitude, turn


@dataclass(frozen=True)
class WhatIf:
    """DeepPhase of a frame and of the changed one, (x, y) each."""

    true: tuple[float, float]
    changed: tuple[float, float]

    @property
    def turns(self) -> tuple[float, float]:
        """Both angles, in [0, 1) of a turn."""
        return _turns(self.true), _turns(self.changed)

    @property
    def amplitudes(self) -> tuple[float, float]:
        """Both amplitudes."""
        true, changed = (float(phase_amplitude(np.array(xy))) for xy in (self.true, self.changed))
        return true, changed

    @property
    def turned(self) -> float:
        """The changed angle less the true one, the shorter way round, turns."""
        true, changed = self.turns
        return float(changed - true - round(changed - true))


def moved_input(row: np.ndarray, joint: int, offset: np.ndarray) -> np.ndarray:
    """The input (132,) with the position of a joint moved by ``offset`` (3,), m in the root frame.

    The velocities stay as they are.
    """
    changed = row.copy()
    positions, _ = joints_from_phase_frames(changed)
    positions[joint] += offset
    return changed


def facing(pose: np.ndarray, row: np.ndarray) -> float:
    """How far the root frame of ``row`` (132,) is turned about Y, radians: its joints lie in the
    world as ``pose`` (22, 3) says."""
    local, _ = joints_from_phase_frames(row)
    a = local[:, (0, 2)] - local[:, (0, 2)].mean(0)
    b = pose[:, (0, 2)] - pose[:, (0, 2)].mean(0)
    across = (a[:, 1] * b[:, 0] - a[:, 0] * b[:, 1]).sum()
    return float(np.arctan2(across, (a * b).sum()))


def moved_pose(pose: np.ndarray, row: np.ndarray, joint: int, offset: np.ndarray) -> np.ndarray:
    """``pose`` (22, 3) with that joint moved by ``offset`` of the root frame."""
    moved = np.array(pose, np.float32)
    moved[joint] += turn(np.asarray(offset, float), np.array(facing(pose, row)))
    return moved


def to_root(way: np.ndarray, pose: np.ndarray, row: np.ndarray) -> np.ndarray:
    """A way (3,) of the world, in the root frame: left, up, forward; metres."""
    return turn(np.asarray(way, float), np.array(-facing(pose, row)))


def _turns(xy: tuple[float, float]) -> float:
    return float(np.arctan2(xy[1], xy[0]) / (2 * np.pi) % 1.0)
