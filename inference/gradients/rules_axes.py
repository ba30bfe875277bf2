"""Rules of the operators that move entries, multiply matrices, sum over axes and normalize."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inference.graph.registry import OPERATORS, Refusal, axes_of, axis_of, integers_in

from .rules import Back, Step, rule, unbroadcast


@rule(
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Slice", "Gather",
    "GatherElements", "GatherND", "Identity", "Split", "Tile",
)  # fmt: skip
def _moved(step: Step, g: Sequence[np.ndarray]) -> Back:
    """The operator itself, run on the numbers of its entries, says where each one went."""
    places = np.arange(step.x.size).reshape(step.x.shape)
    found = OPERATORS[step.call.node.op](step.call, [places, *step.inputs[1:]])
    pieces = found if isinstance(found, tuple) else (found,)
    total = np.zeros(step.x.size, step.x.dtype)
    for piece, back in zip(pieces, g, strict=False):
        total += np.bincount(piece.reshape(-1), back.reshape(-1), total.size).astype(total.dtype)
    return [total.reshape(step.x.shape), *[None] * (len(step.inputs) - 1)]


@rule("Concat")
def _concat(step: Step, g: Sequence[np.ndarray]) -> Back:
    arrays = [step.given(place) for place in range(len(step.inputs))]
    axis = axis_of(step.call.integer("axis", 0), step.y.ndim)
    ends = np.cumsum([array.shape[axis] for array in arrays])[:-1]
    return list(np.split(g[0], ends, axis))


def _factors(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of ``a @ b``, of the shapes of ``a`` and ``b``, vectors among them too."""
    left = a[None] if a.ndim == 1 else a
    right = b[:, None] if b.ndim == 1 else b
    if b.ndim == 1:
        g = g[..., None]
    if a.ndim == 1:
        g = g[..., None, :]
    by_left = unbroadcast(g @ right.swapaxes(-1, -2), left)
    by_right = unbroadcast(left.swapaxes(-1, -2) @ g, right)
    assert by_left is not None and by_right is not None
    return by_left.reshape(a.shape), by_right.reshape(b.shape)


@rule("MatMul")
def _matmul(step: Step, g: Sequence[np.ndarray]) -> Back:
    return _factors(step.given(0), step.given(1), g[0])


@rule("Gemm")
def _gemm(step: Step, g: Sequence[np.ndarray]) -> Back:
    call, kind = step.call, step.x.dtype.type
    turned = [bool(call.integer(name, 0)) for name in ("transA", "transB")]
    a, b = (m.T if t else m for m, t in zip((step.given(0), step.given(1)), turned, strict=True))
    pair = _factors(a, b, g[0] * kind(call.number("alpha", 1.0)))
    found: list[np.ndarray | None] = [m.T if t else m for m, t in zip(pair, turned, strict=True)]
    if len(step.inputs) > 2:
        found.append(unbroadcast(g[0] * kind(call.number("beta", 1.0)), step.inputs[2]))
    return found


def _over(step: Step) -> tuple[int, ...]:
    """The axes that a Softmax runs over, under the rules of its opset."""
    axis = axis_of(step.call.integer("axis", -1 if step.call.opset >= 13 else 1), step.x.ndim)
    return (axis,) if step.call.opset >= 13 else tuple(range(axis, step.x.ndim))


@rule("Softmax")
def _softmax(step: Step, g: Sequence[np.ndarray]) -> Back:
    weighted = g[0] * step.y
    return [weighted - step.y * weighted.sum(_over(step), keepdims=True)]


@rule("LogSoftmax")
def _log_softmax(step: Step, g: Sequence[np.ndarray]) -> Back:
    return [g[0] - np.exp(step.y) * g[0].sum(_over(step), keepdims=True)]


@rule("ReduceSum", "ReduceMean", "ReduceSumSquare", "ReduceL2")
def _reduced(step: Step, g: Sequence[np.ndarray]) -> Back:
    call, x = step.call, step.x
    listed = step.inputs[1] if len(step.inputs) > 1 else None
    given = call.integers("axes") if listed is None else integers_in(listed, "its axes")
    rest = [None] * (len(step.inputs) - 1)
    if not given and call.integer("noop_with_empty_axes", 0):
        return [g[0], *rest]
    axes = axes_of(given or range(x.ndim), x.ndim)
    kept = [1 if axis in axes else n for axis, n in enumerate(x.shape)]
    back = np.broadcast_to(g[0].reshape(kept), x.shape)
    match call.node.op:
        case "ReduceMean":
            back = back * x.dtype.type(step.y.size / max(x.size, 1))
        case "ReduceSumSquare":
            back = 2 * x * back
        case "ReduceL2":
            length = step.y.reshape(kept)
            back = back * np.divide(x, length, out=np.zeros_like(x), where=length > 0)
    return [back, *rest]


def _normalized(
    step: Step, g: np.ndarray, centred: np.ndarray, axes: tuple[int, ...], centre: bool
) -> np.ndarray:
    """Back through x / √(mean(x²) + epsilon) over ``axes``, of ``centred`` x where ``centre``."""
    epsilon = centred.dtype.type(step.call.number("epsilon", 1e-5))
    spread = 1 / np.sqrt((centred * centred).mean(axes, keepdims=True) + epsilon)
    unit = centred * spread
    back = g - unit * (g * unit).mean(axes, keepdims=True)
    return spread * (back - g.mean(axes, keepdims=True) if centre else back)


@rule("LayerNormalization", "RMSNormalization")
def _layer_normalization(step: Step, g: Sequence[np.ndarray]) -> Back:
    """Scale and bias must be weights: nothing goes back to them."""
    x, scale = step.given(0), step.given(1)
    axes = tuple(range(axis_of(step.call.integer("axis", -1), x.ndim), x.ndim))
    centre = step.call.node.op == "LayerNormalization"
    centred = x - x.mean(axes, keepdims=True) if centre else x
    back = _normalized(step, g[0] * scale, centred, axes, centre)
    return [back, *[None] * (len(step.inputs) - 1)]


@rule("BatchNormalization")
def _batch_normalization(step: Step, g: Sequence[np.ndarray]) -> Back:
    """As in use, not in training: the statistics are weights."""
    if step.call.integer("training_mode", 0):
        raise Refusal("its gradient in training mode is not known here")
    x, scale, variance = step.given(0), step.given(1), step.given(4)
    factor = scale / np.sqrt(variance + x.dtype.type(step.call.number("epsilon", 1e-5)))
    channels = [1, x.shape[1], *[1] * (x.ndim - 2)]
    return [g[0] * factor.reshape(channels), None, None, None, None]
