"""How far the joints of two poses are apart, root on root and turned to face alike; no Qt.

The turn about the vertical is the one that fits best, in closed form, as Kovar, Gleicher and
Pighin, "Motion Graphs", 2002, have it for point clouds; here the roots are laid on each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

MOST_CM = 30.0
"""The end of the scale of colours."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Joints that have the same name in two bodies: their indices in both (P,), and the names of
    those of the second that have no partner."""

    a: np.ndarray
    b: np.ndarray
    names: tuple[str, ...]
    alone: tuple[str, ...]
    joints_b: int


@lru_cache(16)
def pairs(names_a: tuple[str, ...], names_b: tuple[str, ...]) -> Pairs:
    """The joints of two bodies by their names."""
    where = {name: index for index, name in enumerate(names_a)}
    shared = [(where[name], n) for n, name in enumerate(names_b) if name in where]
    a, b = (
        np.array(column, np.intp) for column in (zip(*shared, strict=True) if shared else [[], []])
    )
    alone = tuple(name for name in names_b if name not in where)
    return Pairs(a, b, tuple(names_b[n] for n in b), alone, len(names_b))


def turn_onto(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The turn about the vertical, as unit complex numbers (...,) of x + iz, that lays ``b`` on
    ``a``, points (..., P, 3) about their roots, as well as can be."""
    plane_a, plane_b = (points[..., 0] + 1j * points[..., 2] for points in (a, b))
    fit = (plane_a * plane_b.conj()).sum(axis=-1)
    size = np.abs(fit)
    return np.divide(fit, size, out=np.ones_like(fit), where=size > 1e-12)


def turned(points: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """``points`` (..., P, 3) turned about the vertical through the origin."""
    plane = (points[..., 0] + 1j * points[..., 2]) * turn[..., None]
    return np.stack([plane.real, points[..., 1], plane.imag], axis=-1)


def joint_distances(a: np.ndarray, b: np.ndarray, found: Pairs) -> np.ndarray:
    """Metres (..., P) between the joints of ``found`` in poses (..., J, 3) and (..., K, 3)."""
    own, other = (np.asarray(pose, np.float64) for pose in (a, b))
    own = own[..., found.a, :] - own[..., :1, :]
    other = other[..., found.b, :] - other[..., :1, :]
    apart: np.ndarray = np.linalg.norm(own - turned(other, turn_onto(own, other)), axis=-1)
    return apart


def laid_over(a: np.ndarray, b: np.ndarray, found: Pairs) -> np.ndarray:
    """The pose ``b`` (K, 3) where ``a`` (J, 3) stands, turned to face as that does, at its own
    height."""
    own, other = (np.asarray(pose, np.float64) for pose in (a, b))
    turn = turn_onto(own[found.a] - own[0], other[found.b] - other[0])
    ground = np.array([1.0, 0.0, 1.0])
    laid: np.ndarray = turned(other - other[0] * ground, turn) + own[0] * ground
    return laid.astype(np.float32)


def joint_shares(apart: np.ndarray, found: Pairs) -> np.ndarray:
    """Places (K,) on the scale of colours of every joint of the second body, from its distances
    (P,) in metres; NaN of one without a partner."""
    shares = np.full(found.joints_b, np.nan)
    shares[found.b] = np.clip(100 * np.asarray(apart) / MOST_CM, 0.0, 1.0)
    return shares
