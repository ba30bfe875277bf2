"""An ONNX file as a general graph, and as a model once a trial run shows that it can be one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.errors import ModelError, quote
from inference.onnx.file import Weights, opset_of, read_input

from .evaluate import Evaluator
from .graph import Graph, GraphModel, GraphOutput, Node
from .registry import OPERATORS, TRIAL_SECONDS, Budget

if TYPE_CHECKING:
    from onnx import AttributeProto, ModelProto, NodeProto


def read_graph(model: ModelProto, path: Path) -> Graph:
    """The nodes and weights of an opened file, without its inputs' and outputs' shapes.

    Raises ModelError: one sentence naming the file and the node or tensor.
    """
    return _build(model, path, Weights(path))


def read_graph_model(model: ModelProto, path: Path, name: str) -> GraphModel:
    """The graph of an opened file, run on zeros to learn the shapes of its outputs.

    Raises ModelError as ``read_graph`` does, and when an output is not one row per row of input.
    """
    weights = Weights(path)
    graph = _build(model, path, weights)
    input_name, batch, shape = read_input(model, path, set(graph.constants))
    for rows in (batch,) if batch else (1, 2):
        zeros = np.zeros((rows, *shape), np.float32)
        results = Evaluator(graph).run({input_name: zeros}, Budget(TRIAL_SECONDS))
        outputs = tuple(
            GraphOutput(tensor, place, _row(result, rows, tensor, path))
            for place, (tensor, result) in enumerate(zip(graph.outputs, results, strict=True))
        )
    warnings = tuple(weights.warnings)
    return GraphModel(name, graph, input_name, shape, batch, outputs, warnings)


def _row(result: np.ndarray, rows: int, tensor: str, path: Path) -> tuple[int, ...]:
    """The shape of one row of an output that came from ``rows`` rows of input."""
    if not result.ndim or len(result) != rows:
        raise ModelError(
            f"{path}: the output {quote(tensor)} has shape {list(result.shape)} for a batch of "
            f"{rows}, expected one row for each of the batch."
        )
    return result.shape[1:]


def _build(model: ModelProto, path: Path, weights: Weights) -> Graph:
    graph = model.graph
    constants = weights.initializers(graph)
    inputs = tuple(value.name for value in graph.input if value.name not in constants)
    known = {*constants, *inputs}
    if len(known) < len(constants) + len(inputs):
        twice = next(name for name in inputs if inputs.count(name) > 1)
        raise ModelError(f"{path}: the tensor {quote(twice)} is defined twice.")
    later = {name for node in graph.node for name in node.output}
    nodes = []
    for proto in graph.node:
        node = read_node(proto, path, weights)
        _place(node, known, later, path)
        nodes.append(node)
    outputs = tuple(value.name for value in graph.output)
    for name in outputs:
        if name not in known:
            raise ModelError(f"{path}: no node gives the output {quote(name)}.")
    if len(set(outputs)) < len(outputs):
        raise ModelError(f"{path}: names one output twice.")
    return Graph(path, opset_of(model, path), tuple(nodes), constants, inputs, outputs)


def _place(node: Node, known: set[str], later: set[str], path: Path) -> None:
    """Check what a node reads against what is ``known`` before it; add what it gives."""
    for name in node.inputs:
        if name and name not in known:
            why = "only after it: a cycle, or nodes out of order" if name in later else "by nothing"
            raise ModelError(f"{path}: {node}: its input {quote(name)} is given {why}.")
    for name in filter(None, node.outputs):
        if name in known:
            raise ModelError(f"{path}: {node}: the tensor {quote(name)} is defined twice.")
        known.add(name)


def read_node(proto: NodeProto, path: Path, weights: Weights) -> Node:
    """A node with its attributes. Raises ModelError for an operator that does not run here."""
    names = (*proto.input, *proto.output, proto.op_type, proto.name)
    if not all(isinstance(name, str) for name in names):
        raise ModelError(f"{path}: a node holds a name that is not valid UTF-8.")
    node = Node(proto.op_type, proto.name, tuple(proto.input), tuple(proto.output), {})
    if proto.domain not in ("", "ai.onnx") or proto.op_type not in OPERATORS:
        raise ModelError(f"{path}: {node}: this operator is not supported.")
    if not any(node.outputs):
        raise ModelError(f"{path}: {node}: it has no output.")
    attributes = {}
    for attribute in proto.attribute:
        try:
            attributes[attribute.name] = _value(attribute, weights)
        except UnicodeDecodeError:
            raise ModelError(
                f"{path}: {node}: its attribute {quote(attribute.name)} is not valid UTF-8."
            ) from None
    return Node(node.op, node.name, node.inputs, node.outputs, attributes)


def _value(attribute: AttributeProto, weights: Weights) -> Any:
    """An attribute as Python's own; None of a kind that no operator here takes."""
    match attribute.type:
        case attribute.INT:
            return attribute.i
        case attribute.FLOAT:
            return attribute.f
        case attribute.STRING:
            return attribute.s.decode()
        case attribute.INTS:
            return tuple(attribute.ints)
        case attribute.FLOATS:
            return tuple(attribute.floats)
        case attribute.STRINGS:
            return tuple(text.decode() for text in attribute.strings)
        case attribute.TENSOR:
            return weights.read(attribute.t)
        case _:
            return None
