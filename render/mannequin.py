"""Figures made of rounded cones, from joint positions alone.

A frame is fitted to each limb from joint positions, and the parts of the mannequin hang on joints
and frames.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from motion.canonical import INDEX, JOINTS
from motion.skeleton import Skeleton
from motion.vec import cross, unit

from .color_schemes import DARK, Palette
from .mannequin_parts import (
    CENTRAL_FRAMES,
    COLORS,
    END_FRAMES,
    END_JOINTS,
    END_OFFSETS,
    FRAMES,
    LIMB_FRAMES,
    RADII,
    STRETCH,
    TOE_TIPS,
)
from .scene import CapsuleBatch

_HEAD_TILT = np.arctan2(0.02, 0.10)  # of the canonical neck bone, forward
_FOOT_TILT = -np.pi + np.arctan2(0.14, 0.07)  # turns the ankle-to-toe bone upright


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
_ACROSS_FROM, _ACROSS_TO = _indices("LeftUpLeg LeftArm"), _indices("RightUpLeg RightArm")
_TILT = np.zeros(len(FRAMES), np.float32)
_TILT[FRAMES.index("head")] = -_HEAD_TILT
_TILT[[FRAMES.index("Leftfoot"), FRAMES.index("Rightfoot")]] = _FOOT_TILT
_COS, _SIN = np.cos(_TILT)[:, None], np.sin(_TILT)[:, None]


def _frames(p: np.ndarray) -> np.ndarray:
    """Body frames (N, F, 3, 3) of canonical joints ``p (N, 22, 3)``; rows: left, up, forward."""
    up = np.empty((len(p), len(FRAMES), 3), np.float32)
    ahead = np.empty_like(up)
    central = len(CENTRAL_FRAMES)
    up[:, :central] = p[:, _CENTRAL_TO] - p[:, _CENTRAL_FROM]
    up[:, central:] = p[:, _LIMB_TO] - p[:, _LIMB_FROM]
    up = unit(up)
    across = unit(p[:, _ACROSS_FROM] - p[:, _ACROSS_TO])
    hips, arms = across[:, 0], across[:, 1]
    left = np.stack([hips, hips + arms, arms, arms], axis=1)
    ahead[:, :central] = cross(left, up[:, :central])
    trunk = unit(ahead[:, 0:3:2])
    pelvis, chest = trunk[:, 0], trunk[:, 1]
    thumbs = chest + 0.35 * up[:, 2]
    for start in (central, central + len(LIMB_FRAMES)):
        thigh, shin, foot, upper, fore = range(start, start + len(LIMB_FRAMES))
        ahead[:, thigh] = pelvis + 0.5 * up[:, foot]
        ahead[:, shin] = up[:, foot] + 0.15 * pelvis
        ahead[:, foot] = -up[:, shin]
        ahead[:, upper] = ahead[:, fore] = thumbs
    side = unit(cross(up, ahead))
    ahead = cross(side, up)
    return np.stack([side, _COS * up + _SIN * ahead, _COS * ahead - _SIN * up], axis=2)


def mannequin(positions: np.ndarray, palette: Palette = DARK.figure) -> CapsuleBatch:
    """The artist's mannequin that stands in for a person.

    positions: (22, 3) canonical joints, metres, Y up, any heading. The toes bend
    up where they would sink into the ground y = 0. Raises ValueError for another shape.
    """
    (found,) = mannequins(np.asarray(positions)[None], palette)
    return found


def mannequins(positions: np.ndarray, palette: Palette = DARK.figure) -> list[CapsuleBatch]:
    """One ``mannequin`` of each of ``positions`` (N, 22, 3): many cost little more than one.

    Raises ValueError for another shape.
    """
    p = np.asarray(positions, np.float32)
    if p.shape[1:] != (len(JOINTS), 3):
        raise ValueError(f"a mannequin needs positions of shape (22, 3), not {p.shape[1:]}")
    frames = _frames(p)
    ends = p[:, END_JOINTS] + np.matmul(END_OFFSETS[:, :, None], frames[:, END_FRAMES])[..., 0, :]
    stretch = np.matmul(STRETCH[:, None], frames[:, END_FRAMES[:, 0]])[..., 0, :]
    placed = _assembled(ends[:, :, 0], ends[:, :, 1], stretch, palette, 1.0)
    return [CapsuleBatch(data) for data in placed]


def assembled(
    first: np.ndarray, second: np.ndarray, stretch: np.ndarray, palette: Palette, size: float = 1.0
) -> CapsuleBatch:
    """The mannequin of placed parts, its toes bent up where they would sink into y = 0.

    first, second: the ends of the parts, stretch: their widening, (P, 3) metres. size: of the
    parts beside the table's.
    """
    return CapsuleBatch(_assembled(first, second, stretch, palette, size))


def _assembled(
    first: np.ndarray, second: np.ndarray, stretch: np.ndarray, palette: Palette, size: float
) -> np.ndarray:
    """Rows (..., P, 16) of parts whose ends and widening are (..., P, 3)."""
    data = np.empty((*first.shape[:-1], CapsuleBatch.WIDTH), np.float32)
    data[:] = _unplaced(palette, size)
    data[..., 0:3], data[..., 4:7], data[..., 8:11] = first, second, stretch
    tips = second[..., TOE_TIPS, 1]
    balls = np.maximum(first[..., TOE_TIPS, 1] - 0.03 * size, 0)
    data[..., TOE_TIPS, 5] = np.maximum(tips, np.minimum(balls + 0.024 * size, tips + 0.06 * size))
    return data


@lru_cache(16)
def _unplaced(palette: Palette, size: float) -> np.ndarray:
    """Rows (P, 16) of parts that have their radii and colours, but no place yet."""
    data = np.zeros((len(RADII), CapsuleBatch.WIDTH), np.float32)
    data[:, 3], data[:, 7] = RADII.T * size
    colors = np.array([palette.body, palette.left, palette.right, palette.joint], np.float32)
    data[:, 12:15], data[:, 15] = colors[COLORS], 1
    return data


def at_parts(values: np.ndarray) -> np.ndarray:
    """What each part (P,) of the mannequin shows of ``values`` (22,) at the joints.

    A part between two joints shows their mean, one about a single joint that joint's value.
    """
    return np.asarray(values)[END_JOINTS].mean(axis=1)


def at_sticks(skeleton: Skeleton, values: np.ndarray) -> np.ndarray:
    """What each bone and ball (N,) of a stick figure shows of ``values`` (J,) at the joints.

    A bone shows the value of the joint at its end.
    """
    ends = [child for _, child in skeleton.bones()]
    return np.concatenate([np.asarray(values)[ends], values])


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
