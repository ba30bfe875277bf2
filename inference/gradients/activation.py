"""The activations of dense layers and their derivatives, in the type of what they are given."""

from __future__ import annotations

import math

import numpy as np

from inference.graph.activations import erf
from inference.mlp import Activation, Dense, sigmoid

_TANH_RATE, _CUBIC = math.sqrt(8 / math.pi), 0.044715


def activate(z: np.ndarray, layer: Dense) -> np.ndarray:
    """``layer``'s activation of pre-activations ``z``, float32 or float64 as ``z``."""
    kind = z.dtype.type
    match layer.activation:
        case Activation.RELU:
            return np.maximum(z, kind(0))
        case Activation.LEAKY_RELU:
            return np.where(z < 0, z * kind(layer.slope), z)
        case Activation.TANH:
            return np.tanh(z)
        case Activation.SIGMOID:
            return sigmoid(z)
        case Activation.ELU:
            return np.where(z < 0, kind(layer.slope) * np.expm1(np.minimum(z, 0)), z)
        case Activation.SOFTPLUS:
            return np.logaddexp(z, kind(0))
        case Activation.GELU:
            return z * normal_integral(z)
        case Activation.GELU_TANH:
            return z * sigmoid(_tanh_argument(z))
        case _:
            return z


def derivative(z: np.ndarray, a: np.ndarray, layer: Dense) -> np.ndarray:
    """d activation / dz at pre-activations ``z`` whose activations are ``a``, of one shape.

    At the kink of ReLU, LeakyReLU and ELU, z = 0, it is the derivative from below (0, the slope,
    alpha), as PyTorch takes it. Where ``told_by_result``, ``a`` may stand for ``z`` too.
    """
    kind = z.dtype.type
    match layer.activation:
        case Activation.RELU:
            return (z > 0).astype(z.dtype)
        case Activation.LEAKY_RELU:
            return np.where(z > 0, kind(1), kind(layer.slope))
        case Activation.TANH:
            return 1 - a * a
        case Activation.SIGMOID:
            return a * (1 - a)
        case Activation.ELU:
            return np.where(z > 0, kind(1), a + kind(layer.slope))
        case Activation.SOFTPLUS:
            return -np.expm1(-a)
        case Activation.GELU:
            return gelu_derivative(z)
        case Activation.GELU_TANH:
            return gelu_tanh_derivative(z)
        case _:
            return np.ones_like(z)


def told_by_result(layer: Dense) -> bool:
    """Whether the activation alone tells its derivative: not of GELU, nor of a negative slope."""
    return layer.slope >= 0 and layer.activation not in (Activation.GELU, Activation.GELU_TANH)


def normal_integral(z: np.ndarray) -> np.ndarray:
    """0.5 (1 + erf(z / √2)): the share of a standard normal distribution below ``z``."""
    kind = z.dtype.type
    return kind(0.5) * (1 + erf(z * kind(math.sqrt(0.5))))


def gelu_derivative(z: np.ndarray) -> np.ndarray:
    """Of z Φ(z): Φ(z) + z φ(z)."""
    kind = z.dtype.type
    density = np.exp(kind(-0.5) * z * z) * kind(1 / math.sqrt(2 * math.pi))
    return normal_integral(z) + z * density


def gelu_tanh_derivative(z: np.ndarray) -> np.ndarray:
    """Of z σ(u) with u = √(8/π) (z + 0.044715 z³), the tanh form of GELU."""
    kind = z.dtype.type
    share = sigmoid(_tanh_argument(z))
    rate = kind(_TANH_RATE) * (1 + kind(3 * _CUBIC) * z * z)
    return share + z * share * (1 - share) * rate


def _tanh_argument(z: np.ndarray) -> np.ndarray:
    kind = z.dtype.type
    return kind(_TANH_RATE) * z * (1 + kind(_CUBIC) * z * z)
