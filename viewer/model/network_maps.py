"""A network over a clip as maps to look at: its input by joints and its hidden layers, by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.mlp import Mlp
from motion.canonical import JOINTS
from motion.features import PHASE_INPUT

from .heat_map import HeatMap, heat_map
from .language import tr
from .layers import HiddenLayer, hidden_values, strongest_inputs
from .notice import Refused
from .saliency import check_shape
from .shipped import Track, untracked

if TYPE_CHECKING:
    from inference.graph import Model

MOST_COLUMNS = 20_000
"""Frames that are kept of a clip; of a longer one each so-many-th."""
BY_JOINT = np.arange(PHASE_INPUT).reshape(2, len(JOINTS), 3).transpose(1, 0, 2).reshape(-1)
"""The 132 inputs by joint: each has x, y, z of its position, then of its velocity."""


@dataclass(frozen=True, eq=False)
class NetworkMaps:
    """Of T frames, or of each ``every``-th.

    inputs: 132 rows as ``BY_JOINT`` lists them. layers: the hidden ones, with ``maps`` of each.
    Every row is scaled from its least to its largest. It takes 2.6 bytes a unit, 1.3 an input and
    column: 22 MB at most for DeepPhase.
    """

    frames: int
    every: int
    inputs: HeatMap
    layers: tuple[HiddenLayer, ...]
    maps: tuple[HeatMap, ...]

    def told(self, layer: int) -> str:
        """Units of a layer, counted in words."""
        found = self.layers[layer]
        dead, saturated = int(found.dead.sum()), int(found.saturated.sum())
        return tr(
            "{count} units, {dead} dead, {saturated} saturated",
            count=len(found.dead),
            dead=dead,
            saturated=saturated,
        )

    def unit(self, layer: int, unit: int) -> np.ndarray:
        """The values (T,) of a unit, float16 as they are kept."""
        return self.layers[layer].values[:, unit]


@dataclass(frozen=True, eq=False)
class Drive:
    """What drives a unit: its strongest inputs, as ``strongest_inputs``, and by joint.

    joints: (22,) the length of the six strengths of each, 1 of the strongest.
    """

    layer: int
    unit: int
    inputs: tuple[tuple[int, float], ...]
    joints: np.ndarray


def stride(frames: int) -> int:
    """From which frame to which a map of a clip goes: 1 up to 20,000 frames."""
    return max(-(-frames // MOST_COLUMNS), 1)


def network_maps(model: Model, frames: np.ndarray, track: Track = untracked) -> NetworkMaps:
    """The maps of ``frames`` (T, 132). Raises Refused for another network or frames not finite."""
    check_shape(model)
    check_frames(frames)
    every = stride(len(frames))
    layers = hidden_values(model, frames, track, every)
    maps = tuple(heat_map(layer.values, every) for layer in layers)
    return NetworkMaps(len(frames), every, heat_map(frames[::every, BY_JOINT], every), layers, maps)


def drive_of(model: Model, frames: np.ndarray, layer: int, unit: int) -> Drive:
    """What drives a unit over ``frames``. Raises Refused for a general graph."""
    if not isinstance(model, Mlp):
        raise Refused(
            "Of a general graph, what drives a unit is not told: its layers are no MLP's."
        )
    found = strongest_inputs(model, frames, layer, unit, PHASE_INPUT)
    strengths = np.zeros(PHASE_INPUT)
    for place, strength in found:
        strengths[place] = strength
    joints = np.linalg.norm(strengths.reshape(2, len(JOINTS), 3), axis=(0, 2))
    return Drive(layer, unit, tuple(found), joints / max(float(joints.max()), 1e-30))


def check_frames(frames: np.ndarray) -> None:
    """Refused, with the first that is not finite, or where there are none."""
    if not len(frames):
        raise Refused("The clip has no frames to look at.")
    bad = ~np.isfinite(frames).all(axis=1)
    if bad.any():
        raise Refused(
            f"Frame {int(bad.argmax())} has positions that are no numbers ({int(bad.sum())} "
            "frames in all): mend the clip to look inside."
        )
