"""Feet that stand stay where they are: two-bone inverse kinematics on the legs.

Made for motion that a network decodes, whose feet drift by millimetres a frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .canonical import ANKLE_HEIGHT, FOOT_JOINTS, INDEX, OFFSETS, TOE_HEIGHT
from .curves import runs, smoothed
from .features import FPS, JOINT_VALUES, ROOT, turn
from .pose import fix_bones
from .vec import unit

_SIDES = ("Left", "Right")
_EASE_S = 0.15
_SHORTEST_S = 0.1
_SETTLED_S = 0.17
_REACH, _BENT = 0.99, 0.985
_SINK_SIGMA_S = 0.1
_SLIP_SIGMA = 1.5
_LEAST_STANDING = 0.2


def plant_feet(positions: np.ndarray, contacts: np.ndarray, frame_time: float) -> np.ndarray:
    """``positions`` with the feet held still and on the floor while in contact.

    positions: (T, 22, 3) canonical, world, metres; contacts: (T, 4), order FOOT_JOINTS.
    Bones take canonical lengths first. Each stance holds the toe where it stands
    on average, and the ankle too while the heel is down; the way into and out of
    a stance is eased over 0.15 s. Where a leg would not reach, the hips come down.
    Returns (T, 22, 3) float32.
    """
    p = fix_bones(positions).astype(np.float64)
    p[..., 1] += _floor_lift(p, contacts, frame_time)[:, None]
    goals = {}
    for number, side in enumerate(_SIDES):
        heel_down, toe_down = contacts[:, 2 * number] > 0.5, contacts[:, 2 * number + 1] > 0.5
        goals[side] = _foot_goals(p, side, heel_down, toe_down, frame_time)
    legs = [
        (p[:, INDEX[f"{side}UpLeg"]], ankle, _leg_length(side) * _REACH)
        for side, (ankle, _) in goals.items()
    ]
    p[..., 1] -= needed_drop(legs, frame_time)[:, None]
    for side, (ankle, toe) in goals.items():
        bend_leg(p, side, ankle, toe)
    return p.astype(np.float32)


def settled(down: np.ndarray, frame_time: float) -> np.ndarray:
    """Contacts (T, 4) bool by majority over 0.17 s: no flicker, no gap of a frame or two."""
    width = max(round(_SETTLED_S / frame_time) // 2 * 2 + 1, 1)
    padded = np.pad(down.astype(np.float32), ((width // 2, width // 2), (0, 0)), mode="edge")
    votes = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0).mean(axis=-1)
    majority: np.ndarray = votes > 0.5
    return majority


def stilled_path(
    features: np.ndarray, contacts: np.ndarray, share: float | np.ndarray = 1.0
) -> np.ndarray:
    """Motion features (T, 73) whose root moves so that feet in contact stay on average.

    contacts: (T, 4) bool. share: how much of the slip is taken off, 0 to 1, also by frame
    (T,). The feet's mean velocity over the ground while they stand is taken off the root's,
    low-passed over a few frames, and in flight fades out. What the feet slide against each
    other is left to ``plant_feet``. Returns (T, 73).
    """
    out = features.copy()
    if len(features) < 2:
        return out
    joints = features[:, :JOINT_VALUES].reshape(len(features), -1, 3).astype(np.float64)
    feet = joints[:, FOOT_JOINTS]
    yaw, drift = features[:-1, ROOT][:, 2], features[:-1, ROOT][:, :2]
    moved = turn(feet[1:], np.repeat(yaw[:, None] / FPS, 4, axis=1)) - feet[:-1]
    velocity = moved[..., ::2] * FPS + drift[:, None]
    standing = (contacts[1:] & contacts[:-1]).astype(np.float64)
    slip = smoothed((velocity * standing[..., None]).sum(axis=1), _SLIP_SIGMA)
    weight = smoothed(standing.sum(axis=1), _SLIP_SIGMA)
    slip /= np.maximum(weight, _LEAST_STANDING)[:, None]
    shares = np.broadcast_to(share, len(features))[:-1, None]
    out[:-1, ROOT.start : ROOT.start + 2] -= shares * slip
    out[-1, ROOT] = out[-2, ROOT]
    return out


def needed_drop(
    legs: Sequence[tuple[np.ndarray, np.ndarray, float]], frame_time: float
) -> np.ndarray:
    """How far (T,) the hips must come down for all ankles to be in reach, smoothed.

    legs: of each where the thigh begins (T, 3), where the ankle should be (T, 3), and how far
    it reaches, metres.
    """
    drop = np.zeros(len(legs[0][0]))
    for hip, ankle, reach in legs:
        gap = hip - ankle
        flat = gap[:, 0] ** 2 + gap[:, 2] ** 2
        drop = np.maximum(drop, gap[:, 1] - np.sqrt(np.maximum(reach**2 - flat, 0.01)))
    sigma = _SINK_SIGMA_S / frame_time
    spread = round(2 * sigma)
    padded = np.pad(np.maximum(drop, 0), spread, mode="edge")
    window = np.lib.stride_tricks.sliding_window_view(padded, 2 * spread + 1)
    return smoothed(window.max(axis=1), sigma)


def soft_reach(distance: np.ndarray, length: float | np.ndarray) -> np.ndarray:
    """How far (T,) a leg of ``length`` stretches for what is ``distance`` (T,) away, metres.

    All the way while it is bent; near its length less and less, and never quite straight, as
    otherwise the knee would snap where the leg comes to its end.
    """
    bent = _BENT * length
    rest = length - bent
    beyond = np.maximum(distance - bent, 0.0)
    stretched: np.ndarray = np.minimum(distance, bent) + rest * (1 - np.exp(-beyond / rest))
    return stretched


def _floor_lift(p: np.ndarray, contacts: np.ndarray, frame_time: float) -> np.ndarray:
    """How far (T,) to raise the body so that the feet in contact are level with the floor."""
    feet = [INDEX[side + part] for side in _SIDES for part in ("Foot", "ToeBase")]
    gap = np.array([ANKLE_HEIGHT, TOE_HEIGHT] * 2) - p[:, feet, 1]
    weight = np.clip(np.asarray(contacts, np.float64), 0, 1) + 1e-6
    total = smoothed((gap * weight).sum(axis=1), 3 * _SINK_SIGMA_S / frame_time)
    return total / np.maximum(smoothed(weight.sum(axis=1), 3 * _SINK_SIGMA_S / frame_time), 0.5)


def _foot_goals(
    p: np.ndarray, side: str, heel_down: np.ndarray, toe_down: np.ndarray, frame_time: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where ankle and toe (T, 3) of one foot should be."""
    ankle, toe = p[:, INDEX[f"{side}Foot"]].copy(), p[:, INDEX[f"{side}ToeBase"]].copy()
    shortest = max(1, round(_SHORTEST_S / frame_time))
    ease = max(1, round(_EASE_S / frame_time))
    length = float(np.linalg.norm(OFFSETS[INDEX[f"{side}ToeBase"]]))
    toe_shift = np.zeros_like(toe)
    toe_weight = np.full(len(toe), 1e-9)
    for first, last in runs(toe_down | heel_down, shortest):
        hold = toe[first:last].mean(axis=0)
        hold[1] = TOE_HEIGHT
        _ease_in(toe_shift, toe_weight, hold - toe, first, last, ease)
    toe = toe + toe_shift / np.maximum(toe_weight, 1.0)[:, None]
    ankle = ankle + toe_shift / np.maximum(toe_weight, 1.0)[:, None]
    ankle_shift = np.zeros_like(ankle)
    ankle_weight = np.full(len(ankle), 1e-9)
    for first, last in runs(heel_down, shortest):
        hold = ankle[first:last].mean(axis=0)
        hold[1] = ANKLE_HEIGHT
        _ease_in(ankle_shift, ankle_weight, hold - ankle, first, last, ease)
    ankle = ankle + ankle_shift / np.maximum(ankle_weight, 1.0)[:, None]
    ankle[:, 1] = np.maximum(ankle[:, 1], TOE_HEIGHT + 0.02)
    toe[:, 1] = np.maximum(toe[:, 1], TOE_HEIGHT)
    return toe + length * unit(ankle - toe), toe


def _ease_in(
    shift: np.ndarray, weight: np.ndarray, wanted: np.ndarray, first: int, last: int, ease: int
) -> None:
    """Add ``wanted`` (T, 3) to ``shift`` over [first, last), fading out over ``ease`` frames."""
    for step in range(1, ease + 1):
        fade = 0.5 + 0.5 * np.cos(np.pi * step / (ease + 1))
        for frame, edge in ((first - step, first), (last - 1 + step, last - 1)):
            if 0 <= frame < len(shift):
                shift[frame] += fade * wanted[edge]
                weight[frame] += fade
    shift[first:last] += wanted[first:last]
    weight[first:last] += 1.0


def bend_leg(p: np.ndarray, side: str, ankle: np.ndarray, toe: np.ndarray) -> None:
    """Bend one leg of ``p`` in place so that its ankle meets ``ankle`` (T, 3), knee kept in
    its plane; the toe keeps its offset from the goal's ankle.
    """
    hip, knee, foot, tip = (INDEX[side + part] for part in ("UpLeg", "Leg", "Foot", "ToeBase"))
    thigh, shin = np.linalg.norm(OFFSETS[knee]), np.linalg.norm(OFFSETS[foot])
    start = p[:, hip]
    line = ankle - start
    distance = np.linalg.norm(line, axis=-1)
    limit = np.maximum(soft_reach(distance, float(thigh + shin)), abs(thigh - shin) + 1e-3)
    axis = line / np.maximum(distance, 1e-9)[:, None]
    side_step = p[:, knee] - start
    pole = unit(side_step - (side_step * axis).sum(axis=-1, keepdims=True) * axis, 1e-6)
    along = (thigh**2 - shin**2 + limit**2) / (2 * limit)
    out = np.sqrt(np.maximum(thigh**2 - along**2, 0))
    p[:, knee] = start + along[:, None] * axis + out[:, None] * pole
    p[:, foot] = start + limit[:, None] * axis
    p[:, tip] = p[:, foot] + (toe - ankle)


def _leg_length(side: str) -> float:
    bones = (OFFSETS[INDEX[side + part]] for part in ("Leg", "Foot"))
    return float(sum(np.linalg.norm(bone) for bone in bones))
