"""What a served model is, and the networks as such."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from inference.errors import ModelError
from inference.models import Shape
from inference.protocol.tensors import DATATYPE
from inference.runner import Runner

VERSION = "1"
Arrays = Mapping[str, np.ndarray]
Outputs = Mapping[str, np.ndarray]


class TooLarge(ModelError):
    """More rows, frames or seconds than are computed for one request."""


class Served(Protocol):
    """A model by its name. inputs, outputs: their shapes, None for any size.

    shares: whether the rows of several requests may be computed together, with the same bits;
    most_rows: how many at least are then enough.
    """

    name: str
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    shares: bool
    most_rows: int

    @property
    def properties(self) -> Mapping[str, str]:
        """Engine, sha256 and what else a person may want to know, as the metadata tell it."""

    def check(self, inputs: Arrays) -> int:
        """How many rows or frames they are. Raises ModelError, TooLarge."""

    def steps(self, inputs: Arrays) -> Iterator[Outputs | None]:
        """Its outputs for what was checked, after a None for every step that it takes before."""


@dataclass(eq=False)
class Network:
    """A network as it is served: every row has the same bits, whatever rows come with it.

    A kernel that computes in blocks has other bits only where a block has a single row; one of
    zeros goes along then.
    """

    name: str
    runner: Runner
    properties: Mapping[str, str]
    most_rows: int

    def __post_init__(self) -> None:
        self.inputs: Mapping[str, Shape] = self.runner.inputs
        self.outputs: Mapping[str, Shape] = self.runner.outputs
        self.shares = self.runner.block is not None

    def check(self, inputs: Arrays) -> int:
        """The rows of its one input."""
        rows = len(self.runner.checked(inputs))
        if rows > self.most_rows:
            most = f"{self.most_rows:,} are computed for one request"
            raise TooLarge(f"{self.name} was given {rows:,} rows; at most {most}.")
        return rows

    def run(self, inputs: Arrays) -> dict[str, np.ndarray]:
        """Its outputs for one row or many."""
        block = self.runner.block
        ((name, x),) = inputs.items()
        if block is None or len(x) % block != 1:
            return self.runner.run(inputs)
        more = np.concatenate([x, np.zeros_like(x[:1])])
        return {key: array[:-1] for key, array in self.runner.run({name: more}).items()}

    def steps(self, inputs: Arrays) -> Iterator[Outputs]:
        """At once."""
        yield self.run(inputs)


def network(name: str, path: Path, runner: Runner, most_rows: int) -> Network:
    """The network of the file ``path``, loaded as ``runner``. Raises OSError."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Network(name, runner, {"engine": runner.engine, "sha256": digest}, most_rows)


def metadata(model: Served) -> dict[str, Any]:
    """What the protocol tells of a model."""
    return {
        "name": model.name,
        "versions": [VERSION],
        "platform": f"stridescope_{model.properties['engine']}",
        "inputs": _tensors(model.inputs),
        "outputs": _tensors(model.outputs),
        "properties": model.properties,
    }


def _tensors(shapes: Mapping[str, Shape]) -> list[dict[str, Any]]:
    return [
        {"name": name, "datatype": DATATYPE, "shape": [-1 if n is None else n for n in shape]}
        for name, shape in shapes.items()
    ]
