"""Style over time: keys, and what is between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

Ease = Literal["smooth", "linear", "hold"]
EASES: tuple[Ease, ...] = get_args(Ease)


@dataclass(frozen=True, eq=False)
class StyleAt:
    """A style (K,) and its strength at ``time_s``; ease: how it goes on to the next one."""

    time_s: float
    style: np.ndarray
    strength: float = 1.0
    ease: Ease = "smooth"


def course(keys: Sequence[StyleAt], times_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Styles (N, K) and strengths (N,) at ``times_s`` (N,); before the first key and after the
    last one theirs. Of keys at one time the last counts. Raises ValueError without keys.
    """
    if not keys:
        raise ValueError("a course of styles needs at least one key")
    ordered = sorted(keys, key=lambda key: key.time_s)
    at = np.array([key.time_s for key in ordered])
    values = np.stack([np.append(key.style, key.strength) for key in ordered])
    before = np.clip(np.searchsorted(at, times_s, side="right") - 1, 0, len(at) - 1)
    after = np.minimum(before + 1, len(at) - 1)
    span = np.maximum(at[after] - at[before], 1e-9)
    share = np.clip((times_s - at[before]) / span, 0.0, 1.0)
    eased = np.stack([share * share * (3 - 2 * share), share, np.zeros_like(share)])
    which = np.array([EASES.index(ordered[index].ease) for index in before])
    t = eased[which, np.arange(len(share))][:, None]
    between = values[before] + t * (values[after] - values[before])
    return between[:, :-1].astype(np.float32), between[:, -1].astype(np.float32)


def thinned(keys: Sequence[StyleAt], tolerance: float) -> list[int]:
    """Which of ``keys``, in the order of their times, are enough for straight lines between them.

    Style and strength stay within ``tolerance`` of how far each of them moves, the farthest
    distance from its mean. First and last are always among them. Ramer 1972, Douglas and
    Peucker 1973, with the distance at the same time.
    """
    if len(keys) < 3:
        return list(range(len(keys)))
    at = np.array([key.time_s for key in keys])
    styles = np.stack([key.style for key in keys]).astype(np.float64)
    strengths = np.array([[key.strength] for key in keys], np.float64)
    values = np.concatenate([_spread_out(styles), _spread_out(strengths)], axis=1)
    kept, open_ = {0, len(keys) - 1}, [(0, len(keys) - 1)]
    while open_:
        first, last = open_.pop()
        inner = slice(first + 1, last)
        share = (at[inner] - at[first]) / max(at[last] - at[first], 1e-9)
        straight = values[first] + share[:, None] * (values[last] - values[first])
        off = np.linalg.norm(values[inner] - straight, axis=1)
        if len(off) and off.max() > tolerance:
            worst = first + 1 + int(off.argmax())
            kept.add(worst)
            open_ += [(first, worst), (worst, last)]
    return sorted(kept)


def _spread_out(values: np.ndarray) -> np.ndarray:
    """Values (N, K) in units of the farthest distance from their mean."""
    apart = values - values.mean(axis=0)
    return apart / max(float(np.linalg.norm(apart, axis=1).max()), 1e-9)
