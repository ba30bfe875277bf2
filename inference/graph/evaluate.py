"""Running a graph on NumPy arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inference.errors import ModelError

from . import (  # noqa: F401 each registers its operators
    activations,
    conv,
    elementwise,
    normalize,
    pick,
    reduce,
    resize,
    shape,
)
from .graph import Graph
from .registry import OPERATORS, PER_STEP, Budget, Call, Refusal

PIECE_ROWS = 64
"""Rows that run together, so that a long batch needs no more memory than a short one."""
MAX_LIVE = 1 << 29
"""Most bytes of results that wait for their readers at one time (512 MiB)."""


class Evaluator:
    """Runs a graph node by node; a tensor is let go after its last reader."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._spent = _spent(graph)

    def run(
        self, inputs: Mapping[str, np.ndarray], budget: Budget | None = None
    ) -> list[np.ndarray]:
        """The graph's outputs for its ``inputs`` by name, within a budget.

        Raises ModelError: one sentence naming file, operator, node and reason.
        """
        values = {**self._graph.constants, **inputs}
        live: dict[str, int] = {}
        held = 0
        budget = budget or Budget()
        with np.errstate(all="ignore"):  # NaN and Inf pass through, as in every engine
            for node, spent in zip(self._graph.nodes, self._spent, strict=True):
                try:
                    made = compute(Call(node, self._graph.opset, budget), values)
                    sizes = {name: array.nbytes for name, array in made.items()}
                    live |= sizes
                    held += sum(sizes.values())
                    if held > MAX_LIVE:
                        raise Refusal(f"the graph needs more than {MAX_LIVE >> 20} MiB at once")
                except Refusal as reason:
                    raise ModelError(f"{self._graph.path}: {node}: {reason}.") from None
                values |= made
                for name in spent:
                    del values[name]
                    held -= live.pop(name, 0)
        return [values[name] for name in self._graph.outputs]


def compute(call: Call, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What one node gives, by name, for the tensors known so far. Raises Refusal."""
    node = call.node
    arrays = [values[name] if name else None for name in node.inputs]
    try:
        result = OPERATORS[node.op](call, arrays)
    except MemoryError:
        raise Refusal("not enough memory") from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as reason:
        raise Refusal(" ".join(str(reason).split())) from None
    results = result if isinstance(result, tuple) else (result,)
    if len(node.outputs) > len(results):
        raise Refusal(f"it gives {len(results)} outputs, the file asks for {len(node.outputs)}")
    call.budget.spend(PER_STEP * sum(array.size for array in results))
    return {name: made for name, made in zip(node.outputs, results, strict=False) if name}


def _spent(graph: Graph) -> list[set[str]]:
    """After each node, the tensors that nothing needs any more."""
    needed = set(graph.outputs)
    spent: list[set[str]] = []
    for node in reversed(graph.nodes):
        read = {name for name in (*node.inputs, *node.outputs) if name}
        spent.append(read - needed)
        needed |= read
    return spent[::-1]
