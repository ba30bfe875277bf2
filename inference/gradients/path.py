"""What changed between two inputs: integrated gradients along the straight line between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.graph import Model

from .differentiate import differentiate
from .scalars import Scalar, difference

TOLERANCE = 0.005
"""How far the parts may sum to something else than the change, as a share of it."""
FLOOR = 1e-6
"""The same at least, in the scalar's unit: what is left where nearly nothing changed."""
_FIRST, _MOST = 16, 1 << 15


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much of a change each input made.

    parts: of the inputs' shape, in the unit of the scalar; they sum to ``change`` within
    ``error``. change: the scalar after less that before, followed along the line. Of an angle that
    is the difference the shorter way round, but for whole turns where the line passes the origin
    on the other side. steps: gradients that were taken.
    """

    parts: np.ndarray
    change: float
    error: float
    steps: int


def attribute(model: Model, before: np.ndarray, after: np.ndarray, of: Scalar) -> Attribution:
    """Integrated gradients from ``before`` to ``after``, each (\\*input shape), in float64.

    Input i has the part (after - before)_i · ∫ d scalar / d input_i dt over the line (Sundararajan,
    Taly & Yan, "Axiomatic attribution for deep networks", ICML 2017). The line is cut into steps,
    each with the gradient at its middle; what a step must sum to is known, and those that miss it
    are halved until the sum is within 0.5 % of the change, 32,768 steps at most.
    Raises ModelError as ``differentiate`` does.
    """
    start = np.asarray(before, np.float64)
    way = np.asarray(after, np.float64) - start

    def at(times: np.ndarray) -> np.ndarray:
        return start + times.reshape(-1, *[1] * way.ndim) * way

    def parts_of(times: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        slopes = differentiate(model, at(times), of).gradient
        return slopes * way * lengths.reshape(-1, *[1] * way.ndim)

    edges = np.linspace(0, 1, _FIRST + 1)
    ends = differentiate(model, at(edges), of).values
    low, high = edges[:-1], edges[1:]
    left, right = ends[:-1], ends[1:]
    parts = parts_of((low + high) / 2, high - low)
    steps = len(low)
    axes = tuple(range(1, parts.ndim))
    while True:
        wanted = difference(left, right, of)
        missed = np.abs(parts.sum(axes) - wanted)
        allowed = max(TOLERANCE * abs(wanted.sum()), FLOOR)
        poor = missed > allowed / len(missed)
        if missed.sum() <= allowed or not poor.any() or steps + 2 * poor.sum() > _MOST:
            break
        middle = (low + high)[poor] / 2
        value = differentiate(model, at(middle), of).values
        good = ~poor
        cut_low = np.concatenate([low[poor], middle])
        cut_high = np.concatenate([middle, high[poor]])
        cut = parts_of((cut_low + cut_high) / 2, cut_high - cut_low)
        steps += len(cut)
        left = np.concatenate([left[good], left[poor], value])
        right = np.concatenate([right[good], value, right[poor]])
        low, high = (np.concatenate(p) for p in ((low[good], cut_low), (high[good], cut_high)))
        parts = np.concatenate([parts[good], cut])
    total, change = parts.sum(0), float(wanted.sum())
    return Attribution(total, change, abs(float(total.sum()) - change), steps)
