"""Unit quaternions ``(..., 4)``, w first, as functions on trailing axes.

A quaternion q rotates a column vector v to q v q*; ``mul(a, b)`` applies b
first. Formulas follow Shoemake, "Animating rotation with quaternion curves",
SIGGRAPH 1985, and Hamilton's convention (i j = k).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from .vec import AXES, cross, unit


def identity(shape: tuple[int, ...] = (), dtype: DTypeLike = np.float64) -> np.ndarray:
    """Identity rotations of shape ``shape + (4,)``."""
    q: np.ndarray = np.zeros((*shape, 4), dtype)
    q[..., 0] = 1
    return q


def normalize(q: np.ndarray) -> np.ndarray:
    """``q (..., 4)`` scaled to unit length; a zero quaternion becomes the identity."""
    length = np.linalg.norm(q, axis=-1, keepdims=True)
    safe = np.where(length > 0, length, 1)
    return np.where(length > 0, q / safe, identity(dtype=q.dtype))


def conjugate(q: np.ndarray) -> np.ndarray:
    """The inverse rotations of unit quaternions ``q (..., 4)``."""
    return q * np.array([1, -1, -1, -1], dtype=q.dtype)


def mul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Hamilton product ``a b`` of quaternions ``(..., 4)``: rotate by b, then by a."""
    aw, ax, ay, az = (a[..., i] for i in range(4))
    bw, bx, by, bz = (b[..., i] for i in range(4))
    return _join(
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def rotate(q: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Vectors ``v (..., 3)`` rotated by ``q (..., 4)``."""
    w, x, y, z = (q[..., i] for i in range(4))
    vx, vy, vz = (v[..., i] for i in range(3))
    tx, ty, tz = 2 * (y * vz - z * vy), 2 * (z * vx - x * vz), 2 * (x * vy - y * vx)
    return _join(
        vx + w * tx + y * tz - z * ty,
        vy + w * ty + z * tx - x * tz,
        vz + w * tz + x * ty - y * tx,
    )


def _join(*components: np.ndarray) -> np.ndarray:
    """Components (...) as one array (..., n), each left contiguous in memory.

    Chains of products read and write whole components, twice as fast that way.
    """
    return np.moveaxis(np.stack(components), 0, -1)


def from_axis_angle(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations ``(..., 4)`` by ``angle (...)`` radians about unit vectors ``axis (..., 3)``."""
    half = np.asarray(angle)[..., None] / 2
    return np.concatenate([np.cos(half), np.sin(half) * axis], axis=-1)


def from_euler(angles: np.ndarray, order: str) -> np.ndarray:
    """Intrinsic Euler angles to rotations, as BVH channels mean them.

    ``angles (..., n)`` radians in the sequence of ``order`` ("ZXY", "Y", ...):
    the first letter is the outermost rotation. ``order`` may hold any number of
    letters, repeated ones included.
    """
    half = np.moveaxis(angles, -1, 0) / 2
    parts = list(np.moveaxis(identity(angles.shape[:-1], angles.dtype), -1, 0))
    for i, axis in enumerate(order):
        a = AXES[axis]
        along, second, third = 1 + a, 1 + (a + 1) % 3, 1 + (a + 2) % 3
        w, x, y, z = parts[0], parts[along], parts[second], parts[third]
        c, s = np.cos(half[i]), np.sin(half[i])
        parts[0], parts[along] = w * c - x * s, x * c + w * s
        parts[second], parts[third] = y * c + z * s, z * c - y * s
    return _join(*parts)


def to_euler(q: np.ndarray, order: str) -> np.ndarray:
    """Intrinsic Euler angles ``(..., 3)`` in radians for three distinct axes.

    Inverse of :func:`from_euler` up to the usual aliases; in gimbal lock the
    third angle is zero. Source: Diebel, "Representing attitude", 2006.
    """
    i, j, k = (AXES[a] for a in order)
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    m = to_matrix(q)
    middle = np.arcsin(np.clip(sign * m[..., i, k], -1, 1))
    locked = np.abs(m[..., i, k]) > 1 - 1e-12
    first = np.arctan2(-sign * m[..., j, k], m[..., k, k])
    third = np.arctan2(-sign * m[..., i, j], m[..., i, i])
    first = np.where(locked, np.arctan2(sign * m[..., k, j], m[..., j, j]), first)
    return np.stack([first, middle, np.where(locked, 0.0, third)], axis=-1)


def to_matrix(q: np.ndarray) -> np.ndarray:
    """Rotation matrices ``(..., 3, 3)`` of unit quaternions ``q (..., 4)``, for column vectors."""
    w, x, y, z = (q[..., i] for i in range(4))
    xx, yy, zz, xy, xz, yz = x * x, y * y, z * z, x * y, x * z, y * z
    wx, wy, wz = w * x, w * y, w * z
    m = np.empty((*q.shape[:-1], 3, 3), q.dtype)
    m[..., 0, 0], m[..., 0, 1], m[..., 0, 2] = 1 - 2 * (yy + zz), 2 * (xy - wz), 2 * (xz + wy)
    m[..., 1, 0], m[..., 1, 1], m[..., 1, 2] = 2 * (xy + wz), 1 - 2 * (xx + zz), 2 * (yz - wx)
    m[..., 2, 0], m[..., 2, 1], m[..., 2, 2] = 2 * (xz - wy), 2 * (yz + wx), 1 - 2 * (xx + yy)
    return m


def from_matrix(m: np.ndarray) -> np.ndarray:
    """Unit quaternions ``(..., 4)`` of rotation matrices ``(..., 3, 3)``, w >= 0.

    Shepperd's method, 1978: the largest of the four squared components is the
    divisor, so the result is accurate for every rotation.
    """
    m00, m11, m22 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    candidates = np.stack(
        [
            np.stack(
                [
                    1 + m00 + m11 + m22,
                    m[..., 2, 1] - m[..., 1, 2],
                    m[..., 0, 2] - m[..., 2, 0],
                    m[..., 1, 0] - m[..., 0, 1],
                ],
                -1,
            ),
            np.stack(
                [
                    m[..., 2, 1] - m[..., 1, 2],
                    1 + m00 - m11 - m22,
                    m[..., 0, 1] + m[..., 1, 0],
                    m[..., 0, 2] + m[..., 2, 0],
                ],
                -1,
            ),
            np.stack(
                [
                    m[..., 0, 2] - m[..., 2, 0],
                    m[..., 0, 1] + m[..., 1, 0],
                    1 - m00 + m11 - m22,
                    m[..., 1, 2] + m[..., 2, 1],
                ],
                -1,
            ),
            np.stack(
                [
                    m[..., 1, 0] - m[..., 0, 1],
                    m[..., 0, 2] + m[..., 2, 0],
                    m[..., 1, 2] + m[..., 2, 1],
                    1 - m00 - m11 + m22,
                ],
                -1,
            ),
        ],
        axis=-2,
    )
    diagonal = np.stack([candidates[..., i, i] for i in range(4)], axis=-1)
    best = np.argmax(diagonal, axis=-1)[..., None, None]
    q = normalize(np.take_along_axis(candidates, best, axis=-2)[..., 0, :])
    return np.where(q[..., :1] < 0, -q, q)


def between(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The shortest rotation ``(..., 4)`` taking direction ``u (..., 3)`` to ``v (..., 3)``.

    Opposite directions turn half a revolution about some axis normal to ``u``.
    """
    u, v = unit(u, 1e-12), unit(v, 1e-12)
    dot = np.sum(u * v, axis=-1, keepdims=True)
    q = np.concatenate([1 + dot, cross(u, v)], axis=-1)
    opposite = dot < -1 + 1e-9
    if opposite.any():
        least = np.eye(3)[np.argmin(np.abs(u), axis=-1)]
        half_turn = np.concatenate([np.zeros_like(dot), cross(u, least)], axis=-1)
        q = np.where(opposite, half_turn, q)
    return normalize(q)


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """Spherical interpolation from a (t = 0) to b (t = 1) on the shorter arc.

    a, b: ``(..., 4)``; ``t`` broadcasts against their batch axes. Source: Shoemake 1985.
    """
    t = np.asarray(t)[..., None]
    dot = np.sum(a * b, axis=-1, keepdims=True)
    b = np.where(dot < 0, -b, b)
    angle = np.arccos(np.clip(np.abs(dot), -1, 1))
    sine = np.sin(angle)
    near = sine < 1e-6
    safe = np.where(near, 1, sine)
    wa = np.where(near, 1 - t, np.sin((1 - t) * angle) / safe)
    wb = np.where(near, t, np.sin(t * angle) / safe)
    return normalize(wa * a + wb * b)


def continuous(q: np.ndarray, axis: int = 0) -> np.ndarray:
    """``q (..., 4)`` with signs flipped so that neighbours along batch ``axis`` are closest."""
    q = np.moveaxis(q, axis, 0)
    flips = np.sum(q[1:] * q[:-1], axis=-1, keepdims=True) < 0
    sign = np.where(np.cumsum(flips, axis=0) % 2 == 1, -1, 1).astype(q.dtype)
    q = np.concatenate([q[:1], q[1:] * sign])
    return np.moveaxis(q, 0, axis)


def exp(vectors: np.ndarray) -> np.ndarray:
    """Rotations ``(..., 4)`` about the axes and by the lengths of ``vectors (..., 3)``, radians.

    The exponential map of SO(3); inverse of :func:`log`.
    """
    angle = np.linalg.norm(vectors, axis=-1)
    return from_axis_angle(vectors / np.maximum(angle, 1e-12)[..., None], angle)


def log(q: np.ndarray) -> np.ndarray:
    """Axis times angle ``(..., 3)`` of unit quaternions ``(..., 4)``, radians; angles in [0, pi].

    The logarithm on SO(3); inverse of :func:`exp`.
    """
    q = np.where(q[..., :1] < 0, -q, q)
    sine = np.linalg.norm(q[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, q[..., :1])
    return np.where(sine > 1e-9, angle / np.where(sine > 1e-9, sine, 1), 2.0) * q[..., 1:]
