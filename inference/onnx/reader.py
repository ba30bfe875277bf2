"""An ONNX file as an ``Mlp`` if every operator folds into a dense layer, else as a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from inference.errors import ModelError, quote
from inference.graph.graph import GraphModel
from inference.graph.registry import MAX_TENSOR, TRIAL_SECONDS, Budget, Call
from inference.graph.registry import Refusal as GraphRefusal
from inference.mlp import Dense, Mlp, Output
from inference.models import ModelSpec, Shape
from inference.runner import Model, show

from .file import Weights, open_onnx, opset_of, read_input
from .ops import FOLDS
from .patterns import fuse_patterns
from .scope import Refusal, Rows, Scope, Tensor

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto


class NotFused(ModelError):
    """A file that may be sound, but is no plain MLP; says which node makes it more."""


def read_model(path: Path | str, spec: ModelSpec | None = None) -> Model:
    """Read the network in an ONNX file; with ``spec``, hold it to that model's tensors.

    An ``Mlp`` where all of it folds into dense layers, else a ``GraphModel`` of the operators in
    ``inference.graph``; opset 11 or newer; several outputs. Tensors are matched to ``spec`` by
    name, or by position when a name is missing, and carry its names.

    Raises ModelError: one sentence naming the file and the node or tensor.
    """
    path = Path(path)
    model = open_onnx(path)
    name = spec.name if spec else path.stem
    try:
        mlp = _Reader(path, model).read(name)
        return _matched(mlp, spec) if spec else mlp
    except NotFused:
        from inference.graph.reader import read_graph_model
    graph = read_graph_model(model, path, name)
    return _matched(graph, spec) if spec else graph


def read_mlp(path: Path | str, spec: ModelSpec | None = None) -> Mlp:
    """The same for a plain MLP alone; NotFused when the file holds more.

    Computes what depends on weights alone. Folds Gemm, MatMul, the activations of ``Activation``,
    Identity, Dropout, BatchNormalization, Add, Sub, Mul and Div by constants before or after a
    layer, Reshape, Flatten, Squeeze, Unsqueeze, Split and Slice of a row, Constant, Transpose of a
    weight, and the Shape, Gather, Slice, Concat and Cast that compute the target of a Reshape; the
    patterns of ``patterns``. An affine step after the last activation becomes a diagonal layer
    (``Scope.settled``). A fixed batch size is read as any batch: a dense network treats every row
    alike.
    """
    path = Path(path)
    mlp = _Reader(path, open_onnx(path)).read(spec.name if spec else path.stem)
    return _matched(mlp, spec) if spec else mlp


class _Reader:
    def __init__(self, path: Path, model: ModelProto) -> None:
        self._path = path
        self._model = model
        weights = self._weights = Weights(path)
        self._budget = Budget(TRIAL_SECONDS)
        self._made = 0
        self._scope = Scope(lambda tensor: _single(weights.read(tensor)))

    def read(self, name: str) -> Mlp:
        graph = self._model.graph
        self._opset = opset_of(self._model, self._path)
        for weight, array in self._weights.initializers(graph).items():
            self._define(weight, _single(array))
        input_name, self._scope.batch, input_shape = read_input(
            self._model, self._path, self._scope.tensors
        )
        self._define(input_name, Rows(-1, input_shape))
        with np.errstate(all="ignore"):  # numbers that overflow are passed on, as when they run
            for node in self._nodes():
                self._fold(node)
            outputs = [self._output(value.name) for value in graph.output]
        layers, kept = _needed(self._scope.layers, outputs)
        warnings = tuple(self._weights.warnings)
        return Mlp(name, self._path, input_name, input_shape, layers, kept, warnings)

    def _nodes(self) -> list[NodeProto]:
        """What is to be folded once every constant is known."""
        graph = self._model.graph
        nodes = []
        for node in graph.node:
            if node.op_type == "Constant":
                self._fold(node)
            else:
                nodes.append(node)
        results = {value.name for value in graph.output}
        return fuse_patterns(nodes, self._scope.tensors, results)

    def _define(self, name: str, tensor: Tensor) -> None:
        if not isinstance(name, str):
            raise ModelError(f"{self._path}: the tensor name {quote(name)} is not valid UTF-8.")
        if name in self._scope.tensors:
            raise ModelError(f"{self._path}: the tensor {quote(name)} is defined twice.")
        self._scope.tensors[name] = tensor

    def _output(self, name: str) -> Output:
        value = self._scope.tensors.get(name)
        if value is None:
            raise ModelError(f"{self._path}: no node gives the output {quote(name)}.")
        if not isinstance(value, Rows) or value.layer < 0:
            raise NotFused(
                f"{self._path}: the output {quote(name)} does not come from a dense layer."
            )
        try:
            layer = self._scope.settled(value).layer
        except Refusal as reason:
            raise NotFused(f"{self._path}: the output {quote(name)}: {reason}.") from None
        return Output(name, layer, value.shape)

    def _fold(self, node: NodeProto) -> None:
        fold = FOLDS.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        missing = [name for name in node.input if name and name not in self._scope.tensors]
        try:
            if self._computed(node):
                return
            if fold is None:
                raise Refusal(f"this operator is not one of {', '.join(sorted(FOLDS))}")
            if missing:
                raise Refusal(f"its input {quote(missing[0])} is given by nothing before it")
            if not node.output:
                raise Refusal("it has no output")
            made = fold(self._scope, node)
            results = made if isinstance(made, tuple) else (made,)
            for output, tensor in zip(node.output, results, strict=False):
                self._define(output, tensor)
        except ModelError:
            raise
        except (Refusal, ArithmeticError, LookupError, TypeError, ValueError) as reason:
            name = node.name or (node.output[0] if node.output else "?")
            operator = str(node.op_type)
            operator = operator if operator.isidentifier() else quote(operator)
            text = " ".join(str(reason).split())
            raise NotFused(f"{self._path}: {operator} node {quote(name)}: {text}.") from None

    def _computed(self, node: NodeProto) -> bool:
        """Define what a node gives if all that it reads is known by now."""
        given = [name for name in node.input if name]
        known = {name: self._scope.tensors.get(name) for name in given}
        values = {name: array for name, array in known.items() if isinstance(array, np.ndarray)}
        if not values or len(values) < len(known):
            return False
        from inference.graph.evaluate import compute
        from inference.graph.reader import read_node

        call = Call(read_node(node, self._path, self._weights), self._opset, self._budget)
        try:
            made = compute(call, values)
        except GraphRefusal as reason:
            raise Refusal(str(reason)) from None
        self._made += sum(array.nbytes for array in made.values())
        if self._made > MAX_TENSOR:
            raise Refusal("what is computed from weights exceeds the limit of 128 MiB")
        for name, array in made.items():
            self._define(name, _single(array))
        return True


def _single(array: np.ndarray) -> np.ndarray:
    """Floating point as float32; a dense network computes in nothing else."""
    with np.errstate(over="ignore"):
        return array if array.dtype.kind in "iub" else array.astype(np.float32, copy=False)


def _needed(
    layers: list[Dense], outputs: list[Output]
) -> tuple[tuple[Dense, ...], tuple[Output, ...]]:
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


_AnyModel = TypeVar("_AnyModel", Mlp, GraphModel)


def _matched(model: _AnyModel, spec: ModelSpec) -> _AnyModel:
    """``model`` under the tensor names of ``spec``, or ModelError for a shape that is not its."""
    outputs: Any = tuple(
        replace(model.outputs[place], name=name)
        for name, place in zip(spec.outputs, _places(model, spec), strict=True)
    )
    return replace(model, input_name=next(iter(spec.inputs)), outputs=outputs)


def _places(model: Model, spec: ModelSpec) -> Sequence[int]:
    """Which output of ``model`` is each of ``spec``'s, all shapes compared."""
    ((_, input_shape),) = spec.inputs.items()
    _same(model, "input", model.input_name, (None, *model.input_shape), spec, input_shape)
    found = [output.name for output in model.outputs]
    if len(found) != len(spec.outputs):
        raise ModelError(
            f"{model.path}: {spec.title} gives {', '.join(map(repr, spec.outputs))}, "
            f"this file gives {', '.join(map(quote, found))}."
        )
    by_name = set(found) == set(spec.outputs)
    places = [found.index(name) for name in spec.outputs] if by_name else range(len(found))
    for place, shape in zip(places, spec.outputs.values(), strict=True):
        output = model.outputs[place]
        _same(model, "output", output.name, (None, *output.shape), spec, shape)
    return places


def _same(
    model: Model,
    kind: str,
    name: str,
    shape: Shape,
    spec: ModelSpec,
    expected: Shape,
) -> None:
    if shape != expected:
        raise ModelError(
            f"{model.path}: the {kind} {quote(name)} has shape {show(shape)}, "
            f"{spec.title} has {show(expected)}."
        )
