"""The humanoid in names and numbers: its bodies, the order of a pose, its rates. No MuJoCo.

Bodies are numbered as in ``NAMES``; vectors are those of the package. The model that is
simulated, ``assets/character/humanoid.xml``, holds the same numbers; a test compares them.
"""

from __future__ import annotations

import numpy as np

NAMES: tuple[str, ...] = (
    "root",
    "chest",
    "neck",
    "right_hip",
    "right_knee",
    "right_ankle",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_hip",
    "left_knee",
    "left_ankle",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
)
PARENTS: tuple[int, ...] = (-1, 0, 1, 0, 3, 4, 1, 6, 7, 0, 9, 10, 1, 12, 13)
ROOT = 0
HINGES: tuple[int, ...] = (4, 7, 10, 13)
BALLS: tuple[int, ...] = (1, 2, 3, 5, 6, 9, 11, 12)
FEET, HANDS, TRUNK = frozenset({5, 11}), frozenset({8, 14}), frozenset({0, 1, 2})
KNEELING = frozenset({3, 6, 7, 9, 12, 13})
"""Thighs and arms: low when the character rests on its knees or elbows."""
END_EFFECTORS: tuple[int, ...] = (5, 8, 11, 14)
JOINTED: tuple[int, ...] = tuple(sorted(BALLS + HINGES))
"""The bodies that turn against their parent."""

POLICY_HZ, SUBSTEPS = 30, 20
"""Decisions a second, and physics steps between two of them: 600 Hz."""
ACTION_SIZE, STATE_SIZE = 36, 197
MOST_CONTACTS = 32
"""How many contact forces are told of a frame."""

POSE_SIZE, RATE_SIZE = 43, 34
_POSE_WIDTHS = [7, *(4 if body in BALLS else 1 for body in JOINTED)]
_RATE_WIDTHS = [6, *(3 if body in BALLS else 1 for body in JOINTED)]
POSE_START = dict(zip([ROOT, *JOINTED], np.cumsum([0, *_POSE_WIDTHS[:-1]]).tolist(), strict=True))
RATE_START = dict(zip([ROOT, *JOINTED], np.cumsum([0, *_RATE_WIDTHS[:-1]]).tolist(), strict=True))
"""Body -> index of its first number in a pose, in the rates."""

ROOT_ROTATION = slice(3, 7)
BALL_POSE: np.ndarray = np.array([np.arange(4) + POSE_START[b] for b in BALLS])
HINGE_POSE: np.ndarray = np.array([POSE_START[b] for b in HINGES])
BALL_RATES: np.ndarray = np.array([np.arange(3) + RATE_START[b] for b in BALLS])
HINGE_RATES: np.ndarray = np.array([RATE_START[b] for b in HINGES])
"""Indices (8, 4), (4,) into a pose, (8, 3), (4,) into the rates, ordered as BALLS and HINGES."""


def _carried(body: int) -> list[int]:
    """``body`` and all that it carries, limb by limb: the order in which MuJoCo counts."""
    carried = (_carried(child) for child, parent in enumerate(PARENTS) if parent == body)
    return [body, *(part for limb in carried for part in limb)]


def _coordinates(starts: dict[int, int], widths: list[int]) -> np.ndarray:
    """Where MuJoCo keeps each number of a vector whose bodies begin at ``starts``."""
    order = [body for body in _carried(ROOT) if body in starts]
    width = dict(zip(starts, widths, strict=True))
    first = dict(zip(order, np.cumsum([0, *(width[body] for body in order)]), strict=False))
    return np.concatenate([first[body] + np.arange(width[body]) for body in starts])


QPOS: np.ndarray = _coordinates(POSE_START, _POSE_WIDTHS)
QVEL: np.ndarray = _coordinates(RATE_START, _RATE_WIDTHS)
"""Of each number of a pose (43,), of the rates (34,), its index in MuJoCo's qpos, in its qvel."""

OFFSETS: np.ndarray = np.array([
    (0, 0, 0),
    (0, 0.236151, 0),
    (0, 0.223894, 0),
    (0, 0, 0.084887),
    (0, -0.421546, 0),
    (0, -0.40987, 0),
    (-0.02405, 0.2435, 0.18311),
    (0, -0.274788, 0),
    (0, -0.258947, 0),
    (0, 0, -0.084887),
    (0, -0.421546, 0),
    (0, -0.40987, 0),
    (-0.02405, 0.2435, -0.18311),
    (0, -0.274788, 0),
    (0, -0.258947, 0),
])  # fmt: skip
"""Where each body's joint is in its parent's frame (15, 3), metres."""
TORQUE_LIMITS: np.ndarray = np.array(
    [0, 200, 50, 200, 150, 90, 100, 60, 0, 200, 150, 90, 100, 60, 0], np.float64
)
"""The largest torque of each body's joint (15,), N m; root and wrists have none."""
