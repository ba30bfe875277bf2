"""Reverse-mode differentiation of a graph of operators: run forward, kept, then gone back over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from inference.errors import ModelError
from inference.graph import Graph
from inference.graph.evaluate import MAX_LIVE, compute
from inference.graph.registry import Budget, Call, Refusal

from . import rules_axes, rules_elementwise  # noqa: F401 each registers its rules
from .rules import RULES, Step

ACTIVATIONS = frozenset((
    "Relu", "LeakyRelu", "Elu", "Celu", "Selu", "ThresholdedRelu", "PRelu", "Tanh", "Sigmoid",
    "Softplus", "Softsign", "HardSigmoid", "HardSwish", "Mish", "Swish", "Gelu",
))  # fmt: skip
"""The operators whose results count as hidden layers."""


class Tape:
    """One run of a graph in float32 or float64, with all that it made.

    Every tensor of floating point is held in ``dtype``, whatever the file says.
    Raises ModelError as ``Evaluator.run`` does, and where what is kept needs over 512 MiB.
    """

    def __init__(
        self, graph: Graph, inputs: Mapping[str, np.ndarray], dtype: np.dtype | type
    ) -> None:
        self._graph, self._dtype = graph, np.dtype(dtype)
        given = {**graph.constants, **inputs}
        self.values = {name: self._typed(array) for name, array in given.items()}
        self._active = {name for name in inputs if self._floats(name)}
        self._budget, held = Budget(), 0
        with np.errstate(all="ignore"):  # NaN and Inf pass through, as in every engine
            for call in self._calls():
                try:
                    made = compute(call, self.values)
                    held += sum(array.nbytes for array in made.values())
                    if held > MAX_LIVE:
                        raise Refusal(f"the gradient needs more than {MAX_LIVE >> 20} MiB at once")
                except Refusal as reason:
                    raise self._error(call, reason) from None
                self.values |= {name: self._made(call, array) for name, array in made.items()}
                if self._active.intersection(call.node.inputs):
                    self._active |= {name for name in made if self._floats(name)}

    def activations(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """What went into and came out of each activation, in the graph's order."""
        for node in self._graph.nodes:
            if node.op in ACTIVATIONS and node.outputs[0] in self._active:
                yield self.values[node.inputs[0]], self.values[node.outputs[0]]

    def backward(self, output: str, seed: np.ndarray, wanted: str) -> np.ndarray:
        """d(seed · tensor ``output``) / d(tensor ``wanted``), of the shape of ``wanted``.

        seed: of the shape of ``output``. Raises ModelError, naming the node, for an operator on
        the way whose gradient is not known here.
        """
        back = {output: seed}
        with np.errstate(all="ignore"):
            for call in reversed(list(self._calls())):
                node = call.node
                reached = any(name in back for name in node.outputs)
                if not reached or not self._active.intersection(node.inputs):
                    continue
                try:
                    self._return(call, back)
                except Refusal as reason:
                    raise self._error(call, reason) from None
        found = back.get(wanted)
        return np.zeros_like(self.values[wanted]) if found is None else found

    def _return(self, call: Call, back: dict[str, np.ndarray]) -> None:
        """Adds to ``back`` what one node sends to its inputs."""
        node = call.node
        if node.op not in RULES:
            raise Refusal("the gradient of this operator is not known here")
        outputs = [self.values[name] for name in node.outputs if name]
        step = Step(call, [self.values[n] if n else None for n in node.inputs], outputs)
        sent = [
            back[name] if name in back else np.zeros_like(self.values[name])
            for name in node.outputs
            if name
        ]
        found = RULES[node.op](step, sent)
        for place, (name, part) in enumerate(zip(node.inputs, found, strict=True)):
            if name not in self._active:
                continue
            if part is None:
                raise Refusal(f"its gradient by input {place + 1} is not known here")
            part = part.astype(self._dtype, copy=False)
            back[name] = back[name] + part if name in back else part

    def _calls(self) -> Iterator[Call]:
        for node in self._graph.nodes:
            yield Call(node, self._graph.opset, self._budget)

    def _error(self, call: Call, reason: Refusal) -> ModelError:
        return ModelError(f"{self._graph.path}: {call.node}: {reason}.")

    def _made(self, call: Call, array: np.ndarray) -> np.ndarray:
        """``array`` as it is held; a Cast among floating-point types rounds nothing."""
        if call.node.op == "Cast" and array.dtype.kind in "fV":
            return self.values[call.node.inputs[0]].astype(self._dtype, copy=False)
        return self._typed(array)

    def _floats(self, name: str) -> bool:
        return self.values[name].dtype == self._dtype

    def _typed(self, array: np.ndarray) -> np.ndarray:
        return array.astype(self._dtype, copy=False) if array.dtype.kind in "fV" else array
