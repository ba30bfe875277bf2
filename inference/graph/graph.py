"""A network as it was read: ONNX operators as plain data, and as a model where they run as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from inference.errors import quote
from inference.mlp import Mlp


@dataclass(frozen=True, eq=False)
class Node:
    """One operator. An empty name among ``inputs`` or ``outputs`` is one left out.

    attributes: int, float, str, np.ndarray, or a tuple of int, float or str each; None is of a
    kind that no operator here takes. domain: whose operator it is; empty for ONNX's own.
    """

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    domain: str = ""

    def __str__(self) -> str:
        name = self.name or next(filter(None, self.outputs), "?")
        op = self.op if self.op.isidentifier() else quote(self.op)
        return f"{op} node {quote(name)}"


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes of a file in its order, under the rules of one version of the operators.

    inputs, outputs: tensor names. constants: the weights, by tensor name.
    """

    path: Path
    opset: int
    nodes: tuple[Node, ...]
    constants: Mapping[str, np.ndarray]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class GraphOutput:
    """What a model calls output ``place`` of its graph, and the shape of a row of it."""

    name: str
    place: int
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class GraphModel:
    """A graph with one float32 input whose every output has one row per row of the input.

    Shapes leave out the batch axis, which is the first.
    batch: the only batch size that the graph runs; None when it runs any.
    warnings: one sentence each, for the person who opened the file.
    """

    name: str
    graph: Graph
    input_name: str
    input_shape: tuple[int, ...]
    batch: int | None
    outputs: tuple[GraphOutput, ...]
    warnings: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The file that it was read from."""
        return self.graph.path

    @property
    def parameters(self) -> int:
        """How many numbers its weights hold."""
        return sum(array.size for array in self.graph.constants.values())


Model: TypeAlias = Mlp | GraphModel
"""What a file is read as."""
