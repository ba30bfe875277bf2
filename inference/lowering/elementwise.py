"""Operators that act number by number. NaN passes through, where MAX's own ones may drop it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from max.dtype import DType
from max.graph import TensorValue, ops

from inference.graph.registry import OPERATORS, Refusal, dtype_of

from .activations import elu, leaky_relu, relu, softplus
from .registry import (
    LOWERINGS,
    Lowered,
    Site,
    Value,
    dtype_in_max,
    integers_at,
    known,
    lowering,
    shape_of,
)

Map = Callable[..., TensorValue]


def _direct(name: str, function: Map) -> None:
    """An operator that MAX has under another name, of any number of inputs."""
    LOWERINGS[name] = lambda site, *values: function(*map(site.tensor, values))


def _folded(name: str, function: Map) -> None:
    """An operator of two inputs, or of more from left to right."""

    @lowering(name)
    def run(site: Site, *values: Value) -> Lowered:
        result = site.tensor(values[0])
        for value in values[1:]:
            result = function(result, site.tensor(value))
        return result


def _nan(x: TensorValue) -> TensorValue | None:
    return ops.is_nan(x) if x.dtype.is_float() else None


def _keeping_nan(function: Map) -> Map:
    return lambda x: ops.where(ops.is_nan(x), x, function(x))


exp = _keeping_nan(ops.exp)


def _larger(a: TensorValue, b: TensorValue) -> TensorValue:
    nan = _nan(a)
    return ops.max(a, b) if nan is None else ops.where(ops.logical_or(nan, a > b), a, b)


def _smaller(a: TensorValue, b: TensorValue) -> TensorValue:
    nan = _nan(a)
    return ops.min(a, b) if nan is None else ops.where(ops.logical_or(nan, b > a), a, b)


def _divide(a: TensorValue, b: TensorValue) -> TensorValue:
    """Integers divide towards zero."""
    if a.dtype.is_float() or a.dtype.is_unsigned_integral():
        return ops.div(a, b) if a.dtype.is_float() else ops.floor_div(a, b)
    quotient = ops.floor_div(ops.abs(a), ops.abs(b))
    zero = ops.constant(0, a.dtype, a.device)
    return ops.where(ops.logical_xor(zero > a, zero > b), ops.negate(quotient), quotient)


_direct("Sub", ops.sub)
_direct("Div", _divide)
_direct("Equal", ops.equal)
_direct("Greater", ops.greater)
_direct("GreaterOrEqual", ops.greater_equal)
_direct("Less", lambda a, b: ops.greater(b, a))
_direct("LessOrEqual", lambda a, b: ops.greater_equal(b, a))
_direct("And", ops.logical_and)
_direct("Or", ops.logical_or)
_direct("Xor", ops.logical_xor)
_direct("Not", ops.logical_not)
_direct("Where", ops.where)
_direct("Identity", lambda x: x)
_direct("Abs", ops.abs)
_direct("Neg", ops.negate)
_direct("Floor", ops.floor)
_direct("Ceil", ops.ceil)
_direct("Reciprocal", lambda x: ops.div(ops.constant(1, x.dtype, x.device), x))
_direct("Relu", relu)
_direct("Sqrt", ops.sqrt)
_direct("Exp", exp)
_direct("Log", ops.log)
_direct("Sin", ops.sin)
_direct("Cos", ops.cos)
_direct("Tanh", _keeping_nan(ops.tanh))
_direct("Sigmoid", _keeping_nan(ops.sigmoid))
_direct("Softplus", softplus)
_direct("Erf", ops.erf)
for _name, _function in {
    "Add": ops.add,
    "Mul": ops.mul,
    "Sum": ops.add,
    "Max": _larger,
    "Min": _smaller,
}.items():
    _folded(_name, _function)


@lowering("Pow")
def _pow(site: Site, base: Value, exponent: Value) -> Lowered:
    """Integers through float64, as NumPy does for exponents with a fraction."""
    x, power = site.tensor(base), site.tensor(exponent)
    if x.dtype.is_float():
        return ops.pow(x, ops.cast(power, x.dtype))
    if x.dtype == power.dtype:
        return ops.pow(x, power)
    return ops.cast(ops.pow(ops.cast(x, DType.float64), ops.cast(power, DType.float64)), x.dtype)


@lowering("LeakyRelu")
def _leaky_relu(site: Site, value: Value) -> Lowered:
    x = site.tensor(value)
    return leaky_relu(x, site.scalar(site.number("alpha", 0.01), x))


@lowering("Elu")
def _elu(site: Site, value: Value) -> Lowered:
    x = site.tensor(value)
    return elu(x, site.scalar(site.number("alpha", 1.0), x))


@lowering("Gelu")
def _gelu(site: Site, value: Value) -> Lowered:
    return ops.gelu(site.tensor(value), site.text("approximate", "none"))


@lowering("Clip")
def _clip(site: Site, value: Value, low: Value | None = None, high: Value | None = None) -> Lowered:
    x = site.tensor(value)
    if low is not None:
        limit = ops.reshape(site.tensor(low), ())
        x = ops.where(limit > x, limit, x)
    if high is not None:
        limit = ops.reshape(site.tensor(high), ())
        x = ops.where(x > limit, limit, x)
    return x


@lowering("Dropout")
def _dropout(
    site: Site, value: Value, ratio: Value | None = None, training: Value | None = None
) -> Lowered:
    """The seed decides what is dropped, so that the mask is known beforehand."""
    x, shape = site.tensor(value), shape_of(value)
    switched = None if training is None else known(training, "whether it trains")
    share = None if ratio is None else known(ratio, "its ratio")
    if switched is None or not switched.any() or (share is not None and not share.any()):
        every = site.tensor(np.ones((), np.bool_))
        return x, ops.broadcast_to(every, shape)
    ones = np.ones(integers_at(np.array(shape, object), "the shape of its mask"), np.float32)
    result = OPERATORS["Dropout"].run(site, ones, share, switched)
    if not isinstance(result, tuple):
        raise Refusal("it gave no mask")
    factor, mask = result
    return x * ops.cast(site.tensor(factor), x.dtype), site.tensor(mask)


@lowering("Cast")
def _cast(site: Site, value: Value) -> Lowered:
    x = site.tensor(value)
    target = dtype_in_max(dtype_of(site.integer("to", 0)))
    if target != DType.bool or x.dtype == DType.bool:
        return ops.cast(x, target)
    nonzero = ops.not_equal(x, site.scalar(0, x))
    nan = _nan(x)
    return nonzero if nan is None else ops.logical_or(nonzero, nan)
