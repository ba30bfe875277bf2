"""Normalisations: over a layer, a batch, an instance, a group of channels."""

from __future__ import annotations

import math

import numpy as np

from .registry import (
    Call,
    Refusal,
    Result,
    axis_of,
    bounded,
    describe,
    floating,
    operator,
    same_type,
)


@operator("LayerNormalization")
def _layer_normalization(
    call: Call, x: np.ndarray, scale: np.ndarray, bias: np.ndarray | None = None
) -> Result:
    floating(x)
    axes = tuple(range(axis_of(call.integer("axis", -1), x.ndim), x.ndim))
    for array in (scale, bias):
        if array is not None:
            bounded(np.broadcast_shapes(x.shape, array.shape), x.dtype)
    bounded(x.shape, np.dtype(np.float32))
    wide = x.astype(np.float32) if x.dtype.itemsize < 4 else x
    mean = wide.mean(axes, keepdims=True)
    centred = wide - mean
    spread = 1 / np.sqrt((centred * centred).mean(axes, keepdims=True) + _epsilon(call, wide))
    result = (centred * spread).astype(x.dtype) * scale
    return result if bias is None else result + bias, mean, spread


@operator("BatchNormalization")
def _batch_normalization(
    call: Call,
    x: np.ndarray,
    scale: np.ndarray,
    bias: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
) -> Result:
    floating(x)
    if x.ndim < 2:
        raise Refusal(f"its input {describe(x)} has no channels")
    channels = [1] * x.ndim
    channels[1] = x.shape[1]
    for array in (scale, bias, mean, variance):
        if array.shape != (x.shape[1],):
            raise Refusal(f"a statistic {describe(array)} does not fit {x.shape[1]} channels")
    running: tuple[np.ndarray, ...] = ()
    if call.integer("training_mode", 0):
        others = (0, *range(2, x.ndim))
        seen, spread = x.mean(others), x.var(others)
        kept = x.dtype.type(call.number("momentum", 0.9))
        running = (mean * kept + seen * (1 - kept), variance * kept + spread * (1 - kept))
        mean, variance = seen, spread
    factor = scale / np.sqrt(variance + _epsilon(call, x))
    shift = bias - mean * factor
    return (x * factor.reshape(channels) + shift.reshape(channels)).astype(x.dtype), *running


@operator("RMSNormalization")
def _rms_normalization(call: Call, x: np.ndarray, scale: np.ndarray) -> Result:
    floating(x)
    axes = tuple(range(axis_of(call.integer("axis", -1), x.ndim), x.ndim))
    bounded(np.broadcast_shapes(x.shape, scale.shape), np.dtype(np.float32))
    wide = x.astype(np.float32) if x.dtype.itemsize < 4 else x
    spread = 1 / np.sqrt((wide * wide).mean(axes, keepdims=True) + _epsilon(call, wide))
    return (wide * spread).astype(x.dtype) * scale


@operator("InstanceNormalization")
def _instance_normalization(
    call: Call, x: np.ndarray, scale: np.ndarray, bias: np.ndarray
) -> Result:
    return _grouped(call, x, x.shape[1] if x.ndim > 1 else 0, scale, bias)


@operator("GroupNormalization")
def _group_normalization(call: Call, x: np.ndarray, scale: np.ndarray, bias: np.ndarray) -> Result:
    """Until opset 20 one scale and bias for each group, since then for each channel."""
    groups = call.integer("num_groups", 0)
    if call.opset < 21 and x.ndim > 1 and groups > 0 and scale.shape == bias.shape == (groups,):
        scale, bias = (np.repeat(array, x.shape[1] // groups) for array in (scale, bias))
    return _grouped(call, x, groups, scale, bias)


def _grouped(call: Call, x: np.ndarray, groups: int, scale: np.ndarray, bias: np.ndarray) -> Result:
    floating(x)
    same_type(x, scale, bias)
    if x.ndim < 2 or groups < 1 or x.shape[1] % groups:
        raise Refusal(f"its input {describe(x)} does not fall into {groups} groups of channels")
    if not scale.shape == bias.shape == (x.shape[1],):
        raise Refusal(f"the scale {describe(scale)} does not fit {x.shape[1]} channels")
    wide = x.reshape(len(x), groups, math.prod(x.shape[1:]) // groups)
    wide = wide.astype(np.float32) if x.dtype.itemsize < 4 else wide
    centred = wide - wide.mean(2, keepdims=True)
    spread = np.sqrt((centred * centred).mean(2, keepdims=True) + _epsilon(call, wide))
    channels = (-1, *[1] * (x.ndim - 2))
    result = (centred / spread).reshape(x.shape).astype(x.dtype)
    return result * scale.reshape(channels) + bias.reshape(channels)


def _epsilon(call: Call, x: np.ndarray) -> np.ndarray:
    return x.dtype.type(call.number("epsilon", 1e-5))
