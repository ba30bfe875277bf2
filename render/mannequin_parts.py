"""The parts of the mannequin: rounded cones, each end at an offset from a joint in a body frame.

In the rest pose, standing with hanging arms, the axes of every frame point left, up and forward. A
part is two spheres and the surface around both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from motion.canonical import INDEX

from .color_schemes import Palette

Offset = tuple[float, float, float]
CENTRAL_FRAMES = ("pelvis", "waist", "chest", "head")
LIMB_FRAMES = ("thigh", "shin", "foot", "upper", "fore")
FRAMES = (
    *CENTRAL_FRAMES,
    *(f"Left{limb}" for limb in LIMB_FRAMES),
    *(f"Right{limb}" for limb in LIMB_FRAMES),
)


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
    _ball("joint", "LeftFoot", "Leftshin", (0.0, 0.0, 0.0), 0.036),
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
END_JOINTS = np.array([[INDEX[p.joint_a], INDEX[p.joint_b]] for p in _PARTS])
END_FRAMES = np.array([[FRAMES.index(p.frame_a), FRAMES.index(p.frame_b)] for p in _PARTS])
END_OFFSETS = np.array([[p.offset_a, p.offset_b] for p in _PARTS], np.float32)
RADII = np.array([[p.radius_a, p.radius_b] for p in _PARTS], np.float32)
STRETCH = np.array([p.wider * np.eye(3)[p.axis] for p in _PARTS], np.float32)
COLORS = np.array([Palette.__match_args__.index(p.color) for p in _PARTS])
BALLS = np.array([p.joint_a == p.joint_b and p.offset_a == p.offset_b for p in _PARTS])
TOE_TIPS = np.array([i for i, p in enumerate(_PARTS) if p.joint_a.endswith("ToeBase")])
