"""An ONNX file as an ``Mlp``: every operator either folds into a dense layer or is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .errors import ModelError, quote
from .mlp import Dense, Mlp, Output
from .models import ModelSpec, Shape
from .onnx_file import check_opset, open_onnx, read_tensor
from .onnx_ops import FOLDS, Refusal, Rows, Scope, Tensor
from .runner import show

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto


def read_mlp(path: Path | str, spec: ModelSpec | None = None) -> Mlp:
    """Read the network in an ONNX file; with ``spec``, hold it to that model's tensors.

    Understands Gemm, MatMul, Add, Relu, LeakyRelu, Tanh, Identity, Dropout, Reshape, Flatten,
    Squeeze, Unsqueeze, Constant, Transpose of a weight, and the Shape, Gather, Slice, Concat and
    Cast that compute the target of a Reshape; opset 11 or newer; several outputs. Tensors are
    matched to ``spec`` by name, or by position when a name is missing, and carry its names.
    A fixed batch size is read as any batch: a dense network treats every row alike.

    Raises ModelError: one sentence naming the file and the node or tensor.
    """
    path = Path(path)
    model = open_onnx(path)
    check_opset(model, path)
    mlp = _Reader(path, model).read(spec.name if spec else path.stem)
    return _matched(mlp, spec) if spec else mlp


class _Reader:
    def __init__(self, path: Path, model: ModelProto) -> None:
        self._path = path
        self._graph = model.graph
        self._scope = Scope(self._weight)
        self._warnings: list[str] = []

    def read(self, name: str) -> Mlp:
        if self._graph.sparse_initializer:
            raise ModelError(f"{self._path}: sparse weights are not supported; store them dense.")
        for tensor in self._graph.initializer:
            self._define(tensor.name, self._weight(tensor))
        input_name, input_shape = self._input()
        self._define(input_name, Rows(-1, input_shape))
        with np.errstate(all="ignore"):  # numbers that overflow are passed on, as when they run
            for node in self._graph.node:
                self._fold(node)
        outputs = [self._output(value.name) for value in self._graph.output]
        layers, kept = _needed(self._scope.layers, outputs)
        return Mlp(name, self._path, input_name, input_shape, layers, kept, tuple(self._warnings))

    def _define(self, name: str, tensor: Tensor) -> None:
        if not isinstance(name, str):
            raise ModelError(f"{self._path}: the tensor name {quote(name)} is not valid UTF-8.")
        if name in self._scope.tensors:
            raise ModelError(f"{self._path}: the tensor {quote(name)} is defined twice.")
        self._scope.tensors[name] = tensor

    def _weight(self, tensor: TensorProto) -> np.ndarray:
        array = read_tensor(tensor, self._path)
        if array.dtype.kind in "iub":
            return array
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
        bad = array.size - int(np.count_nonzero(np.isfinite(array)))
        if bad:
            self._warnings.append(
                f"{self._path.name}: the weight {quote(tensor.name)} holds {bad} values that are "
                "NaN or infinite, and so will the results."
            )
        return array

    def _input(self) -> tuple[str, tuple[int, ...]]:
        inputs = [value for value in self._graph.input if value.name not in self._scope.tensors]
        if len(inputs) != 1:
            names = ", ".join(quote(value.name) for value in inputs) or "none"
            raise ModelError(f"{self._path}: expected one input, found {names}.")
        name, shape = inputs[0].name, _declared(inputs[0])
        if inputs[0].type.tensor_type.elem_type != 1:
            raise ModelError(f"{self._path}: the input {quote(name)} is not a float32 tensor.")
        rows = tuple(size for size in shape[1:] if size)
        if len(shape) < 2 or len(rows) != len(shape) - 1:
            raise ModelError(
                f"{self._path}: the input {quote(name)} has shape {show(shape)}, expected a batch "
                "axis and then fixed sizes."
            )
        self._scope.batch = shape[0]
        return name, rows

    def _output(self, name: str) -> Output:
        value = self._scope.tensors.get(name)
        if value is None:
            raise ModelError(f"{self._path}: no node gives the output {quote(name)}.")
        if not isinstance(value, Rows) or value.layer < 0:
            raise ModelError(
                f"{self._path}: the output {quote(name)} does not come from a dense layer."
            )
        return Output(name, value.layer, value.shape)

    def _fold(self, node: NodeProto) -> None:
        fold = FOLDS.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        missing = [name for name in node.input if name and name not in self._scope.tensors]
        try:
            if fold is None:
                raise Refusal(f"this operator is not one of {', '.join(sorted(FOLDS))}")
            if missing:
                raise Refusal(f"its input {quote(missing[0])} is given by nothing before it")
            if not node.output:
                raise Refusal("it has no output")
            self._define(node.output[0], fold(self._scope, node))
        except Refusal as reason:
            name = node.name or (node.output[0] if node.output else "?")
            operator = str(node.op_type)
            operator = operator if operator.isidentifier() else quote(operator)
            raise ModelError(f"{self._path}: {operator} node {quote(name)}: {reason}.") from None


def _declared(value: ValueInfoProto) -> Shape:
    dims = value.type.tensor_type.shape.dim
    return tuple(dim.dim_value if dim.dim_value > 0 else None for dim in dims)


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


def _matched(mlp: Mlp, spec: ModelSpec) -> Mlp:
    """``mlp`` under the tensor names of ``spec``, or ModelError for a shape that is not its."""
    ((input_name, input_shape),) = spec.inputs.items()
    _same(mlp, "input", mlp.input_name, (None, *mlp.input_shape), spec, input_shape)
    found = {output.name: output for output in mlp.outputs}
    if len(found) != len(spec.outputs):
        raise ModelError(
            f"{mlp.path}: {spec.title} gives {', '.join(map(repr, spec.outputs))}, "
            f"this file gives {', '.join(map(repr, found))}."
        )
    by_name = found.keys() == spec.outputs.keys()
    chosen = [found[name] for name in spec.outputs] if by_name else mlp.outputs
    outputs = []
    for output, (name, shape) in zip(chosen, spec.outputs.items(), strict=True):
        _same(mlp, "output", output.name, (None, *output.shape), spec, shape)
        outputs.append(replace(output, name=name))
    return replace(mlp, input_name=input_name, outputs=tuple(outputs))


def _same(
    mlp: Mlp,
    kind: str,
    name: str,
    shape: Shape,
    spec: ModelSpec,
    expected: Shape,
) -> None:
    if shape != expected:
        raise ModelError(
            f"{mlp.path}: the {kind} {quote(name)} has shape {show(shape)}, "
            f"{spec.title} has {show(expected)}."
        )
