"""Resize: each axis by a matrix of the weights that its new places give to the old ones."""

from __future__ import annotations

import math

import numpy as np

from .registry import PER_STEP, Call, Refusal, Result, axes_of, bounded, integers_in, operator


@operator("Resize")
def _resize(
    call: Call,
    x: np.ndarray,
    roi: np.ndarray | None = None,
    scales: np.ndarray | None = None,
    sizes: np.ndarray | None = None,
) -> Result:
    axes = axes_of(call.integers("axes") or range(x.ndim), x.ndim)
    factors, targets = _targets(call, x, axes, scales, sizes)
    cuts = _cuts(call, roi, len(axes))
    shape = list(x.shape)
    for axis, target in zip(axes, targets, strict=True):
        shape[axis] = target
    bounded(shape, np.dtype(np.float64))
    outside = np.zeros(shape, np.bool_)
    result = x.astype(np.float64) if x.dtype.kind == "V" or x.dtype.itemsize < 8 else x
    for axis, factor, target, cut in zip(axes, factors, targets, cuts, strict=True):
        size = x.shape[axis]
        if not size or (factor == 1 and target == size and cut == (0.0, 1.0)):
            continue
        places = _places(call, size, target, factor, cut)
        if call.text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize":
            beyond = (places < 0) | (places > size - 1)
            outside |= beyond.reshape(-1, *[1] * (x.ndim - 1 - axis))
        bounded((target, size), result.dtype)
        step = math.prod(result.shape) // size * target
        bounded((step,), result.dtype)
        call.budget.spend(PER_STEP * step * size)
        weights = _weights(call, places, size, factor)
        result = np.moveaxis(np.tensordot(weights, result, (1, axis)), 0, axis)
    result = np.where(outside, call.number("extrapolation_value", 0.0), result)
    if x.dtype.kind in "iu":
        info = np.iinfo(x.dtype)
        result = np.clip(np.rint(result), info.min, info.max)
    return result.astype(x.dtype)


def _targets(
    call: Call,
    x: np.ndarray,
    axes: tuple[int, ...],
    scales: np.ndarray | None,
    sizes: np.ndarray | None,
) -> tuple[list[float], list[int]]:
    """Scale and new size of each of ``axes``."""
    old = [x.shape[axis] for axis in axes]
    if scales is not None and scales.size:
        factors = [float(scale) for scale in scales.reshape(-1)]
        if len(factors) != len(axes) or not all(0 < f < 1e9 for f in factors):
            raise Refusal(f"its scales {factors[:8]} do not fit {len(axes)} axes")
        return factors, [math.floor(n * f) for n, f in zip(old, factors, strict=True)]
    if sizes is None or 0 in old:
        raise Refusal("it names neither scales nor sizes, or resizes nothing")
    wanted = integers_in(sizes, "the sizes")
    if len(wanted) != len(axes) or min(wanted, default=0) < 0:
        raise Refusal(f"its sizes {wanted[:8]} do not fit {len(axes)} axes")
    factors = [new / n for new, n in zip(wanted, old, strict=True)]
    policy = call.text("keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return factors, wanted
    if policy not in ("not_larger", "not_smaller"):
        raise Refusal(f"keep_aspect_ratio_policy = '{policy}' is unknown")
    one = min(factors) if policy == "not_larger" else max(factors)
    return [one] * len(old), [math.floor(n * one + 0.5) for n in old]


def _cuts(call: Call, roi: np.ndarray | None, count: int) -> list[tuple[float, float]]:
    """Where each axis begins and ends, as parts of its length."""
    if call.text("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize":
        return [(0.0, 1.0)] * count
    if roi is None or roi.size != 2 * count:
        raise Refusal(f"its roi does not name begin and end of {count} axes")
    begins, ends = roi.reshape(2, count).astype(float).tolist()
    return list(zip(begins, ends, strict=True))


def _places(
    call: Call, size: int, target: int, factor: float, cut: tuple[float, float]
) -> np.ndarray:
    """Where each new entry lies among the old ones."""
    i = np.arange(target, dtype=np.float64)
    begin, end = cut
    match call.text("coordinate_transformation_mode", "half_pixel"):
        case "half_pixel":
            return (i + 0.5) / factor - 0.5
        case "half_pixel_symmetric":
            whole = factor * size
            return size / 2 * (1 - target / whole) + (i + 0.5) / factor - 0.5
        case "pytorch_half_pixel":
            return (i + 0.5) / factor - 0.5 if target > 1 else 0 * i
        case "asymmetric":
            return i / factor
        case "align_corners":
            whole = factor * size - 1
            return i * (size - 1) / whole if whole > 0 else 0 * i
        case "tf_crop_and_resize":
            if target > 1:
                return begin * (size - 1) + i * (end - begin) * (size - 1) / (target - 1)
            return 0.5 * (begin + end) * (size - 1) + 0 * i
        case other:
            raise Refusal(f"coordinate_transformation_mode = '{other}' is unknown")


def _weights(call: Call, places: np.ndarray, size: int, factor: float) -> np.ndarray:
    """(new, old): what each old entry gives to each new one."""
    mode = call.text("mode", "nearest")
    if mode == "nearest":
        weights = np.zeros((len(places), size))
        nearest = np.clip(_rounded(call, places), 0, size - 1).astype(np.int64)
        weights[np.arange(len(places)), nearest] = 1
        return weights
    if mode not in ("linear", "cubic"):
        raise Refusal(f"the mode '{mode}' is none of nearest, linear and cubic")
    stretch = min(1.0, factor) if call.integer("antialias", 0) else 1.0
    reach = min(size, math.ceil((1 if mode == "linear" else 2) / stretch))
    base = np.floor(places)
    taps = base[:, None] + np.arange(1 - reach, reach + 1)
    bounded(taps.shape, taps.dtype)
    distance = np.abs(taps - places[:, None]) * stretch
    if mode == "linear":
        share = np.maximum(0, 1 - distance)
    else:
        share = _cubic(distance, call.number("cubic_coeff_a", -0.75))
    if call.integer("exclude_outside", 0):
        share = np.where((taps < 0) | (taps >= size), 0, share)
    share /= share.sum(1, keepdims=True)
    weights = np.zeros((len(places), size))
    rows = np.broadcast_to(np.arange(len(places))[:, None], taps.shape)
    np.add.at(weights, (rows, np.clip(taps, 0, size - 1).astype(np.int64)), share)
    return weights


def _cubic(distance: np.ndarray, a: float) -> np.ndarray:
    near = ((a + 2) * distance - (a + 3)) * distance * distance + 1
    far = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0))


def _rounded(call: Call, places: np.ndarray) -> np.ndarray:
    match call.text("nearest_mode", "round_prefer_floor"):
        case "round_prefer_floor":
            return np.ceil(places - 0.5)
        case "round_prefer_ceil":
            return np.floor(places + 0.5)
        case "floor":
            return np.floor(places)
        case "ceil":
            return np.ceil(places)
        case other:
            raise Refusal(f"nearest_mode = '{other}' is unknown")
