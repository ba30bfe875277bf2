"""Which joints a phase depends on, in units that a person knows, and which of them moved it.

A gradient of DeepPhase by its 132 inputs falls into two vectors a joint: by position and by
velocity, both in the root frame. What counts of each is its length: how much the phase changes at
most when the joint is moved by 1 cm, or is faster by 1 m/s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from motion.canonical import JOINTS
from motion.features import PHASE_INPUT, joints_from_phase_frames

from .notice import Refused, sentence
from .shipped import Track, rows_for, untracked

if TYPE_CHECKING:
    from inference.gradients import EngineGradient, Scalar
    from inference.graph import Model

POSITION, VELOCITY = 0, 1
NUDGE = np.array([1.0, 0.1], np.float32)
"""1 cm and 0.1 m/s, which weigh alike: a joint that swings by 1 cm at 1.6 Hz moves that fast."""
INPUT_NAMES = tuple(
    f"{joint} {what} {axis}" for what in ("position", "velocity") for joint in JOINTS
    for axis in "xyz"
)  # fmt: skip
"""The 132 inputs in words."""
_CHUNK = 1024
_PER_CM = 0.01


def unit_of(of: Scalar) -> str:
    """In what a scalar of the output counts."""
    return "turns" if of == "angle" else of


def units(of: Scalar) -> tuple[str, str]:
    """In what the two columns of a saliency count."""
    return f"{unit_of(of)} per cm", f"{unit_of(of)} per m/s"


@dataclass(frozen=True, eq=False)
class Saliency:
    """How much ``of`` depends on each joint.

    values: (T, 22, 2) float32: by position, per cm, and by velocity, per m/s.
    """

    of: Scalar
    values: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """The part of each joint (T, 22), which sum to 1 a frame: it is nudged by ``NUDGE``."""
        weight = self.values @ NUDGE
        total = weight.sum(1, keepdims=True)
        return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)

    @property
    def paint(self) -> np.ndarray:
        """The same (T, 22) from 0 to 1, which the strongest joint of a frame has."""
        shares = self.shares
        largest = shares.max(1, keepdims=True)
        return np.divide(shares, largest, out=np.zeros_like(shares), where=largest > 0)

    def top(self, frame: int | None = None, count: int = 5) -> list[tuple[str, float]]:
        """The joints with the largest shares of ``frame``, or of the clip, and these shares."""
        shares = self.shares.mean(0) if frame is None else self.shares[frame]
        best = np.argsort(-shares, kind="stable")[:count]
        return [(JOINTS[joint], float(shares[joint])) for joint in best]


@dataclass(frozen=True, eq=False)
class Changed:
    """What moved ``of`` between two frames.

    parts: (22, 2) float64, signed, by the joints' positions and velocities; they sum to ``change``
    within ``error``. All in turns for an angle; ``change`` is then the shorter way round, but for
    whole turns where the outputs pass the origin on the other side.
    """

    of: Scalar
    parts: np.ndarray
    change: float
    error: float

    def top(self, count: int = 5) -> list[tuple[str, float]]:
        """The joints with the largest parts, position and velocity together, and these parts."""
        parts = self.parts.sum(1)
        best = np.argsort(-np.abs(parts), kind="stable")[:count]
        return [(JOINTS[joint], float(parts[joint])) for joint in best]


def by_joint(gradient: np.ndarray) -> np.ndarray:
    """Lengths (B, 22, 2), per cm and per m/s, of gradients (B, 132) per m and per m/s."""
    position, velocity = joints_from_phase_frames(gradient)
    lengths = np.linalg.norm(np.stack([position, velocity], axis=-2), axis=-1)
    lengths[..., POSITION] *= _PER_CM
    return lengths


def saliency(
    model: Model,
    frames: np.ndarray,
    of: Scalar,
    track: Track = untracked,
    on: EngineGradient | None = None,
) -> Saliency:
    """The saliency of every frame; ``frames`` (T, 132) as ``motion.features.phase_frames``.

    on: of the same model, where an engine is at hand; else NumPy computes it. A piece of 1,024
    frames at a time: beside the result it takes some megabytes. Raises Refused for a model or
    frames of another shape, or an operator that has no gradient here.
    """
    from inference.errors import ModelError
    from inference.gradients import gradient

    check_shape(model)
    values = np.empty((len(frames), len(JOINTS), 2), np.float32)

    def gradients(rows: np.ndarray) -> np.ndarray:
        return on.run(rows, of).gradient if on else gradient(model, rows, of)

    starts = range(0, len(frames), _CHUNK)
    try:
        for start in track(starts, len(starts), "saliency"):
            piece = slice(start, start + _CHUNK)
            rows = rows_for(model, frames[piece])
            values[piece] = by_joint(gradients(rows).reshape(-1, PHASE_INPUT))
    except ModelError as error:
        raise Refused(sentence(error)) from error
    return Saliency(of, values)


def what_changed(model: Model, before: np.ndarray, after: np.ndarray, of: Scalar) -> Changed:
    """Which joints moved ``of`` from the frame ``before`` to ``after``, (132,) each.

    By integrated gradients, see ``inference.gradients.attribute``. Raises Refused as ``saliency``.
    """
    from inference.errors import ModelError
    from inference.gradients import attribute

    check_shape(model)
    first, last = rows_for(model, np.stack([before, after]))
    try:
        found = attribute(model, first, last, of)
    except ModelError as error:
        raise Refused(sentence(error)) from error
    pair = joints_from_phase_frames(found.parts.reshape(PHASE_INPUT))
    parts = np.stack([part.sum(-1) for part in pair], axis=-1)
    return Changed(of, parts, found.change, found.error)


def check_shape(model: Model) -> None:
    """Refused, with the shape found, unless ``model`` takes the 132 numbers of DeepPhase."""
    shape: tuple[int, ...] = model.input_shape
    if math.prod(shape) != PHASE_INPUT:
        raise Refused(
            f"{model.path}: the input '{model.input_name}' has shape {['batch', *shape]}, "
            f"expected {PHASE_INPUT} numbers: positions and velocities of {len(JOINTS)} joints."
        )
