"""Activations: number by number, with their constants as attributes."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.polynomial import Chebyshev

from inference.mlp import sigmoid

from .elementwise import unary
from .registry import Call, Refusal, Result, bounded, floating, operator, same_type

_ERF_PIECE = 1 << 16


@cache
def _erf_series() -> Chebyshev:
    """erf(x)/x as a polynomial in x² on [0, 36]."""
    return Chebyshev.interpolate(
        np.vectorize(
            lambda t: math.erf(math.sqrt(t)) / math.sqrt(t) if t else 2 / math.sqrt(math.pi)
        ),
        48,
        domain=[0, 36],
    )


def erf(x: np.ndarray) -> np.ndarray:
    """The error function to 1e-12, in the type of ``x``."""
    flat = x.reshape(-1)
    result = np.empty_like(flat)
    for start in range(0, flat.size, _ERF_PIECE):
        piece = slice(start, start + _ERF_PIECE)
        wide = np.clip(flat[piece].astype(np.float64), -6, 6)
        result[piece] = wide * _erf_series()(wide * wide)
    return result.reshape(x.shape)


unary("Relu", lambda x: np.maximum(x, x.dtype.type(0)), any_number=True)
unary("Tanh", np.tanh)
unary("Sigmoid", sigmoid)
unary("Softplus", lambda x: np.logaddexp(x, x.dtype.type(0)))
unary("Softsign", lambda x: x / (1 + np.abs(x)))
unary("Mish", lambda x: x * np.tanh(np.logaddexp(x, x.dtype.type(0))))
unary("HardSwish", lambda x: x * np.clip(x / 6 + x.dtype.type(0.5), 0, 1))
unary("Erf", erf)


@operator("LeakyRelu")
def _leaky_relu(call: Call, x: np.ndarray) -> Result:
    floating(x)
    return np.where(x < 0, x * x.dtype.type(call.number("alpha", 0.01)), x)


@operator("Elu")
def _elu(call: Call, x: np.ndarray) -> Result:
    floating(x)
    alpha = x.dtype.type(call.number("alpha", 1.0))
    return np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x)


@operator("Gelu")
def _gelu(call: Call, x: np.ndarray) -> Result:
    floating(x)
    half = x.dtype.type(0.5)
    match call.text("approximate", "none"):
        case "none":
            return half * x * (1 + erf(x * x.dtype.type(math.sqrt(0.5))))
        case "tanh":
            cubic = x.dtype.type(0.044715)
            scale = x.dtype.type(math.sqrt(2 / math.pi))
            return half * x * (1 + np.tanh(scale * (x + cubic * x * x * x)))
        case other:
            raise Refusal(f"the approximation '{other}' is neither none nor tanh")


@operator("Selu")
def _selu(call: Call, x: np.ndarray) -> Result:
    floating(x)
    alpha = x.dtype.type(call.number("alpha", 1.67326319217681884765625))
    gamma = x.dtype.type(call.number("gamma", 1.05070102214813232421875))
    return gamma * np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x)


@operator("Celu")
def _celu(call: Call, x: np.ndarray) -> Result:
    floating(x)
    alpha = x.dtype.type(call.number("alpha", 1.0))
    return np.where(x < 0, alpha * np.expm1(np.minimum(x, 0) / alpha), x)


@operator("HardSigmoid")
def _hard_sigmoid(call: Call, x: np.ndarray) -> Result:
    floating(x)
    alpha, beta = call.number("alpha", 0.2), call.number("beta", 0.5)
    return np.clip(x * x.dtype.type(alpha) + x.dtype.type(beta), 0, 1)


@operator("ThresholdedRelu")
def _thresholded_relu(call: Call, x: np.ndarray) -> Result:
    floating(x)
    return np.where(x > x.dtype.type(call.number("alpha", 1.0)), x, x.dtype.type(0))


@operator("Swish")
def _swish(call: Call, x: np.ndarray) -> Result:
    floating(x)
    return x * sigmoid(x * x.dtype.type(call.number("alpha", 1.0)))


@operator("PRelu")
def _prelu(call: Call, x: np.ndarray, slope: np.ndarray) -> Result:
    same_type(x, slope)
    bounded(np.broadcast_shapes(x.shape, slope.shape), x.dtype)
    return np.where(x < 0, x * slope, x)
