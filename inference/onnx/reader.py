"""An ONNX file as an ``Mlp`` if its graph folds into dense layers, else as that graph.

The file is parsed once, into one ``Graph``; what follows works on that.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inference.errors import ModelError, quote
from inference.graph import Graph, GraphModel, Model, Node
from inference.mlp import Mlp

from .file import Input, Weights, opset_of, parse, read_bytes, read_input
from .fold import NotFused, fold
from .matching import matched

if TYPE_CHECKING:
    from onnx import AttributeProto, ModelProto, NodeProto

    from inference.models import ModelSpec


def read_model(
    path: Path | str, spec: ModelSpec | None = None, content: bytes | None = None
) -> Model:
    """Read the network in an ONNX file; with ``spec``, hold it to that model's tensors.

    content: what the file holds, where it has been read already.

    An ``Mlp`` where all of it folds into dense layers, else a ``GraphModel`` of the operators in
    ``inference.graph``; opset 11 or newer; several outputs. Tensors are matched to ``spec`` by
    name, or by position when a name is missing, and carry its names.

    Raises ModelError: one sentence naming the file and the node or tensor.
    """
    file = _parsed(Path(path), spec, content)
    with suppress(NotFused):
        return matched(file.folded(), spec)
    return matched(file.general(), spec)


def read_mlp(path: Path | str, spec: ModelSpec | None = None) -> Mlp:
    """The same for a plain MLP alone; NotFused, a ModelError, when the file holds more."""
    return matched(_parsed(Path(path), spec).folded(), spec)


def read_general(path: Path | str, spec: ModelSpec | None = None) -> GraphModel:
    """The same as a graph, also where it would fold."""
    return matched(_parsed(Path(path), spec).general(), spec)


def read_graph(proto: ModelProto, path: Path, weights: Weights) -> Graph:
    """An opened file as plain data: its nodes, weights and tensor names.

    Whether it can run is not looked at (``inference.graph.trial.check``). Raises ModelError for
    an opset before 11, weights that cannot be read, and names and texts that are not UTF-8.
    """
    opset = opset_of(proto, path)
    constants = weights.initializers(proto.graph)
    inputs = tuple(value.name for value in proto.graph.input if value.name not in constants)
    outputs = tuple(value.name for value in proto.graph.output)
    for name in (*inputs, *outputs):
        if not isinstance(name, str):
            raise ModelError(f"{path}: the tensor name {quote(name)} is not valid UTF-8.")
    nodes = tuple(_node(node, path, weights) for node in proto.graph.node)
    return Graph(path, opset, nodes, constants, inputs, outputs)


class _Parsed(NamedTuple):
    name: str
    graph: Graph
    input: Input
    warnings: tuple[str, ...]

    def folded(self) -> Mlp:
        row, batch = self.input.row, self.input.batch
        layers, outputs = fold(self.graph, row, batch)
        path, tensor = self.graph.path, self.input.name
        return Mlp(self.name, path, tensor, row, layers, outputs, self.warnings)

    def general(self) -> GraphModel:
        from inference.graph.trial import try_out  # brings all operators, 5 ms

        return try_out(self.graph, self.name, self.input.row, self.input.batch, self.warnings)


def _parsed(path: Path, spec: ModelSpec | None, content: bytes | None = None) -> _Parsed:
    proto = parse(read_bytes(path) if content is None else content, path)
    weights = Weights(path)
    graph = read_graph(proto, path, weights)
    given = read_input(proto, path, graph.constants)
    return _Parsed(spec.name if spec else path.stem, graph, given, tuple(weights.warnings))


def _node(proto: NodeProto, path: Path, weights: Weights) -> Node:
    names = (*proto.input, *proto.output, proto.op_type, proto.name, proto.domain)
    if not all(isinstance(name, str) for name in names):
        raise ModelError(f"{path}: a node holds a name that is not valid UTF-8.")
    domain = "" if proto.domain == "ai.onnx" else proto.domain
    attributes: dict[str, Any] = {}
    node = Node(
        proto.op_type, proto.name, tuple(proto.input), tuple(proto.output), attributes, domain
    )
    for attribute in proto.attribute:
        try:
            attributes.setdefault(attribute.name, _value(attribute, weights))
        except UnicodeDecodeError:
            raise ModelError(
                f"{path}: {node}: its attribute {quote(attribute.name)} is not valid UTF-8."
            ) from None
    return node


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
