"""What an animator has words for, measured on a clip: lean, arm swing, stride and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from motion.canonical import HIPS, INDEX
from motion.contacts import velocity
from motion.features import FPS, JOINT_VALUES, motion_features

_SIDES = (("Left", 1.0), ("Right", -1.0))
_OUTER = (5, 95)


@dataclass(frozen=True)
class Property:
    """measure: joints in the root frame (T, 22, 3), metres, to one number, in ``unit`` or, where
    that is "%", in metres or metres a second. covers: properties that go along with it.
    """

    name: str
    unit: str
    measure: Callable[[np.ndarray], float]
    covers: tuple[str, ...] = ()

    @property
    def least(self) -> float:
        """What is measured must differ by so much to be seen: 1 cm, 1° or 2 cm a stroke."""
        return 0.02 if self.unit == "%" else 1.0

    def change(self, before: float, after: float) -> float:
        """From ``before`` to ``after`` in ``unit``."""
        return 100 * (after / max(before, 1e-6) - 1) if self.unit == "%" else after - before


def measured(positions: np.ndarray) -> np.ndarray:
    """Every one of ``PROPERTIES`` (P,) of a clip (T, 22, 3)."""
    joints = local_joints(positions)
    return np.array([each.measure(joints) for each in PROPERTIES])


def local_joints(positions: np.ndarray) -> np.ndarray:
    """Joints (T, 22, 3) in the root frame: hips above the origin, heading +Z."""
    return motion_features(positions)[:, :JOINT_VALUES].reshape(len(positions), -1, 3)


def _joint(joints: np.ndarray, name: str) -> np.ndarray:
    return joints[:, INDEX[name]]


def _range(values: np.ndarray) -> float:
    """How far apart the ends of ``values`` (T,) are, without the outermost twentieths."""
    low, high = np.percentile(values, _OUTER)
    return float(high - low)


def _degrees(up: np.ndarray, across: np.ndarray) -> np.ndarray:
    return np.degrees(np.arctan2(across, up))


def _energy(joints: np.ndarray) -> float:
    return float(np.linalg.norm(velocity(joints, 1 / FPS), axis=-1).mean())


def _lean(joints: np.ndarray) -> float:
    trunk = _joint(joints, "Neck") - joints[:, HIPS]
    return float(_degrees(trunk[:, 1], trunk[:, 2]).mean())


def _head_down(joints: np.ndarray) -> float:
    head = _joint(joints, "Head") - _joint(joints, "Neck")
    return float(_degrees(head[:, 1], head[:, 2]).mean()) - _lean(joints)


def _arm_swing(joints: np.ndarray) -> float:
    return float(
        np.mean(
            [
                _range(_joint(joints, f"{side}Hand")[:, 2] - _joint(joints, f"{side}Arm")[:, 2])
                for side, _ in _SIDES
            ]
        )
    )


def _elbows_out(joints: np.ndarray) -> float:
    angles = []
    for side, sign in _SIDES:
        arm = _joint(joints, f"{side}ForeArm") - _joint(joints, f"{side}Arm")
        down = np.hypot(arm[:, 1], arm[:, 2])
        angles.append(_degrees(down, sign * arm[:, 0]))
    return float(np.mean(angles))


def _elbow_bend(joints: np.ndarray) -> float:
    angles = []
    for side, _ in _SIDES:
        upper = _joint(joints, f"{side}ForeArm") - _joint(joints, f"{side}Arm")
        lower = _joint(joints, f"{side}Hand") - _joint(joints, f"{side}ForeArm")
        along = (upper * lower).sum(axis=-1)
        lengths = np.linalg.norm(upper, axis=-1) * np.linalg.norm(lower, axis=-1)
        angles.append(np.degrees(np.arccos(np.clip(along / lengths, -1, 1))))
    return float(np.mean(angles))


def _hands_up(joints: np.ndarray) -> float:
    hands = [_joint(joints, f"{side}Hand")[:, 1] for side, _ in _SIDES]
    return 100 * float(np.mean(hands) - joints[:, HIPS, 1].mean())


def _crouch(joints: np.ndarray) -> float:
    return -100 * float(joints[:, HIPS, 1].mean())


def _stride(joints: np.ndarray) -> float:
    return float(np.mean([_range(_joint(joints, f"{side}Foot")[:, 2]) for side, _ in _SIDES]))


def _step_width(joints: np.ndarray) -> float:
    across = _joint(joints, "LeftFoot")[:, 0] - _joint(joints, "RightFoot")[:, 0]
    return 100 * float(across.mean())


def _toes_out(joints: np.ndarray) -> float:
    angles = []
    for side, sign in _SIDES:
        foot = _joint(joints, f"{side}ToeBase") - _joint(joints, f"{side}Foot")
        angles.append(_degrees(np.maximum(foot[:, 2], 0.02), sign * foot[:, 0]))
    return float(np.mean(angles))


def _knee_lift(joints: np.ndarray) -> float:
    knees = [_range(_joint(joints, f"{side}Leg")[:, 1]) for side, _ in _SIDES]
    return 100 * float(np.mean(knees))


def _bounce(joints: np.ndarray) -> float:
    return 100 * _range(joints[:, HIPS, 1])


def _sway(joints: np.ndarray) -> float:
    return 100 * _range(_joint(joints, "Neck")[:, 0])


def _twist(joints: np.ndarray) -> float:
    turns = []
    for left, right in (("LeftArm", "RightArm"), ("LeftUpLeg", "RightUpLeg")):
        across = _joint(joints, left) - _joint(joints, right)
        turns.append(_degrees(across[:, 0], -across[:, 2]))
    return _range(turns[0] - turns[1])


def _asymmetry(joints: np.ndarray) -> float:
    return 100 * float((_joint(joints, "LeftHand") - _joint(joints, "RightHand"))[:, 1].mean())


PROPERTIES: tuple[Property, ...] = (
    Property("energy", "%", _energy, ("arm swing", "stride", "bounce", "knee lift", "twist")),
    Property("lean", "°", _lean),
    Property("head down", "°", _head_down),
    Property("arm swing", "%", _arm_swing),
    Property("elbows out", "°", _elbows_out),
    Property("elbow bend", "°", _elbow_bend),
    Property("hands up", "cm", _hands_up),
    Property("crouch", "cm", _crouch),
    Property("stride", "%", _stride),
    Property("step width", "cm", _step_width),
    Property("toes out", "°", _toes_out),
    Property("knee lift", "cm", _knee_lift),
    Property("bounce", "cm", _bounce),
    Property("sway", "cm", _sway),
    Property("twist", "°", _twist),
    Property("asymmetry", "cm", _asymmetry),
)
"""Forward is plus: a lean forward, the head down, the left hand higher than the right one."""
