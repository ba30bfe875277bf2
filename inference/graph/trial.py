"""A graph as a model, once a look at it and a trial run show that it can be one."""

from __future__ import annotations

import numpy as np

from inference.errors import ModelError, quote

from .evaluate import Evaluator
from .graph import Graph, GraphModel, GraphOutput, Node
from .registry import TRIAL_SECONDS, Budget, is_known


def check(graph: Graph) -> None:
    """Whether every node can run here, in the order of the file.

    Raises ModelError, naming file, operator, node and tensor: an operator that is not supported,
    one without an output, a tensor that is read before it is given, given twice or not at all.
    """
    known = {*graph.constants, *graph.inputs}
    if len(known) < len(graph.constants) + len(graph.inputs):
        twice = next(name for name in graph.inputs if graph.inputs.count(name) > 1)
        raise ModelError(f"{graph.path}: the tensor {quote(twice)} is defined twice.")
    later = {name for node in graph.nodes for name in node.outputs}
    for node in graph.nodes:
        if reason := _fault(node, known, later):
            raise ModelError(f"{graph.path}: {node}: {reason}.")
        known.update(filter(None, node.outputs))
    for name in graph.outputs:
        if name not in known:
            raise ModelError(f"{graph.path}: no node gives the output {quote(name)}.")
    if len(set(graph.outputs)) < len(graph.outputs):
        raise ModelError(f"{graph.path}: names one output twice.")


def try_out(
    graph: Graph, name: str, row: tuple[int, ...], batch: int | None, warnings: tuple[str, ...]
) -> GraphModel:
    """The model ``name``: ``graph``, of one input, run on zeros to learn its outputs' shapes.

    row: the shape of one row of the input; batch: the only size that the file allows, or None.
    Raises ModelError as ``check`` and ``Evaluator.run`` do, and when an output is not one row for
    each row of the input.
    """
    check(graph)
    (tensor,) = graph.inputs
    for rows in (batch,) if batch else (1, 2):
        zeros = np.zeros((rows, *row), np.float32)
        results = Evaluator(graph).run({tensor: zeros}, Budget(TRIAL_SECONDS))
        outputs = tuple(
            GraphOutput(output, place, _row(graph, output, result, rows))
            for place, (output, result) in enumerate(zip(graph.outputs, results, strict=True))
        )
    return GraphModel(name, graph, tensor, row, batch, outputs, warnings)


def _fault(node: Node, known: set[str], later: set[str]) -> str:
    """What is wrong with a node behind ``known`` tensors; empty: nothing."""
    if not is_known(node):
        return "this operator is not supported"
    if not any(node.outputs):
        return "it has no output"
    for name in filter(None, node.inputs):
        if name not in known:
            why = "only after it: a cycle, or nodes out of order" if name in later else "by nothing"
            return f"its input {quote(name)} is given {why}"
    given = [name for name in node.outputs if name]
    for place, name in enumerate(given):
        if name in known or name in given[:place]:
            return f"the tensor {quote(name)} is defined twice"
    return ""


def _row(graph: Graph, output: str, result: np.ndarray, rows: int) -> tuple[int, ...]:
    """The shape of one row of an output that came from ``rows`` rows of input."""
    if not result.ndim or len(result) != rows:
        raise ModelError(
            f"{graph.path}: the output {quote(output)} has shape {list(result.shape)} for a batch "
            f"of {rows}, expected one row for each of the batch."
        )
    return result.shape[1:]
