"""Networks as MAX graphs: our kernel as one custom op on the CPU, MAX's own ops on a GPU.

Importing this imports MAX. Weights come through the registry when a graph is loaded, so that a
compiled graph serves every network of its layout.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from max.dtype import DType
from max.graph import DeviceRef, Graph, KernelLibrary, Module, TensorType, TensorValue, Weight, ops

from inference.engines.packing import pack
from inference.lowering import activations
from inference.mlp import Activation, Mlp

from .layout import GENERIC, LAYOUT, SLOPED, architectures, parameters_name

F32 = DType.float32
HOST = DeviceRef.CPU()


def fused_module(package: Path, width: int, rows: int) -> Module:
    """The five models, any other MLP (``GENERIC``), and what the kernel packs for (``LAYOUT``).

    package: the compiled ``kernels/mlp_op``. width, rows: as ``pack`` takes them.
    Each of the five takes x (batch, inputs); GENERIC takes x, the parameters, the program and an
    empty array (0, outputs of a row, scratch numbers), whose shape alone it reads.
    """
    module = Module()
    kernels = KernelLibrary([package])

    def graph(name: str, inputs: Iterable[TensorType]) -> Graph:
        return Graph(name, input_types=inputs, kernel_library=kernels, module=module)

    for name, mlp in architectures().items():
        packed = pack(mlp, width, rows)
        packed.program[:2] = 0  # two addresses that the op does not read
        total = sum(mlp.layers[end].width for end in packed.ends)
        with graph(name, [_tensor("batch", mlp.input_width)]) as model:
            weights = Weight(parameters_name(name), F32, [packed.parameters.size], HOST)
            program = ops.constant(packed.program, DType.int64, HOST)
            inputs = [model.inputs[0], weights, program]
            model.output(_fused(inputs, ("batch", total), packed.scratch.size))
    carrier = TensorType(DType.uint8, (0, "total", "scratch"), HOST)
    numbers = TensorType(DType.int64, ("numbers",), HOST)
    with graph(
        GENERIC, [_tensor("batch", "inputs"), _tensor("weights"), numbers, carrier]
    ) as model:
        model.output(_fused(model.inputs[:3], ("batch", "total"), "scratch"))
    with graph(LAYOUT, []) as model:
        pair = TensorType(DType.int64, (2,), HOST)
        model.output(*ops.custom("stridescope_mlp_layout", HOST, [], [pair]))
    return module


def dense_module(device: DeviceRef) -> Module:
    """The five models of MAX's own ops on ``device``; outputs as (batch, width) each."""
    module = Module()
    for name, mlp in architectures().items():
        dense_graph(name, mlp, device, module)
    return module


def dense_graph(name: str, mlp: Mlp, device: DeviceRef, module: Module | None = None) -> Graph:
    """One network of ``mlp``'s layout, which is loaded with ``layout.dense_weights``."""
    x = TensorType(F32, ("batch", mlp.input_width), device)
    with Graph(name, input_types=[x], module=module) as graph:
        results: list[TensorValue] = []
        for index, layer in enumerate(mlp.layers):
            source = graph.inputs[0].tensor if layer.source < 0 else results[layer.source]
            results.append(_dense(f"{name}.{index}", source, layer.width, layer.activation, device))
        graph.output(*[results[output.layer] for output in mlp.outputs])
    return graph


def _tensor(*shape: int | str) -> TensorType:
    return TensorType(F32, shape, HOST)


def _fused(inputs: Sequence[Any], shape: tuple[str, int | str], scratch: int | str) -> TensorValue:
    outputs = [_tensor(*shape), _tensor(scratch)]
    return ops.custom("stridescope_mlp", HOST, inputs, outputs)[0].tensor


def _dense(
    key: str, x: TensorValue, width: int, activation: Activation, device: DeviceRef
) -> TensorValue:
    """In three products of halves, each exact in 11 bits or nearly (see ``dense_weights``)."""
    shape = [width, int(x.shape[1])]
    high, low = (Weight(f"{key}.{half}", F32, shape, device) for half in ("high", "low"))
    x_high = ops.cast(ops.cast(x, DType.bfloat16), F32)
    rest = x - x_high
    x_low = ops.where(ops.is_nan(rest), _number(0.0, device), rest)
    y = x_high @ high.T + (x_low @ high.T + x_high @ low.T)
    y = y + Weight(f"{key}.bias", F32, [width], device)
    slope = Weight(f"{key}.slope", F32, [1], device) if activation in SLOPED else None
    return _activate(y, activation, slope, device)


def _activate(
    y: TensorValue, activation: Activation, slope: Weight | None, device: DeviceRef
) -> TensorValue:
    """NaN stays NaN, which MAX's own functions and selections by sign lose."""
    if activation == Activation.LINEAR:
        return y
    return ops.where(ops.is_nan(y), y, _of_number(y, activation, slope, device))


def _of_number(
    y: TensorValue, activation: Activation, slope: Weight | None, device: DeviceRef
) -> TensorValue:
    zero, one = _number(0.0, device), _number(1.0, device)
    match activation:
        case Activation.RELU:
            return activations.relu(y)
        case Activation.LEAKY_RELU:
            return activations.leaky_relu(y, slope)
        case Activation.TANH:
            return ops.tanh(y)
        case Activation.SIGMOID:
            return _sigmoid(y, device)
        case Activation.ELU:
            return activations.elu(y, slope)
        case Activation.SOFTPLUS:
            return activations.softplus(y)
        case Activation.GELU:
            twice = ops.erf(y * _number(math.sqrt(0.5), device)) + one
            return _weighted(y, twice * _number(0.5, device), zero)
        case Activation.GELU_TANH:
            cubic = y * (y * y * _number(0.044715, device) + one)
            weight = _sigmoid(cubic * _number(math.sqrt(8 / math.pi), device), device)
            return _weighted(y, weight, zero)
    raise ValueError(f"no such activation: {activation!r}")


def _weighted(y: TensorValue, weight: TensorValue, zero: TensorValue) -> TensorValue:
    """``y * weight``, 0 where the weight is 0 even if ``y`` is infinite."""
    return ops.where(ops.equal(weight, zero), zero, y * weight)


def _sigmoid(y: TensorValue, device: DeviceRef) -> TensorValue:
    one = _number(1.0, device)
    decay = ops.exp(-ops.abs(y))
    return ops.where(y < _number(0.0, device), decay, one) / (one + decay)


def _number(value: float, device: DeviceRef) -> TensorValue:
    return ops.constant(value, F32, device)
