"""What happens inside a model: the values of its layers, and exact gradients of its output."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from inference.errors import ModelError, quote, show
from inference.graph import GraphModel, Model
from inference.graph.evaluate import PIECE_ROWS
from inference.mlp import Mlp
from inference.runner import as_rows

from .dense import Differentiated, LayerValues, Network
from .reverse import Tape
from .scalars import SCALARS, Scalar, output_gradient, scalar_of


def hidden_layers(mlp: Mlp) -> list[int]:
    """The layers of a plain MLP that are no output, in order."""
    last = {output.layer for output in mlp.outputs}
    return [index for index in range(len(mlp.layers)) if index not in last]


def activations(model: Model, rows: np.ndarray) -> list[LayerValues]:
    """Each hidden layer's values before and after its activation, (B, width) each.

    rows: (B, \\*input shape); computed in float64 where they are that, else in float32. Of a plain
    MLP the hidden layers are those that are no output, of a general graph what its activation
    operators give, flattened to rows. Memory grows with B. Raises ModelError for rows that do not
    fit, and as the graph's operators do.
    """
    x = _rows(model, rows)
    if isinstance(model, Mlp):
        found = Network(model, x.dtype).forward(x.reshape(len(x), model.input_width))
        return [found[index] for index in hidden_layers(model)]
    pieces = [
        [LayerValues(*(a[:count].reshape(count, -1) for a in pair)) for pair in tape.activations()]
        for _, count, tape in _taped(model, x)
    ]
    return [
        LayerValues(*map(np.concatenate, zip(*layer, strict=True)))
        for layer in zip(*pieces, strict=True)
    ]


def differentiate(model: Model, rows: np.ndarray, of: Scalar) -> Differentiated:
    """A scalar of the model's only pair of numbers (x, y), and its exact gradient.

    rows: (B, \\*input shape); computed in float64 where they are that, else in float32. of:
    ``angle`` (atan2(y, x), turns), ``amplitude``, ``x`` or ``y``, see ``scalars``. By reverse-mode
    differentiation. At a kink (a ReLU whose sum is exactly 0) there are two one-sided derivatives,
    and the one from below is taken. Where x = y = 0, angle and amplitude have none; it is 0 there.
    Raises ModelError for rows that do not fit, a model without exactly one output of two numbers,
    and an operator whose gradient is not known here, by its node.
    """
    if of not in SCALARS:
        raise ModelError(f"{quote(of)} is none of {', '.join(SCALARS)}.")
    place = pair_output(model)
    x = _rows(model, rows)
    if isinstance(model, Mlp):
        flat, layer = x.reshape(len(x), model.input_width), model.outputs[place].layer
        values, gradient = Network(model, x.dtype).differentiate(flat, layer, of)
        return Differentiated(values, gradient.reshape(x.shape))
    values, gradient = np.empty(len(x), x.dtype), np.empty_like(x)
    graph = model.graph
    name = graph.outputs[model.outputs[place].place]
    for start, count, tape in _taped(model, x):
        made = tape.values[name]
        xy = made.reshape(len(made), 2)
        seed = output_gradient(xy, of).reshape(made.shape)
        rows_ = slice(start, start + count)
        gradient[rows_] = tape.backward(name, seed, graph.inputs[0])[:count]
        values[rows_] = scalar_of(xy, of)[:count]
    return Differentiated(values, gradient)


def gradient(model: Model, rows: np.ndarray, of: Scalar) -> np.ndarray:
    """The gradient alone, (B, \\*input shape), as ``differentiate`` gives it."""
    return differentiate(model, rows, of).gradient


def unit_gradient(mlp: Mlp, rows: np.ndarray, layer: int, unit: int) -> np.ndarray:
    """d (unit ``unit`` of layer ``layer``) / d input, (B, \\*input shape). Raises ModelError."""
    x = _rows(mlp, rows)
    if not (0 <= layer < len(mlp.layers) and 0 <= unit < mlp.layers[layer].width):
        raise ModelError(f"{mlp.path}: there is no unit {unit} in layer {layer}.")
    network = Network(mlp, x.dtype)
    seed = np.zeros((len(x), mlp.layers[layer].width), x.dtype)
    seed[:, unit] = 1
    found = network.forward(x.reshape(len(x), mlp.input_width))
    return network.backward(found, layer, seed).reshape(x.shape)


def pair_output(model: Model) -> int:
    """Which of the model's outputs holds x and y. ModelError unless exactly one has two numbers."""
    rows = [output.shape for output in model.outputs]
    pairs = [place for place, row in enumerate(rows) if math.prod(row) == 2]
    if len(pairs) == 1:
        return pairs[0]
    shapes: dict[str, tuple[int, ...]] = {o.name: o.shape for o in model.outputs}
    given = ", ".join(f"{quote(name)} {show((None, *row))}" for name, row in shapes.items())
    raise ModelError(f"{model.path}: expected one output of two numbers, x and y; found {given}.")


def _rows(model: Model, rows: np.ndarray) -> np.ndarray:
    dtype = np.float64 if np.asarray(rows).dtype == np.float64 else np.float32
    return as_rows(model.name, model.input_name, model.input_shape, rows, dtype)


def _taped(model: GraphModel, x: np.ndarray) -> Iterator[tuple[int, int, Tape]]:
    """Runs of the graph over pieces of ``x``: where each starts, its rows that count, the run."""
    size = model.batch or PIECE_ROWS
    for start in range(0, max(len(x), 1), size):
        piece = x[start : start + size]
        missing = model.batch - len(piece) if model.batch else 0
        whole = np.concatenate([piece, np.zeros((missing, *x.shape[1:]), x.dtype)])
        yield start, len(piece), Tape(model.graph, {model.graph.inputs[0]: whole}, x.dtype)
