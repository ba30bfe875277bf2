"""Building the MAX graph: node by node, on arrays where all is known and in MAX where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from max.dtype import DType
from max.graph import DeviceRef, Graph, Module, TensorType, TensorValue, ops

from ..errors import quote
from ..graph.evaluate import MAX_LIVE
from ..graph.graph import Graph as OnnxGraph
from ..graph.graph import GraphModel, GraphOutput
from ..graph.registry import OPERATORS, Budget, Refusal
from . import NotLowered, conv, elementwise, reduce, shape, sizes  # noqa: F401
from .registry import LOWERINGS, Site, Value, shape_of, show_sizes

BATCH = "batch"
_LONGEST_REASON = 200


def lower_model(model: GraphModel, device: DeviceRef, module: Module | None, name: str) -> Graph:
    """See ``inference.lowering.lower``."""
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
                arrays = [values[name] if name else None for name in node.inputs]
                made = _apply(Site(node, graph.opset, budget, device), arrays)
                folded += sum(a.nbytes for a in made if isinstance(a, np.ndarray))
                if folded > MAX_LIVE:
                    raise Refusal(f"the graph holds more than {MAX_LIVE >> 20} MiB of constants")
                values |= {n: value for n, value in zip(node.outputs, made, strict=False) if n}
        site = Site(node, graph.opset, budget, device)
        return [site.tensor(values[name]) for name in graph.outputs]
    except (Refusal, ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as reason:
        text = " ".join(str(reason).split())
        raise NotLowered(f"{graph.path}: {node}: {text[:_LONGEST_REASON].rstrip('.')}.") from None


def _apply(site: Site, values: Sequence[Value | None]) -> tuple[Value, ...]:
    """What one node gives."""
    op = site.node.op
    OPERATORS[op].check(values)
    given = [value for value in values if value is not None]
    result: Value | tuple[Value, ...] | None = None
    if op == "Shape":
        result = sizes.shape(site, given[0])
    elif all(isinstance(value, np.ndarray) for value in given):
        if any(value.dtype == object for value in given):
            result = sizes.run(site, values)
        else:
            result = OPERATORS[op].run(site, *values)
    if result is None:
        if op not in LOWERINGS:
            raise Refusal("this operator does not lower to MAX")
        result = LOWERINGS[op](site, *values)
    made = result if isinstance(result, tuple) else (result,)
    if len(site.node.outputs) > len(made):
        raise Refusal(f"MAX gives {len(made)} of its {len(site.node.outputs)} outputs")
    return made
