"""The hidden layers of a network over a clip: their values, and what each unit does there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from inference.mlp import Activation, Dense, Mlp

from .notice import Refused, sentence
from .shipped import Track, rows_for, untracked
from .unit_clusters import cluster_order, sampled

if TYPE_CHECKING:
    from inference.gradients import LayerValues
    from inference.graph import Model

Order = Literal["index", "activity", "cluster"]
ORDERS: tuple[Order, ...] = get_args(Order)
FLAT_SLOPE = 0.05
"""A unit is on a flat part where its activation's slope is below this share of the steepest."""
FLAT_FRAMES = 0.95
"""Saturated is one that is there on at least this share of the frames."""
_STILL = 1e-6
_CHUNK = 1024
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, eq=False)
class HiddenLayer:
    """A hidden layer of U units over T frames.

    values: (T, U) float16, after the activation, of all frames or of each ``every``-th; beyond
    ±65504 they are cut to that.
    dead: (U,) bool: the same on all frames, to a millionth of what the liveliest unit of the layer
    does; never told of a single frame.
    saturated: (U,) bool: not dead, and on at least 95 % of the frames where its activation's slope
    is below 5 % of the steepest. Only of plain MLPs; of a general graph none is told.
    """

    values: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray
    every: int = 1

    @property
    def first_active(self) -> np.ndarray:
        """The first row of ``values`` (U,) in which each unit is above the middle of its range.

        T for the dead.
        """
        middle = self.values.min(0) / 2 + self.values.max(0) / 2
        above = self.values > middle
        never = self.dead | ~above.any(0)
        return np.where(never, len(self.values), above.argmax(0))

    def order(self, by: Order) -> np.ndarray:
        """The units (U,) as they are to be listed, the dead last but by ``index``.

        ``activity``: by ``first_active``; ``cluster``: those that rise and fall together side by
        side.
        """
        if by == "index":
            return np.arange(len(self.dead))
        if by == "activity":
            return np.argsort(self.first_active, kind="stable")
        alive = np.flatnonzero(~self.dead)
        return np.concatenate([alive[cluster_order(self.values[:, alive])], *np.nonzero(self.dead)])


def hidden_values(
    model: Model, frames: np.ndarray, track: Track = untracked, every: int = 1
) -> tuple[HiddenLayer, ...]:
    """Every hidden layer over ``frames`` (T, inputs), T at least 1.

    every: values are kept of each so-many-th frame; the dead and the saturated are told of all.
    A piece of 1,024 frames at a time: beside the result, 2 bytes a unit and kept frame, it takes
    some megabytes. Raises Refused for frames that do not fit, or none.
    """
    from inference.errors import ModelError
    from inference.gradients import activations, hidden_layers

    if not len(frames):
        raise Refused(f"{model.name}: the clip has no frames to look at.")
    dense = [model.layers[i] for i in hidden_layers(model)] if isinstance(model, Mlp) else None
    tallies: list[_Tally] = []
    starts = range(0, len(frames), _CHUNK)
    try:
        for start in track(starts, len(starts), "layers"):
            found = activations(model, rows_for(model, frames[start : start + _CHUNK]))
            tallies = tallies or [_Tally(len(frames), each.after.shape[1], every) for each in found]
            for i, (tally, values) in enumerate(zip(tallies, found, strict=True)):
                tally.add(start, values, dense[i] if dense else None)
    except ModelError as error:
        raise Refused(sentence(error)) from error
    return tuple(tally.layer() for tally in tallies)


def strongest_inputs(
    mlp: Mlp, frames: np.ndarray, layer: int, unit: int, count: int = 10
) -> list[tuple[int, float]]:
    """The inputs that drive a unit of hidden layer ``layer`` (0 the first), strongest first.

    Each with how far the unit's sum goes with it on the clip: of a layer that is fed by the input,
    weight times the input's standard deviation, signed; of a deeper one the mean size of the
    gradient on up to 1,000 frames times that deviation. Raises Refused for a unit that is not
    there.
    """
    from inference.errors import ModelError
    from inference.gradients import hidden_layers, unit_gradient

    hidden = hidden_layers(mlp)
    if not (0 <= layer < len(hidden) and 0 <= unit < mlp.layers[hidden[layer]].width):
        raise Refused(f"{mlp.path}: there is no unit {unit} in hidden layer {layer + 1}.")
    rows = rows_for(mlp, frames[sampled(len(frames))])
    dense = mlp.layers[hidden[layer]]
    try:
        drive = (
            dense.weight[unit]
            if dense.source < 0
            else np.abs(unit_gradient(mlp, rows, hidden[layer], unit)).mean(0).reshape(-1)
        )
    except ModelError as error:
        raise Refused(sentence(error)) from error
    strength = drive * rows.reshape(len(rows), -1).std(0)
    best = np.argsort(-np.abs(strength), kind="stable")[:count]
    return [(int(place), float(strength[place])) for place in best]


class _Tally:
    """A layer while its frames come in."""

    def __init__(self, frames: int, width: int, every: int) -> None:
        self._frames, self._every = frames, every
        self._values = np.empty((-(-frames // every), width), np.float16)
        self._low = np.full(width, np.inf, np.float32)
        self._high = -self._low
        self._flat = np.zeros(width, np.int64)

    def add(self, start: int, found: LayerValues, dense: Dense | None) -> None:
        """Take in frames from ``start`` on; ``dense``: the layer that made them, of a plain MLP."""
        after = found.after
        kept = after[-start % self._every :: self._every]
        first = -(-start // self._every)
        self._values[first : first + len(kept)] = np.clip(kept, -_LARGEST, _LARGEST)
        self._low = np.minimum(self._low, after.min(0))
        self._high = np.maximum(self._high, after.max(0))
        if dense:
            from inference.gradients import derivative

            steepest = 0.25 if dense.activation is Activation.SIGMOID else 1.0
            self._flat += (derivative(*found, dense) < FLAT_SLOPE * steepest).sum(0)

    def layer(self) -> HiddenLayer:
        """What came in."""
        moved = self._high - self._low
        dead = (moved <= _STILL * moved.max(initial=0)) & (self._frames > 1)
        saturated = ~dead & (self._flat >= FLAT_FRAMES * self._frames)
        return HiddenLayer(self._values, dead, saturated, self._every)
