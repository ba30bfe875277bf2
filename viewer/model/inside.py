"""What the network of the phase does inside over a clip, as arrays for an NPZ and as words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from motion.canonical import JOINTS

from .layers import hidden_values
from .saliency import saliency, units
from .shipped import Track, read_shipped, untracked

if TYPE_CHECKING:
    from inference.gradients import Scalar


@dataclass(frozen=True, eq=False)
class Inside:
    """Of T frames, as far as asked for.

    arrays: ``layer_1`` (T, U) float16 and so on with ``layer_1_dead`` and ``layer_1_saturated``
    (U,) bool; ``saliency`` (T, 22, 2) float32, by position and by velocity, with ``saliency_of``,
    ``saliency_units`` (2,) and ``joints`` (22,). facts: the same summed up. lines: for a person.
    """

    arrays: dict[str, np.ndarray]
    facts: dict[str, Any]
    lines: tuple[str, ...]


def look_inside(
    frames: np.ndarray,
    layers: bool,
    of: Scalar | None,
    track: Track = untracked,
    file: Path | None = None,
) -> Inside:
    """What the shipped DeepPhase, or a person's own ``file``, does with ``frames`` (T, 132).

    layers: whether its hidden layers are wanted. of: the scalar whose saliency is; None for none.
    On NumPy, whichever engine runs the rest. Raises Refused.
    """
    arrays: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {}
    lines: list[str] = []
    network = read_shipped("deepphase", file)
    found_layers = hidden_values(network, frames, track) if layers else ()
    if layers:
        facts["layers"] = []
        lines += [] if found_layers else ["no hidden layers"]
    for number, layer in enumerate(found_layers, 1):
        name = f"layer_{number}"
        dead, saturated = int(layer.dead.sum()), int(layer.saturated.sum())
        arrays |= {name: layer.values, f"{name}_dead": layer.dead}
        arrays[f"{name}_saturated"] = layer.saturated
        facts["layers"].append({"units": len(layer.dead), "dead": dead, "saturated": saturated})
        lines.append(f"layer {number}: {len(layer.dead)} units, {dead} dead, {saturated} saturated")
    if of:
        found = saliency(network, frames, of, track)
        arrays |= {"saliency": found.values, "saliency_of": np.array(of)}
        arrays |= {"saliency_units": np.array(units(of)), "joints": np.array(JOINTS)}
        top = found.top()
        facts["saliency"] = {"of": of, "units": units(of), "joints": dict(top)}
        listed = ", ".join(f"{joint} {share:.1%}" for joint, share in top)
        lines.append(f"the {of} depends on {listed}")
    return Inside(arrays, facts, tuple(lines))
