"""Operators that act number by number, with ONNX's (NumPy's) broadcasting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .registry import Call, Refusal, Result, bounded, dtype_of, floating, operator, same_type

Map = Callable[..., np.ndarray]


def _broadcast(arrays: tuple[np.ndarray, ...]) -> None:
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    bounded(shape, arrays[-1].dtype)


def _binary(name: str, function: Map) -> None:
    @operator(name)
    def run(call: Call, a: np.ndarray, b: np.ndarray) -> Result:
        same_type(a, b)
        _broadcast((a, b))
        return function(a, b)


def _variadic(name: str, function: Map) -> None:
    @operator(name)
    def run(call: Call, *arrays: np.ndarray) -> Result:
        if any(array is None for array in arrays):
            raise Refusal("one of its inputs is left out")
        same_type(*arrays)
        _broadcast(arrays)
        result = arrays[0]
        for array in arrays[1:]:
            result = function(result, array)
        return result


def unary(name: str, function: Map, any_number: bool = False) -> None:
    """Register a function of one array; of floating point alone, unless ``any_number``."""

    @operator(name)
    def run(call: Call, x: np.ndarray) -> Result:
        if not any_number:
            floating(x)
        return function(x)


def _logical(name: str, function: np.ufunc) -> None:
    @operator(name)
    def run(call: Call, *arrays: np.ndarray) -> Result:
        if len(arrays) != function.nin or any(array is None for array in arrays):
            raise Refusal(f"it needs {function.nin} inputs")
        if any(array.dtype != np.bool_ for array in arrays):
            raise Refusal("its inputs are not all bool")
        _broadcast(arrays)
        return function(*arrays)


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Integers divide towards zero, as in C."""
    if a.dtype.kind not in "iu":
        return a / b
    quotient = a // b
    inexact = (quotient * b != a) & ((a < 0) != (b < 0))
    return (quotient + inexact).astype(a.dtype)


_binary("Add", np.add)
_binary("Sub", np.subtract)
_binary("Mul", np.multiply)
_binary("Div", _divide)
_variadic("Min", np.minimum)
_variadic("Max", np.maximum)
_variadic("Sum", np.add)
_binary("Equal", np.equal)
_binary("Greater", np.greater)
_binary("GreaterOrEqual", np.greater_equal)
_binary("Less", np.less)
_binary("LessOrEqual", np.less_equal)
_logical("And", np.logical_and)
_logical("Or", np.logical_or)
_logical("Xor", np.logical_xor)
_logical("Not", np.logical_not)
unary("Abs", np.abs, any_number=True)
unary("Neg", np.negative, any_number=True)
unary("Sign", np.sign, any_number=True)
unary("Floor", np.floor)
unary("Ceil", np.ceil)
unary("Round", np.rint)
unary("Reciprocal", lambda x: 1 / x)
unary("IsNaN", np.isnan)
unary("Sqrt", np.sqrt)
unary("Exp", np.exp)
unary("Log", np.log)
unary("Sin", np.sin)
unary("Cos", np.cos)
unary("Tan", np.tan)
unary("Asin", np.arcsin)
unary("Acos", np.arccos)
unary("Atan", np.arctan)
unary("Sinh", np.sinh)
unary("Cosh", np.cosh)


@operator("Mod")
def _mod(call: Call, a: np.ndarray, b: np.ndarray) -> Result:
    """The remainder has the sign of the divisor, with ``fmod`` that of the dividend."""
    same_type(a, b)
    _broadcast((a, b))
    return np.fmod(a, b) if call.integer("fmod", 0) else np.mod(a, b)


@operator("Pow")
def _pow(call: Call, base: np.ndarray, exponent: np.ndarray) -> Result:
    _broadcast((exponent, base))
    if base.dtype.kind in "iu" and exponent.dtype.kind == "f":
        return np.power(base.astype(np.float64), exponent).astype(base.dtype)
    return np.power(base, exponent).astype(base.dtype)


@operator("Clip")
def _clip(
    call: Call, x: np.ndarray, low: np.ndarray | None = None, high: np.ndarray | None = None
) -> Result:
    for limit, function in ((low, np.maximum), (high, np.minimum)):
        if limit is not None:
            same_type(x, limit)
            if limit.size != 1:
                raise Refusal("its limits must be single numbers")
            x = function(x, limit.reshape(()))
    return x


@operator("Where")
def _where(call: Call, condition: np.ndarray, a: np.ndarray, b: np.ndarray) -> Result:
    if condition.dtype != np.bool_:
        raise Refusal(f"its condition is {condition.dtype.name}, expected bool")
    same_type(a, b)
    _broadcast((condition, a, b))
    return np.where(condition, a, b)


@operator("Identity")
def _identity(call: Call, x: np.ndarray) -> Result:
    return x


@operator("Dropout")
def _dropout(
    call: Call,
    x: np.ndarray,
    ratio: np.ndarray | None = None,
    training: np.ndarray | None = None,
) -> Result:
    """Drops nothing, but in training mode (opset 12), where the seed decides what."""
    mask = np.ones(x.shape, np.bool_)
    share = 0.5 if ratio is None else float(ratio.reshape(()))
    if training is None or not training.any() or share == 0:
        return x, mask
    if not 0 < share < 1:
        raise Refusal(f"its ratio is {share:g}, expected 0 to 1")
    bounded(x.shape, np.dtype(np.float64))
    chance = np.random.RandomState(call.integer("seed", 0) % (1 << 32))
    mask = chance.uniform(0, 1, x.shape) >= share
    return (x * mask / (1 - share)).astype(x.dtype), mask


@operator("Cast")
def _cast(call: Call, x: np.ndarray) -> Result:
    target = dtype_of(call.integer("to", 0))
    bounded(x.shape, max(target, np.dtype(np.float32), key=lambda dtype: dtype.itemsize))
    if target.name.startswith("float8"):
        return _to_float8(x, target, call)
    return x.astype(target)


def _to_float8(x: np.ndarray, target: np.dtype, call: Call) -> np.ndarray:
    from ml_dtypes import finfo

    wide = x.astype(np.float32)
    largest = np.float32(finfo(target).max)
    if target.name == "float8_e8m0fnu":
        return _power_of_two(wide, call.text("round_mode", "up")).astype(target)
    if call.integer("saturate", 1):
        wide = np.clip(wide, -largest, largest)
    return wide.astype(target)


def _power_of_two(x: np.ndarray, mode: str) -> np.ndarray:
    """``x`` rounded to a power of two of float8_e8m0fnu's range: up, down or nearest."""
    mantissa, exponent = np.frexp(x)  # x = mantissa·2^exponent, mantissa in [0.5, 1)
    raised = {"up": mantissa > 0.5, "down": mantissa < 0, "nearest": mantissa >= 0.75}
    if mode not in raised:
        raise Refusal(f"the rounding '{mode}' is none of up, down and nearest")
    power = np.where(x == 0, -127, np.clip(exponent - 1 + raised[mode], -127, 127))
    return np.where(np.isfinite(x), np.ldexp(np.float32(1), power), x)
