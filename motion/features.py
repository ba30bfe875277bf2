"""What the networks see of a motion, and the way back.

Window features follow Holden et al., "A deep learning framework for character
motion synthesis and editing", SIGGRAPH 2016: joints in a root frame that stands
on the ground under the hips and faces where the body heads, the root's own
velocity, and foot contacts.
"""

from __future__ import annotations

import numpy as np

from .blocks import each_block
from .canonical import INDEX, JOINTS
from .contacts import contacts, velocity
from .curves import smoothed
from .vec import unit

FPS = 30
WINDOW = 60
JOINT_VALUES = 3 * len(JOINTS)
FEATURES = JOINT_VALUES + 3 + 4
PHASE_INPUT = 2 * JOINT_VALUES
ROOT = slice(JOINT_VALUES, JOINT_VALUES + 3)
CONTACTS = slice(JOINT_VALUES + 3, FEATURES)

_HEADING_SIGMA_S = 1 / 3


def heading(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Facing angle (T,) about Y in radians, 0 = +Z, left turns positive, unwrapped.

    Square to the line across hips and shoulders, low-passed over about 1 s (a
    Gaussian of standard deviation 1/3 s). positions: (T, 22, 3), metres.
    """
    left_hip, right_hip, left_arm, right_arm = (
        np.asarray(positions[:, INDEX[name]], np.float64)
        for name in ("LeftUpLeg", "RightUpLeg", "LeftArm", "RightArm")
    )
    across = left_hip - right_hip + left_arm - right_arm
    forward = unit(np.stack([-across[:, 2], across[:, 0]], axis=-1))
    smooth = smoothed(forward, _HEADING_SIGMA_S / frame_time)
    return np.unwrap(np.arctan2(smooth[:, 0], smooth[:, 1]))


def turn(vectors: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """``vectors`` (..., 3) turned about Y by ``angle`` (...) radians."""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack([c * x + s * z, y, c * z - s * x], axis=-1)


def _root_frame(positions: np.ndarray, facing: np.ndarray) -> np.ndarray:
    """World positions (T, 22, 3) in the root frame (T, 66) where the body faces ``facing`` (T,)."""
    p = np.asarray(positions, np.float64)
    return turn(p - p[:, :1] * [1, 0, 1], -facing[:, None]).reshape(len(p), -1)


def motion_features(positions: np.ndarray) -> np.ndarray:
    """Motion features (T, 73) float32 of canonical ``positions`` (T, 22, 3) at 30 fps.

    ``[0:66]`` joints in the root frame, m; ``[66:69]`` root velocity to the next
    frame in that frame: left x, forward z (m/s), yaw rate (rad/s); ``[69:73]``
    contacts. The last frame repeats the velocity before it.
    """
    frame_time = 1 / FPS
    facing = heading(positions, frame_time)
    out = np.zeros((len(positions), FEATURES), np.float32)

    def see(block: slice) -> None:
        out[block, :JOINT_VALUES] = _root_frame(positions[block], facing[block])

    each_block(see, len(positions))
    if len(positions) > 1:
        root = np.asarray(positions[:, 0], np.float64) * [1, 0, 1]
        step = turn(np.diff(root, axis=0), -facing[:-1]) / frame_time
        rate = np.diff(facing) / frame_time
        velocity_ = np.stack([step[:, 0], step[:, 2], rate], axis=-1)
        out[:, ROOT] = np.concatenate([velocity_, velocity_[-1:]])
    out[:, CONTACTS] = contacts(positions, frame_time)
    return out


def root_path(
    features: np.ndarray, origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> tuple[np.ndarray, np.ndarray]:
    """Root path integrated from features (T, 73).

    origin: x, z in metres and heading in radians of the first frame.
    Returns positions (T, 3) on the ground and headings (T,).
    """
    root = np.asarray(features[:-1, ROOT], np.float64) / FPS
    facing = origin[2] + np.concatenate([[0.0], np.cumsum(root[:, 2])])
    step = turn(np.stack([root[:, 0], np.zeros(len(root)), root[:, 1]], axis=-1), facing[:-1])
    start = np.array([[origin[0], 0.0, origin[1]]])
    return np.concatenate([start, start + np.cumsum(step, axis=0)]), facing


def motion_from_features(
    features: np.ndarray, origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> np.ndarray:
    """World positions (T, 22, 3) float32 of features (T, 73): inverse of motion_features.

    origin: where the first frame's root stands (x, z, metres) and faces (radians).
    """
    path, facing = root_path(features, origin)
    local = np.asarray(features[:, :JOINT_VALUES], np.float64).reshape(len(features), -1, 3)
    return (turn(local, facing[:, None]) + path[:, None]).astype(np.float32)


def windows(features: np.ndarray, stride: int = 1) -> np.ndarray:
    """Windows (W, 60, 73) of features (T, 73), every ``stride`` frames; W may be 0."""
    if len(features) < WINDOW:
        return np.zeros((0, WINDOW, FEATURES), np.float32)
    view = np.lib.stride_tricks.sliding_window_view(features, WINDOW, axis=0)
    return np.ascontiguousarray(view[::stride].transpose(0, 2, 1))


def join_windows(windows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Features (T, 73) float32 of windows (W, 60, 73) that begin at frames ``starts`` (W,), >= 0.

    Where windows overlap they are cross-faded: each counts by the squared sine over its length,
    so that two that overlap by half sum to one. Raises ValueError where the windows leave a gap.
    """
    length = windows.shape[1]
    share = np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 2
    total = np.zeros((int(starts.max()) + length, windows.shape[2]))
    weight = np.zeros(len(total))
    for window, start in zip(windows, starts.tolist(), strict=True):
        total[start : start + length] += share[:, None] * window
        weight[start : start + length] += share
    if not weight.all():
        raise ValueError("the windows leave a gap")
    return (total / weight[:, None]).astype(np.float32)


def phase_frames(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """DeepPhase inputs (T, 132) float32 of canonical ``positions`` (T, 22, 3).

    ``[0:66]`` joints in the root frame, m; ``[66:132]`` the joints' world
    velocities turned into that frame, m/s (central differences).
    """
    count, facing = len(positions), heading(positions, frame_time)
    out = np.empty((count, PHASE_INPUT), np.float32)

    def see(block: slice) -> None:
        first, last = max(block.start - 1, 0), min(block.stop + 1, count)  # for differences
        near = np.asarray(positions[first:last], np.float64)
        speed = velocity(near, frame_time)[block.start - first :][: block.stop - block.start]
        speed = turn(speed, -facing[block, None])
        out[block, :JOINT_VALUES] = _root_frame(positions[block], facing[block])
        out[block, JOINT_VALUES:] = speed.reshape(len(speed), -1)

    each_block(see, count)
    return out


def joints_from_phase_frames(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Root-frame positions (..., 22, 3) in m and velocities in m/s of (..., 132) frames."""
    joints = frames.reshape(*frames.shape[:-1], 2, len(JOINTS), 3)
    return joints[..., 0, :, :], joints[..., 1, :, :]


def phase_angle(xy: np.ndarray) -> np.ndarray:
    """Phase angle atan2(y, x) in radians of DeepPhase outputs (..., 2)."""
    return np.arctan2(xy[..., 1], xy[..., 0])


def phase_amplitude(xy: np.ndarray) -> np.ndarray:
    """Phase amplitude, the length of DeepPhase outputs (..., 2)."""
    return np.hypot(xy[..., 0], xy[..., 1])
