"""The maps of the network panel on paper."""

from __future__ import annotations

import numpy as np

from motion.canonical import JOINTS

from .language import tr
from .network_maps import BY_JOINT, NetworkMaps
from .plot import Axis, Curve, HeatMap, Panel, Plot
from .saliency import INPUT_NAMES, NUDGE, Saliency, unit_of

TIME = Axis(tr("time"), "s")
_ROW = Axis(tr("of the row's range"))


def layers_plot(
    maps: NetworkMaps,
    frames: np.ndarray,
    frame_time: float,
    orders: tuple[np.ndarray, ...],
    unit: tuple[str, np.ndarray] | None = None,
) -> Plot:
    """Input and hidden layers over time, units as ``orders`` list them, each row on its own range.

    frames: (T, 132). unit: what to call a curve (C,) below the maps.
    """
    kept = frames[:: maps.every]
    time_s = _times(len(kept), maps.every, frame_time)
    names = tuple(INPUT_NAMES[place].partition(" ")[0] for place in BY_JOINT)
    inputs = _map("input", kept[:, BY_JOINT], names, time_s)
    panels = [Panel(TIME, Axis(tr("input")), heat=inputs)]
    for n, (layer, order) in enumerate(zip(maps.layers, orders, strict=True), 1):
        listed = tuple(map(str, order.tolist()))
        heat = _map(f"layer_{n}", layer.values[:, order], listed, time_s)
        panels.append(Panel(TIME, Axis(tr("layer {n}, unit", n=n)), heat=heat))
    if unit is not None:
        curve = Curve("unit", np.asarray(unit[1], np.float32), "time_s", time_s)
        panels.append(Panel(TIME, Axis(unit[0]), (curve,)))
    return Plot(tr("Inside the network"), tuple(panels))


def saliency_plot(found: Saliency, every: int, frame_time: float) -> Plot:
    """How much each joint moves the output over time, nudged by 1 cm and 0.1 m/s."""
    time_s = _times(len(found.values), every, frame_time)
    unit = tr(unit_of(found.of))
    scale = Axis(tr("for 1 cm and 0.1 m/s"), unit)
    values = np.ascontiguousarray((found.values @ NUDGE).T)
    joints = np.arange(len(JOINTS))
    heat = HeatMap("saliency", values, "joint", joints, "time_s", time_s, scale, JOINTS)
    return Plot(
        tr("Saliency of the {of}", of=tr(found.of)), (Panel(TIME, Axis(tr("joint")), heat=heat),)
    )


def _map(key: str, values: np.ndarray, names: tuple[str, ...], time_s: np.ndarray) -> HeatMap:
    """``values`` (C, R) as rows, each on its own range, under ``names`` (R,)."""
    places = np.arange(values.shape[1])
    return HeatMap(key, _ranged(values), f"{key}_row", places, "time_s", time_s, _ROW, names)


def _times(count: int, every: int, frame_time: float) -> np.ndarray:
    return np.arange(count) * (every * frame_time)


def _ranged(values: np.ndarray) -> np.ndarray:
    """(R, C) of ``values`` (C, R), each row from 0 to 1; 0 where it never moves."""
    rows = np.asarray(values, np.float32).T
    low = rows.min(1, keepdims=True)
    spread = rows.max(1, keepdims=True) - low
    return np.divide(rows - low, spread, out=np.zeros_like(rows), where=spread > 0)
