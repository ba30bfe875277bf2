"""A colour for a share in 0..1, even steps for the eye.

Stops are joined in Oklab (Björn Ottosson, "A perceptual color space for image processing",
2020), whose distances are about those that people see.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from .color_schemes import Rgb

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_STEPS = 128
"""Between two stops."""
_FROM_LMS, _FROM_LAB = np.linalg.inv(_TO_LMS), np.linalg.inv(_TO_LAB)


def heat(shares: np.ndarray, stops: Sequence[Rgb]) -> np.ndarray:
    """sRGB colours (..., 3) float32 in 0..1 of ``shares`` (...).

    0 is the first of ``stops`` and 1 the last, the others at even distances between. Shares
    beyond the ends get the end's colour, NaN the last one.
    """
    places, colors = _table(tuple(stops))
    at = np.nan_to_num(np.clip(np.asarray(shares, np.float64), 0, 1), nan=1.0)
    return np.stack([np.interp(at, places, channel) for channel in colors], axis=-1, dtype="f4")


@lru_cache(8)
def _table(stops: tuple[Rgb, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Places (N,) in 0..1 and their colours (3, N), so near that a line from one to the next is
    the course through Oklab."""
    lab, own = to_oklab(np.array(stops)), np.linspace(0, 1, len(stops))
    places = np.linspace(0, 1, _STEPS * (len(stops) - 1) + 1)
    mixed = np.stack([np.interp(places, own, lab[:, c]) for c in range(3)], axis=-1)
    return places, _from_oklab(mixed).T.copy()


def to_oklab(srgb: np.ndarray) -> np.ndarray:
    """Lightness, green-red and blue-yellow (..., 3) of sRGB colours (..., 3) in 0..1."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def _from_oklab(lab: np.ndarray) -> np.ndarray:
    linear = np.clip((lab @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
