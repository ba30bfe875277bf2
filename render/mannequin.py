"""Figures made of rounded cones, from joint positions alone.

The mannequin is a table of parts in body frames. A frame is fitted to each
limb from joint positions: in the rest pose with hanging arms its axes point
left, up and forward. A part is two spheres, each at an offset from a joint in
one of these frames, and the surface around both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from motion.canonical import INDEX, JOINTS
from motion.skeleton import Skeleton
from motion.vec import cross, unit

from .color_schemes import DARK, Palette
from .scene import CapsuleBatch

Offset = tuple[float, float, float]
_CENTRAL_FRAMES = ("pelvis", "waist", "chest", "head")
_LIMB_FRAMES = ("thigh", "shin", "foot", "upper", "fore")
_FRAMES = (
    *_CENTRAL_FRAMES,
    *(f"Left{limb}" for limb in _LIMB_FRAMES),
    *(f"Right{limb}" for limb in _LIMB_FRAMES),
)
_HEAD_TILT = np.arctan2(0.02, 0.10)  # of the canonical neck bone, forward
_FOOT_TILT = -np.pi + np.arctan2(0.14, 0.07)  # turns the ankle-to-toe bone upright


class _Part(NamedTuple):
    """Two spheres: joint, frame, offset (left, up, forward) and radius in metres.

    ``wider`` and ``axis``: growth along one axis (0 left, 1 up, 2 forward) of frame a.
    """

    color: str
    joint_a: str
    frame_a: str
    offset_a: Offset
    radius_a: float
    joint_b: str
    frame_b: str
    offset_b: Offset
    radius_b: float
    axis: int = 0
    wider: float = 0.0


def _ball(color: str, joint: str, frame: str, offset: Offset, radius: float) -> _Part:
    return _Part(color, joint, frame, offset, radius, joint, frame, offset, radius)


# fmt: off
_TRUNK = (
    _Part("body", "Hips", "pelvis", (0.0, 0.030, 0.002), 0.086,
          "Hips", "pelvis", (0.0, -0.045, -0.006), 0.100, 0, 0.42),
    _Part("body", "Hips", "pelvis", (0.0, -0.03, -0.004), 0.088,
          "Hips", "pelvis", (0.0, -0.096, -0.006), 0.054, 0, 0.2),
    _Part("body", "Spine", "waist", (0.0, 0.0, 0.003), 0.084,
          "Spine1", "waist", (0.0, 0.01, 0.004), 0.090, 0, 0.40),
    _Part("body", "Spine1", "chest", (0.0, 0.045, 0.006), 0.095,
          "Spine2", "chest", (0.0, 0.030, 0.006), 0.112, 0, 0.42),
    _Part("body", "LeftShoulder", "chest", (0.058, -0.030, 0.0), 0.066,
          "RightShoulder", "chest", (-0.058, -0.030, 0.0), 0.066),
    _Part("joint", "Neck", "chest", (0.0, -0.02, -0.008), 0.052,
          "Head", "head", (0.0, 0.03, -0.006), 0.047),
    _Part("body", "Head", "head", (0.0, 0.092, -0.016), 0.079,
          "Head", "head", (0.0, 0.090, 0.014), 0.078),
    _Part("body", "Head", "head", (0.0, 0.090, 0.014), 0.078,
          "Head", "head", (0.0, 0.000, 0.040), 0.044),
    _Part("body", "Head", "head", (0.0, 0.064, 0.088), 0.008,
          "Head", "head", (0.0, 0.040, 0.097), 0.013),
)

_LEFT = (
    _Part("body", "Neck", "chest", (0.010, 0.000, -0.012), 0.046,
          "LeftArm", "chest", (-0.025, 0.004, -0.004), 0.050),
    _ball("body", "LeftUpLeg", "pelvis", (-0.012, -0.008, -0.034), 0.076),
    _Part("left", "LeftArm", "Leftupper", (0.0, 0.0, 0.0), 0.060,
          "LeftArm", "Leftupper", (0.003, -0.12, 0.0), 0.045),
    _Part("left", "LeftArm", "Leftupper", (0.003, -0.12, 0.0), 0.045,
          "LeftForeArm", "Leftupper", (0.0, 0.035, 0.0), 0.037),
    _ball("joint", "LeftForeArm", "Leftfore", (0.0, 0.0, 0.0), 0.0375),
    _Part("left", "LeftForeArm", "Leftfore", (0.0, -0.03, 0.0), 0.037,
          "LeftForeArm", "Leftfore", (0.0, -0.085, 0.0), 0.041),
    _Part("left", "LeftForeArm", "Leftfore", (0.0, -0.085, 0.0), 0.041,
          "LeftHand", "Leftfore", (0.0, 0.022, 0.0), 0.027),
    _ball("joint", "LeftHand", "Leftfore", (0.0, 0.0, 0.0), 0.027),
    _Part("left", "LeftHand", "Leftfore", (0.0, -0.030, 0.0), 0.020,
          "LeftHand", "Leftfore", (0.0, -0.082, 0.002), 0.019, 2, 1.0),
    _Part("left", "LeftHand", "Leftfore", (0.0, -0.090, 0.002), 0.016,
          "LeftHand", "Leftfore", (-0.014, -0.158, 0.0), 0.010, 2, 1.4),
    _Part("left", "LeftHand", "Leftfore", (-0.004, -0.030, 0.026), 0.014,
          "LeftHand", "Leftfore", (-0.010, -0.085, 0.048), 0.010),
    _Part("left", "LeftUpLeg", "Leftthigh", (0.0, -0.02, 0.0), 0.083,
          "LeftLeg", "Leftthigh", (0.0, 0.045, 0.002), 0.055),
    _ball("joint", "LeftLeg", "Leftshin", (0.0, 0.0, 0.004), 0.053),
    _Part("left", "LeftLeg", "Leftshin", (0.0, -0.04, 0.002), 0.050,
          "LeftLeg", "Leftshin", (0.0, -0.13, -0.012), 0.055),
    _Part("left", "LeftLeg", "Leftshin", (0.0, -0.13, -0.012), 0.055,
          "LeftFoot", "Leftshin", (0.0, 0.045, 0.0), 0.036),
    _ball("joint", "LeftFoot", "Leftfoot", (0.0, 0.0, 0.0), 0.036),
    _Part("left", "LeftFoot", "Leftfoot", (0.0, -0.049, -0.032), 0.039,
          "LeftToeBase", "Leftfoot", (0.0, 0.013, -0.01), 0.032, 0, 0.22),
    _Part("left", "LeftFoot", "Leftfoot", (0.0, -0.022, 0.006), 0.040,
          "LeftToeBase", "Leftfoot", (0.0, 0.016, -0.015), 0.028, 0, 0.20),
    _Part("left", "LeftToeBase", "Leftfoot", (0.0, 0.012, -0.01), 0.031,
          "LeftToeBase", "Leftfoot", (0.0, 0.005, 0.058), 0.024, 0, 0.45),
)
# fmt: on


def _mirrored(part: _Part) -> _Part:
    """The part of the right side that matches one of the left."""

    def flip(offset: Offset) -> Offset:
        return -offset[0], offset[1], offset[2]

    def other(name: str) -> str:
        return name.replace("Left", "Right")

    return part._replace(
        color="right" if part.color == "left" else part.color,
        joint_a=other(part.joint_a),
        frame_a=other(part.frame_a),
        offset_a=flip(part.offset_a),
        joint_b=other(part.joint_b),
        frame_b=other(part.frame_b),
        offset_b=flip(part.offset_b),
    )


_PARTS = (*_TRUNK, *_LEFT, *(_mirrored(part) for part in _LEFT))
_END_JOINTS = np.array([[INDEX[p.joint_a], INDEX[p.joint_b]] for p in _PARTS])
_END_FRAMES = np.array([[_FRAMES.index(p.frame_a), _FRAMES.index(p.frame_b)] for p in _PARTS])
_END_OFFSETS = np.array([[p.offset_a, p.offset_b] for p in _PARTS], np.float32)
_RADII = np.array([[p.radius_a, p.radius_b] for p in _PARTS], np.float32)
_STRETCH = np.array([p.wider * np.eye(3)[p.axis] for p in _PARTS], np.float32)
_COLORS = np.array([Palette.__match_args__.index(p.color) for p in _PARTS])
_TOE_TIPS = np.array([i for i, p in enumerate(_PARTS) if p.joint_a.endswith("ToeBase")])


def _indices(names: str) -> np.ndarray:
    return np.array([INDEX[name] for name in names.split()])


_CENTRAL_FROM = _indices("Hips Spine Spine1 Neck")
_CENTRAL_TO = _indices("Spine1 Spine1 Neck Head")
# Each limb frame's up axis runs from the first joint to the second.
_LIMB_BONES = (
    "LeftLeg LeftUpLeg LeftFoot LeftLeg LeftFoot LeftToeBase "
    "LeftForeArm LeftArm LeftHand LeftForeArm"
)
_LIMB_ENDS = _indices(f"{_LIMB_BONES} {_LIMB_BONES.replace('Left', 'Right')}")
_LIMB_FROM, _LIMB_TO = _LIMB_ENDS[0::2], _LIMB_ENDS[1::2]
_TILT = np.zeros(len(_FRAMES), np.float32)
_TILT[_FRAMES.index("head")] = -_HEAD_TILT
_TILT[[_FRAMES.index("Leftfoot"), _FRAMES.index("Rightfoot")]] = _FOOT_TILT
_COS, _SIN = np.cos(_TILT)[:, None], np.sin(_TILT)[:, None]


def _frames(p: np.ndarray) -> np.ndarray:
    """Body frames (F, 3, 3) of canonical joints ``p (22, 3)``; rows are left, up, forward."""
    up = np.empty((len(_FRAMES), 3), np.float32)
    ahead = np.empty_like(up)
    central = len(_CENTRAL_FRAMES)
    up[:central] = p[_CENTRAL_TO] - p[_CENTRAL_FROM]
    up[central:] = p[_LIMB_TO] - p[_LIMB_FROM]
    up = unit(up)
    hips = unit(p[INDEX["LeftUpLeg"]] - p[INDEX["RightUpLeg"]])
    arms = unit(p[INDEX["LeftArm"]] - p[INDEX["RightArm"]])
    left = np.stack([hips, hips + arms, arms, arms])
    ahead[:central] = cross(left, up[:central])
    pelvis, chest = unit(ahead[0]), unit(ahead[2])
    thumbs = chest + 0.35 * up[2]
    for start in (central, central + len(_LIMB_FRAMES)):
        thigh, shin, foot, upper, fore = range(start, start + len(_LIMB_FRAMES))
        ahead[thigh] = pelvis + 0.5 * up[foot]
        ahead[shin] = up[foot] + 0.15 * pelvis
        ahead[foot] = -up[shin]
        ahead[upper] = ahead[fore] = thumbs
    side = unit(cross(up, ahead))
    ahead = cross(side, up)
    return np.stack([side, _COS * up + _SIN * ahead, _COS * ahead - _SIN * up], axis=1)


def mannequin(positions: np.ndarray, palette: Palette = DARK.figure) -> CapsuleBatch:
    """The artist's mannequin that stands in for a person.

    positions: (22, 3) canonical joints, metres, Y up, any heading. The toes bend
    up where they would sink into the ground y = 0. Raises ValueError for another shape.
    """
    p = np.asarray(positions, np.float32)
    if p.shape != (len(JOINTS), 3):
        raise ValueError(f"a mannequin needs positions of shape (22, 3), not {p.shape}")
    frames = _frames(p)
    ends = p[_END_JOINTS] + np.matmul(_END_OFFSETS[:, :, None], frames[_END_FRAMES])[:, :, 0]
    tips = ends[_TOE_TIPS, 1, 1]
    balls = np.maximum(ends[_TOE_TIPS, 0, 1] - 0.03, 0)
    ends[_TOE_TIPS, 1, 1] = np.maximum(tips, np.minimum(balls + 0.024, tips + 0.06))
    data = np.empty((len(_PARTS), 16), np.float32)
    data[:, 0:3], data[:, 3] = ends[:, 0], _RADII[:, 0]
    data[:, 4:7], data[:, 7] = ends[:, 1], _RADII[:, 1]
    data[:, 8:11] = np.matmul(_STRETCH[:, None], frames[_END_FRAMES[:, 0]])[:, 0]
    data[:, 11] = 0
    colors = np.array([palette.body, palette.left, palette.right, palette.joint], np.float32)
    data[:, 12:15], data[:, 15] = colors[_COLORS], 1
    return CapsuleBatch(data)


def at_parts(values: np.ndarray) -> np.ndarray:
    """What each part (P,) of the mannequin shows of ``values`` (22,) at the joints.

    A part between two joints shows their mean, one about a single joint that joint's value.
    """
    return np.asarray(values)[_END_JOINTS].mean(axis=1)


def stick_figure(
    skeleton: Skeleton, positions: np.ndarray, palette: Palette = DARK.figure
) -> CapsuleBatch:
    """Bones as tapered sticks and joints as balls, for any skeleton.

    positions: (J, 3) metres. Thickness follows the size of the figure; names that
    say left or right take that side's tint.
    """
    p = np.asarray(positions, np.float32)
    bones = np.array(skeleton.bones(), np.intp).reshape(-1, 2)
    starts, ends = p[bones[:, 0]], p[bones[:, 1]]
    lengths = np.linalg.norm(ends - starts, axis=1)
    thick = 0.012 * max(float(np.linalg.norm(np.ptp(p, axis=0))), 0.1)
    data = np.zeros((len(bones) + len(p), 16), np.float32)
    sticks, balls = data[: len(bones)], data[len(bones) :]
    sticks[:, 0:3], sticks[:, 4:7] = starts, ends
    sticks[:, 3] = np.minimum(thick, 0.2 * lengths + 0.1 * thick)
    sticks[:, 7] = 0.5 * sticks[:, 3]
    balls[:, 0:3] = balls[:, 4:7] = p
    balls[:, 3] = balls[:, 7] = 1.15 * thick
    for stick, child in zip(sticks, bones[:, 1], strict=True):
        stick[12:15] = _side_color(skeleton.names[child], palette)
    balls[:, 12:15] = palette.joint
    data[:, 15] = 1
    return CapsuleBatch(data)


def _side_color(name: str, palette: Palette) -> tuple[float, float, float]:
    word = name.lower()
    if "left" in word or word.startswith(("l_", "l ")) or word.endswith(("_l", ".l")):
        return palette.left
    if "right" in word or word.startswith(("r_", "r ")) or word.endswith(("_r", ".r")):
        return palette.right
    return palette.body
