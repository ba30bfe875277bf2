"""Building the MAX graph: node by node, on arrays where all is known and in MAX where it is not.

Importing this imports MAX.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from max.dtype import DType
from max.graph import DeviceRef, Graph, Module, TensorType, TensorValue, ops

from inference.errors import ModelError, quote
from inference.graph import Graph as OnnxGraph
from inference.graph import GraphModel, GraphOutput
from inference.graph.evaluate import MAX_LIVE, compute
from inference.graph.registry import OPERATORS, Budget, Refusal

from . import conv, elementwise, reduce, shape, sizes  # noqa: F401
from .registry import BATCH, LOWERINGS, Site, Value, limited, shape_of, show_sizes

_LONGEST_REASON = 200


class NotLowered(ModelError):
    """A graph that MAX cannot take, told with file, operator and node; NumPy still runs it."""


def lower(
    model: GraphModel,
    device: DeviceRef,
    module: Module | None = None,
    name: str = "graph",
) -> Graph:
    """``model`` as a MAX graph called ``name`` on ``device``, in ``module`` if one is given.

    It takes the input (rows, \\*input_shape) and gives every output of the model in its order,
    (rows, \\*shape), all float32; rows is ``model.batch``, or the dimension "batch" of any size.
    Weights are constants of the graph, and whatever depends on them and on shapes alone is
    computed here. Raises NotLowered.
    """
    rows = model.batch or BATCH
    given = {model.graph.inputs[0]: TensorType(DType.float32, [rows, *model.input_shape], device)}
    with Graph(name, input_types=list(given.values()), module=module) as graph:
        inputs = {tensor: value.tensor for tensor, value in zip(given, graph.inputs, strict=True)}
        results = trace(model.graph, inputs, device)
        graph.output(*(_row(results[o.place], rows, o, model) for o in model.outputs))
    return graph


def _row(
    value: TensorValue,
    rows: int | str,
    output: GraphOutput,
    model: GraphModel,
) -> TensorValue:
    """An output with the shape that the model promises."""
    if shape_of(value) != [rows, *output.shape]:
        raise NotLowered(
            f"{model.path}: the output {quote(output.name)} has the shape "
            f"{show_sizes(shape_of(value))} in MAX, expected {show_sizes([rows, *output.shape])}."
        )
    return ops.cast(value, DType.float32)


def trace(
    graph: OnnxGraph, inputs: Mapping[str, TensorValue], device: DeviceRef
) -> list[TensorValue]:
    """The graph's outputs in the MAX graph that is being built. Raises NotLowered."""
    values: dict[str, Value] = {**graph.constants, **inputs}
    budget, folded = Budget(), 0
    node = graph.nodes[0]
    try:
        with np.errstate(all="ignore"):
            for node in graph.nodes:
                made = _lowered(Site(node, graph.opset, budget, device), values)
                folded += sum(a.nbytes for a in made.values() if isinstance(a, np.ndarray))
                if folded > MAX_LIVE:
                    raise Refusal(f"the graph holds more than {MAX_LIVE >> 20} MiB of constants")
                values |= made
        site = Site(node, graph.opset, budget, device)
        return [limited(site.tensor(values[name])) for name in graph.outputs]
    except (Refusal, ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as reason:
        text = " ".join(str(reason).split())
        raise NotLowered(f"{graph.path}: {node}: {text[:_LONGEST_REASON].rstrip('.')}.") from None


def _lowered(site: Site, values: Mapping[str, Value]) -> dict[str, Value]:
    """What one node gives, by name; computed at once where all that it reads is known."""
    node = site.node
    read = {name: values[name] for name in node.inputs if name}
    arrays = {name: value for name, value in read.items() if isinstance(value, np.ndarray)}
    known = len(arrays) == len(read)
    symbolic = any(array.dtype == object for array in arrays.values())
    if known and not symbolic:
        return dict(compute(site, arrays))
    given = [read.get(name) for name in node.inputs]
    OPERATORS[node.op].check(given)
    made = sizes.run(site, given) if known or node.op == "Shape" else None
    if made is None:
        if node.op not in LOWERINGS:
            raise Refusal("this operator does not lower to MAX")
        result = LOWERINGS[node.op](site, *given)
        made = result if isinstance(result, tuple) else (result,)
    if len(node.outputs) > len(made):
        raise Refusal(f"MAX gives {len(made)} of its {len(node.outputs)} outputs")
    for value in made:
        if isinstance(value, TensorValue):
            limited(value)
    return {name: value for name, value in zip(node.outputs, made, strict=False) if name}
