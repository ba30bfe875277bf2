"""What a contestant's process runs: a model that is loaded, and how one is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.models import ModelSpec

Outputs = Mapping[str, np.ndarray] | Sequence[np.ndarray]


@dataclass(frozen=True)
class Network:
    """A loaded model. run: from {input_name: array} to its outputs, in the model's order.

    engine: what really runs it.
    """

    input_name: str
    run: Callable[[dict[str, np.ndarray]], Outputs]
    engine: str


Open = Callable[[Path, ModelSpec | None], Network]
"""Opens a file as a model, or raises with a sentence."""
