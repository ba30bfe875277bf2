"""Rules of the operators that act number by number. At a kink they take the derivative from below.

Floor, Ceil, Round and Sign are flat: their gradient is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from inference.graph.registry import Refusal
from inference.mlp import sigmoid

from .activation import gelu_derivative, gelu_tanh_derivative
from .rules import Back, Step, elementwise, rule, unbroadcast


def _above(step: Step, low: float, high: float) -> np.ndarray:
    """``high`` where the input is above 0, else ``low``, in its type."""
    kind = step.x.dtype.type
    return np.where(step.x > 0, kind(high), kind(low))


def _exponential(step: Step, alpha: float, rate: float = 1.0, scale: float = 1.0) -> np.ndarray:
    """Of ELU and its kin: above 0 ``scale``, else scale · alpha · e^(rate x)."""
    x = step.x
    kind = x.dtype.type
    below = kind(scale * alpha) * np.exp(kind(rate) * np.minimum(x, 0))
    return np.where(x > 0, kind(scale), below)


def _celu(step: Step) -> np.ndarray:
    return _exponential(step, 1.0, 1 / step.call.number("alpha", 1.0))


def _selu(step: Step) -> np.ndarray:
    alpha = step.call.number("alpha", 1.67326319217681884765625)
    return _exponential(step, alpha, 1.0, step.call.number("gamma", 1.05070102214813232421875))


def _gelu(step: Step) -> np.ndarray:
    exact = step.call.text("approximate", "none") == "none"
    return gelu_derivative(step.x) if exact else gelu_tanh_derivative(step.x)


def _hard_sigmoid(step: Step) -> np.ndarray:
    alpha, beta = step.call.number("alpha", 0.2), step.call.number("beta", 0.5)
    at = step.x * step.x.dtype.type(alpha) + step.x.dtype.type(beta)
    return np.where((at > 0) & (at <= 1), step.x.dtype.type(alpha), step.x.dtype.type(0))


def _hard_swish(step: Step) -> np.ndarray:
    x, kind = step.x, step.x.dtype.type
    return np.where(x > 3, kind(1), np.where(x > -3, x / kind(3) + kind(0.5), kind(0)))


def _mish(step: Step) -> np.ndarray:
    squashed = np.tanh(np.logaddexp(step.x, step.x.dtype.type(0)))
    return squashed + step.x * (1 - squashed * squashed) * sigmoid(step.x)


def _swish(step: Step) -> np.ndarray:
    alpha = step.x.dtype.type(step.call.number("alpha", 1.0))
    share = sigmoid(alpha * step.x)
    return share + alpha * step.x * share * (1 - share)


def _erf(step: Step) -> np.ndarray:
    return step.x.dtype.type(2 / math.sqrt(math.pi)) * np.exp(-step.x * step.x)


def _thresholded(step: Step) -> np.ndarray:
    return (step.x > step.call.number("alpha", 1.0)).astype(step.x.dtype)


elementwise(
    {
        "Relu": lambda step: _above(step, 0, 1),
        "LeakyRelu": lambda step: _above(step, step.call.number("alpha", 0.01), 1),
        "Elu": lambda step: _exponential(step, step.call.number("alpha", 1.0)),
        "Celu": _celu,
        "Selu": _selu,
        "ThresholdedRelu": _thresholded,
        "Tanh": lambda step: 1 - step.y * step.y,
        "Sigmoid": lambda step: step.y * (1 - step.y),
        "Softplus": lambda step: sigmoid(step.x),
        "Softsign": lambda step: 1 / (1 + np.abs(step.x)) ** 2,
        "HardSigmoid": _hard_sigmoid,
        "HardSwish": _hard_swish,
        "Mish": _mish,
        "Swish": _swish,
        "Gelu": _gelu,
        "Erf": _erf,
        "Abs": lambda step: _above(step, -1, 1),
        "Neg": lambda step: np.full_like(step.x, -1),
        "Reciprocal": lambda step: -step.y * step.y,
        "Sqrt": lambda step: 0.5 / step.y,
        "Exp": lambda step: step.y,
        "Log": lambda step: 1 / step.x,
        "Sin": lambda step: np.cos(step.x),
        "Cos": lambda step: -np.sin(step.x),
        "Atan": lambda step: 1 / (1 + step.x * step.x),
        "Cast": lambda step: np.ones_like(step.x),
        **dict.fromkeys(
            ("Floor", "Ceil", "Round", "Sign"), lambda step: np.zeros_like(step.x)
        ),
    }
)  # fmt: skip


def _pair(step: Step, a: np.ndarray, b: np.ndarray) -> Back:
    return [unbroadcast(a, step.given(0)), unbroadcast(b, step.given(1))]


@rule("Add")
def _add(step: Step, g: Sequence[np.ndarray]) -> Back:
    return _pair(step, g[0], g[0])


@rule("Sub")
def _sub(step: Step, g: Sequence[np.ndarray]) -> Back:
    return _pair(step, g[0], -g[0])


@rule("Mul")
def _mul(step: Step, g: Sequence[np.ndarray]) -> Back:
    return _pair(step, g[0] * step.given(1), g[0] * step.given(0))


@rule("Div")
def _div(step: Step, g: Sequence[np.ndarray]) -> Back:
    each = g[0] / step.given(1)
    return _pair(step, each, -each * step.y)


@rule("Pow")
def _pow(step: Step, g: Sequence[np.ndarray]) -> Back:
    base, exponent = step.given(0), step.given(1).astype(step.x.dtype)
    by_base = g[0] * exponent * np.power(base, exponent - 1)
    by_exponent = g[0] * step.y * np.log(np.where(base > 0, base, 1))
    return _pair(step, by_base, by_exponent)


@rule("Sum")
def _sum(step: Step, g: Sequence[np.ndarray]) -> Back:
    return [unbroadcast(g[0], array) for array in step.inputs]


@rule("Min", "Max")
def _extreme(step: Step, g: Sequence[np.ndarray]) -> Back:
    """Of inputs that tie, the first takes it all."""
    free = np.ones(step.y.shape, np.bool_)
    found = []
    for array in step.inputs:
        chosen = free & (array == step.y)
        free &= ~chosen
        found.append(unbroadcast(g[0] * chosen, array))
    return found


@rule("Clip")
def _clip(step: Step, g: Sequence[np.ndarray]) -> Back:
    inside = np.ones(step.x.shape, np.bool_)
    for place, holds in ((1, np.greater), (2, np.less_equal)):
        if len(step.inputs) > place and step.inputs[place] is not None:
            inside &= holds(step.x, step.given(place).reshape(()))
    return [g[0] * inside, *[None] * (len(step.inputs) - 1)]


@rule("PRelu")
def _prelu(step: Step, g: Sequence[np.ndarray]) -> Back:
    x, slope = step.given(0), step.given(1)
    below = np.minimum(x, 0)
    return _pair(step, g[0] * np.where(x > 0, x.dtype.type(1), slope), g[0] * below)


@rule("Where")
def _where(step: Step, g: Sequence[np.ndarray]) -> Back:
    first = g[0] * step.given(0)
    return [None, unbroadcast(first, step.given(1)), unbroadcast(g[0] - first, step.given(2))]


@rule("Dropout")
def _dropout(step: Step, g: Sequence[np.ndarray]) -> Back:
    if len(step.inputs) > 2:
        raise Refusal("its gradient in training mode is not known here")
    return [g[0], *[None] * (len(step.inputs) - 1)]
