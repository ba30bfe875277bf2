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
