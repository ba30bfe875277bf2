"""Activations in MAX's operators; NaN passes through. Importing this imports MAX."""

from __future__ import annotations

from max.graph import TensorValue, ops


def relu(x: TensorValue) -> TensorValue:
    """``x``, 0 where it is negative."""
    zero = ops.constant(0, x.dtype, x.device)
    return ops.where(zero > x, zero, x)


def leaky_relu(x: TensorValue, slope: TensorValue) -> TensorValue:
    """``x``, ``x * slope`` where it is negative."""
    return ops.where(ops.constant(0, x.dtype, x.device) > x, x * slope, x)


def elu(x: TensorValue, alpha: TensorValue) -> TensorValue:
    """``x``, ``alpha (e^x - 1)`` where it is negative: through tanh, which is exact near 0."""
    zero, one = (ops.constant(n, x.dtype, x.device) for n in (0, 1))
    half = ops.tanh(ops.where(zero > x, x, zero) * ops.constant(0.5, x.dtype, x.device))
    return ops.where(zero > x, alpha * ((half + half) / (one - half)), x)


def softplus(x: TensorValue) -> TensorValue:
    """log(1 + e^x), which does not overflow."""
    return relu(x) + ops.log1p(ops.exp(ops.negate(ops.abs(x))))
