"""How a gradient goes back through one ONNX operator: a rule for each, by the operator's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inference.graph.registry import Call

Back = Sequence[np.ndarray | None]
"""For each input of a node the gradient with respect to it; None where there is none."""


@dataclass(frozen=True, eq=False)
class Step:
    """A node that has run: its call, what it was given and what it gave (first output first).

    inputs: None is one left out.
    """

    call: Call
    inputs: Sequence[np.ndarray | None]
    outputs: Sequence[np.ndarray]

    def given(self, place: int) -> np.ndarray:
        """Input ``place``, which the operator needs."""
        array = self.inputs[place]
        assert array is not None
        return array

    @property
    def x(self) -> np.ndarray:
        """The first input."""
        return self.given(0)

    @property
    def y(self) -> np.ndarray:
        """The first output."""
        return self.outputs[0]


Rule = Callable[[Step, Sequence[np.ndarray]], Back]
"""From a step and the gradients of its outputs to those of its inputs; may raise Refusal."""
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for the operators ``names``."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register


def elementwise(table: Mapping[str, Callable[[Step], np.ndarray]]) -> None:
    """Register operators of one array by their derivatives, number by number."""
    for name, slope in table.items():
        _register(name, slope)


def _register(name: str, slope: Callable[[Step], np.ndarray]) -> None:
    @rule(name)
    def back(step: Step, g: Sequence[np.ndarray]) -> Back:
        return [g[0] * slope(step)]


def unbroadcast(g: np.ndarray, array: np.ndarray | None) -> np.ndarray | None:
    """``g`` summed over the axes along which ``array`` was repeated to meet its shape."""
    if array is None:
        return None
    g = g.sum(tuple(range(g.ndim - array.ndim)))
    stretched = tuple(i for i, n in enumerate(array.shape) if n == 1 and g.shape[i] != 1)
    return g.sum(stretched, keepdims=True) if stretched else g
