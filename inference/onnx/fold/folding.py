"""Folding a graph node by node: what is known is computed, the rest becomes layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from inference.errors import ModelError, quote
from inference.graph import Graph, Node
from inference.graph.registry import MAX_TENSOR, TRIAL_SECONDS, Budget, Refusal, is_known
from inference.mlp import Dense, Output

from .operators import FOLDS
from .patterns import fuse_patterns
from .scope import Rows, Scope, Step, Tensor

Layers = tuple[Dense, ...]
Outputs = tuple[Output, ...]


class NotFused(ModelError):
    """A file that may be sound, but is no plain MLP; says which node makes it more."""


def fold(graph: Graph, row: tuple[int, ...], batch: int | None) -> tuple[Layers, Outputs]:
    """The layers and outputs of an ``Mlp`` that gives what ``graph`` of one input gives.

    row: the shape of one row of the input; batch: the only size that the file allows, or None.
    Computes what depends on weights alone. Folds Gemm, MatMul, the activations of ``Activation``,
    Identity, Dropout, BatchNormalization, Add, Sub, Mul and Div by constants before or after a
    layer, Reshape, Flatten, Squeeze, Unsqueeze, Split and Slice of a row, and the Shape, Gather,
    Slice, Concat and Cast that compute the target of a Reshape; the patterns of ``patterns``. An
    affine step after the last activation becomes a diagonal layer (``Scope.settled``). A fixed
    batch size is read as any batch: a dense network treats every row alike.

    Raises NotFused where the graph is more than that, ModelError for a tensor that is given twice
    and an output that no node gives.
    """
    return _Folding(graph, row, batch).run()


class _Folding:
    def __init__(self, graph: Graph, row: tuple[int, ...], batch: int | None) -> None:
        self._graph = graph
        self._row = row
        self._scope = Scope(batch)
        self._budget = Budget(TRIAL_SECONDS)
        self._made = 0

    def run(self) -> tuple[Layers, Outputs]:
        for name, array in self._graph.constants.items():
            self._define(name, array)
        (tensor,) = self._graph.inputs
        self._define(tensor, Rows(-1, self._row))
        with np.errstate(all="ignore"):  # numbers that overflow are passed on, as when they run
            for node in self._nodes():
                self._fold(node)
            outputs = [self._output(name) for name in self._graph.outputs]
        return _needed(self._scope.layers, outputs)

    def _nodes(self) -> list[Node]:
        """What is to be folded once every Constant is known."""
        nodes = []
        for node in self._graph.nodes:
            if node.op == "Constant" and not node.domain:
                self._fold(node)
            else:
                nodes.append(node)
        return fuse_patterns(nodes, self._scope.tensors, set(self._graph.outputs))

    def _define(self, name: str, tensor: Tensor) -> None:
        if name in self._scope.tensors:
            raise ModelError(f"{self._graph.path}: the tensor {quote(name)} is defined twice.")
        self._scope.tensors[name] = _single(tensor) if isinstance(tensor, np.ndarray) else tensor

    def _output(self, name: str) -> Output:
        path, value = self._graph.path, self._scope.tensors.get(name)
        if value is None:
            raise ModelError(f"{path}: no node gives the output {quote(name)}.")
        if not isinstance(value, Rows) or value.layer < 0:
            raise NotFused(f"{path}: the output {quote(name)} does not come from a dense layer.")
        try:
            layer = self._scope.settled(value).layer
        except Refusal as reason:
            raise NotFused(f"{path}: the output {quote(name)}: {reason}.") from None
        return Output(name, layer, value.shape)

    def _fold(self, node: Node) -> None:
        try:
            for name, tensor in self._given(node):
                self._define(name, tensor)
        except ModelError:
            raise
        except (Refusal, ArithmeticError, LookupError, TypeError, ValueError) as reason:
            text = " ".join(str(reason).split())
            raise NotFused(f"{self._graph.path}: {node}: {text}.") from None

    def _given(self, node: Node) -> Iterable[tuple[str, Tensor]]:
        """What a node gives, by name. Raises Refusal, or what comes of values that do not fit."""
        if not any(node.outputs):
            raise Refusal("it has no output")
        step = Step(node, self._graph.opset, self._budget, self._scope)
        read = {name: self._scope.tensors.get(name) for name in node.inputs if name}
        known = {name: array for name, array in read.items() if isinstance(array, np.ndarray)}
        if known and len(known) == len(read):
            return self._computed(step, known)
        if node.domain or node.op not in FOLDS:
            raise Refusal(f"this operator is not one of {', '.join(sorted(FOLDS))}")
        missing = [name for name, value in read.items() if value is None]
        if missing:
            raise Refusal(f"its input {quote(missing[0])} is given by nothing before it")
        made = FOLDS[node.op](step)
        results = made if isinstance(made, tuple) else (made,)
        return [pair for pair in zip(node.outputs, results, strict=False) if pair[0]]

    def _computed(
        self, step: Step, known: Mapping[str, np.ndarray]
    ) -> Iterable[tuple[str, np.ndarray]]:
        from inference.graph.evaluate import compute  # 5 ms that most networks need not take

        if not is_known(step.node):
            raise Refusal("this operator is not supported")
        made = compute(step, known)
        self._made += sum(array.nbytes for array in made.values())
        if self._made > MAX_TENSOR:
            raise Refusal("what is computed from weights exceeds the limit of 128 MiB")
        return made.items()


def _single(array: np.ndarray) -> np.ndarray:
    """Floating point as float32; a dense network computes in nothing else."""
    with np.errstate(over="ignore"):
        return array if array.dtype.kind in "iub" else array.astype(np.float32, copy=False)


def _needed(layers: list[Dense], outputs: list[Output]) -> tuple[Layers, Outputs]:
    """The layers that the outputs reach, renumbered, in order."""
    used: set[int] = set()
    for output in outputs:
        layer = output.layer
        while layer >= 0 and layer not in used:
            used.add(layer)
            layer = layers[layer].source
    place = {old: new for new, old in enumerate(sorted(used))}
    place[-1] = -1
    return (
        tuple(replace(layers[i], source=place[layers[i].source]) for i in sorted(used)),
        tuple(replace(output, layer=place[output.layer]) for output in outputs),
    )
