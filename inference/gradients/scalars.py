"""The numbers of an output (x, y) that are differentiated: angle, amplitude, x and y."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np

Scalar = Literal["angle", "amplitude", "x", "y"]
"""angle: atan2(y, x) in turns; amplitude: √(x² + y²)."""
SCALARS: tuple[Scalar, ...] = get_args(Scalar)
TURN = 2 * math.pi


def scalar_of(xy: np.ndarray, of: Scalar) -> np.ndarray:
    """The scalar (B,) of outputs ``xy`` (B, 2); an angle within ±0.5 turns."""
    x, y = xy[:, 0], xy[:, 1]
    match of:
        case "angle":
            return np.arctan2(y, x) / xy.dtype.type(TURN)
        case "amplitude":
            return np.hypot(x, y)
        case "x":
            return x
        case "y":
            return y


def output_gradient(xy: np.ndarray, of: Scalar) -> np.ndarray:
    """d scalar / d(x, y), (B, 2). At x = y = 0 angle and amplitude have none; it is 0 there."""
    seed = np.zeros_like(xy)
    if of in ("x", "y"):
        seed[:, int(of == "y")] = 1
        return seed
    radius = np.hypot(xy[:, 0], xy[:, 1])[:, None]
    along = np.divide(xy, radius, out=seed, where=radius > 0)
    if of == "amplitude":
        return along
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    return np.divide(across, radius * xy.dtype.type(TURN), out=across, where=radius > 0)


def difference(before: np.ndarray, after: np.ndarray, of: Scalar) -> np.ndarray:
    """``after - before``; of angles the shorter way round, within ±0.5 turns."""
    change = after - before
    return change - np.round(change) if of == "angle" else change
