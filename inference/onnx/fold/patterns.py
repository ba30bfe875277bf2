"""Activations that exporters spell out in several nodes, put back as the one node they stand for.

Below opset 20, PyTorch, TensorFlow and JAX write Gelu as arithmetic around Erf or Tanh. However
they order and group it, it is a polynomial in its argument x and in e, which is the Erf or Tanh
of a polynomial in x: comparing the coefficients of both tells it from anything else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence

import numpy as np

from inference.graph import Node

TOLERANCE = 1e-5
"""Relative, of what stands under Erf or Tanh: 1.4142 for √2 changes no result by more than 3e-6."""
SATURATED = 15.0
"""From here on softplus(x) is x in float32."""
MAX_NODES = 12
"""Most nodes that one activation is spelled out in; PyTorch takes up to 9."""

Polynomial = dict[tuple[int, int], float]
"""Coefficients by the powers of x and of e."""
Changes = dict[int, Node | None]
"""What takes the place of the node at an index; None: nothing."""

_ROOT = math.sqrt(2 / math.pi)
_FORMS: dict[str, tuple[str, Polynomial]] = {
    "Erf": ("none", {(1, 0): math.sqrt(0.5)}),
    "Tanh": ("tanh", {(1, 0): _ROOT, (3, 0): 0.044715 * _ROOT}),
}
_INPUTS = {"Add": 2, "Sub": 2, "Mul": 2, "Div": 2, "Pow": 2, "Neg": 1, "Identity": 1}
"""The arithmetic that is read, and how many inputs it has."""


def fuse_patterns(
    nodes: Sequence[Node], constants: Mapping[str, object], outputs: Container[str]
) -> list[Node]:
    """``nodes`` with one Gelu for those that together are one, and PyTorch's Softplus unguarded.

    Gelu: ``0.5 x (1 + erf(x / √2))`` and ``0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))`` from Add,
    Sub, Mul, Div, Pow, Neg and Identity, unless what lies between is read elsewhere or is one of
    the ``outputs``. Softplus: ``Where(b x > t, x, Softplus(b x) / b)`` with t of at least
    SATURATED, of which the last term remains. constants: tensors by name; of these, single numbers
    count. All other nodes stay as they are.
    """
    links = _Links(nodes, constants, outputs)
    changes: Changes = {}
    if links.is_sound():
        for place, node in enumerate(nodes):
            if node.op in _FORMS and _is(node, node.op, 1):
                changes.update(_gelu(links, place))
            elif _is(node, "Where", 3):
                changes.update(_softplus(links, place))
    kept = (changes.get(place, node) for place, node in enumerate(nodes))
    return [node for node in kept if node is not None]


class _Links:
    """Who makes and who reads each tensor, by index among ``nodes``."""

    def __init__(
        self, nodes: Sequence[Node], constants: Mapping[str, object], outputs: Container[str]
    ) -> None:
        self.nodes = nodes
        self._constants = constants
        self._outputs = outputs
        self._makers: dict[str, int] = {}
        self._readers: dict[str, list[int]] = defaultdict(list)
        for place, node in enumerate(nodes):
            self._makers.update(dict.fromkeys(filter(None, node.outputs), place))
            for name in node.inputs:
                self._readers[name].append(place)

    def is_sound(self) -> bool:
        """Whether each name is given once; whoever folds the nodes tells if not."""
        given = sum(bool(name) for node in self.nodes for name in node.outputs)
        return given == len(self._makers) and self._makers.keys().isdisjoint(self._constants)

    def number(self, name: str) -> float | None:
        """A constant that leaves the shape of what it is combined with."""
        array = self._constants.get(name)
        single = isinstance(array, np.ndarray) and array.size == 1 and array.ndim <= 1
        return float(array.reshape(())) if single else None  # type: ignore[attr-defined]

    def maker(self, name: str, op: str, inputs: int) -> int:
        """The node that gives a tensor; -1: none, or not by that operator."""
        place = self._makers.get(name, -1)
        return place if place >= 0 and _is(self.nodes[place], op, inputs) else -1

    def arithmetic(self, name: str) -> int:
        """The same for any of the operators that make polynomials."""
        place = self._makers.get(name, -1)
        return place if place >= 0 and _is_arithmetic(self.nodes[place]) else -1

    def only_reader(self, name: str) -> int:
        """The one node that reads a tensor; -1: none, or not that alone."""
        readers = self._readers.get(name, [-1])
        alone = name not in self._outputs and all(place == readers[0] for place in readers)
        return readers[0] if alone else -1

    def stays_within(self, name: str, places: Container[int]) -> bool:
        readers = self._readers.get(name, [])
        return name not in self._outputs and all(place in places for place in readers)

    def above(self, name: str, steps: int) -> Iterator[str]:
        """A tensor and those that it is computed from by some steps of arithmetic."""
        yield name
        place = self.arithmetic(name)
        if steps and place >= 0:
            for source in self.nodes[place].inputs:
                yield from self.above(source, steps - 1)


class _Reading:
    """Tensors as polynomials in the tensors ``x`` and ``e``; ``places``: the nodes in them."""

    def __init__(self, links: _Links, x: str, e: str) -> None:
        self._links = links
        self._known: dict[str, Polynomial] = {e: {(0, 1): 1.0}, x: {(1, 0): 1.0}}
        self.places: set[int] = set()

    def is_close(self, name: str, wanted: Polynomial, tolerance: float = 0.0) -> bool:
        found = self.of(name)
        return found is not None and all(
            math.isclose(found.get(key, 0.0), wanted.get(key, 0.0), rel_tol=tolerance)
            for key in found.keys() | wanted.keys()
        )

    def of(self, name: str) -> Polynomial | None:
        """None: it is no polynomial, or no small one."""
        if name in self._known:
            return self._known[name]
        number = self._links.number(name)
        if number is not None:
            return {(0, 0): number}
        place = self._links.arithmetic(name)
        if place < 0 or place in self.places or len(self.places) == MAX_NODES:
            return None
        node = self._links.nodes[place]
        self.places.add(place)
        terms = [self.of(source) for source in node.inputs]
        made = _combined(node.op, [term for term in terms if term is not None])
        if made is not None:
            self._known[name] = made
        return made


def _combined(op: str, terms: list[Polynomial]) -> Polynomial | None:
    """The result of one node of arithmetic; None where it is no polynomial of low powers."""
    if len(terms) < _INPUTS[op]:
        return None
    a, b = terms[0], terms[-1]
    number = b.get((0, 0), 0.0) if b.keys() == {(0, 0)} else 0.0
    match op:
        case "Identity":
            return a
        case "Neg":
            return _times(a, -1.0)
        case "Add" | "Sub":
            b = b if op == "Add" else _times(b, -1.0)
            return {key: a.get(key, 0.0) + b.get(key, 0.0) for key in a.keys() | b.keys()}
        case "Mul":
            return _product(a, b)
        case "Div" if number:
            return _times(a, 1 / number)
        case "Pow" if number == 2:
            return _product(a, a)
        case "Pow" if number == 3:
            square = _product(a, a)
            return square and _product(square, a)
    return None


def _times(a: Polynomial, factor: float) -> Polynomial:
    return {key: value * factor for key, value in a.items()}


def _product(a: Polynomial, b: Polynomial) -> Polynomial | None:
    made: Polynomial = defaultdict(float)
    for (i, k), value in a.items():
        for (j, m), factor in b.items():
            if i + j > 3 or k + m > 1:
                return None
            made[i + j, k + m] += value * factor
    return dict(made)


def _is(node: Node, op: str, inputs: int) -> bool:
    standard = not node.domain and node.op == op
    return standard and len(node.inputs) == inputs and len(node.outputs) == 1


def _is_arithmetic(node: Node) -> bool:
    return node.op in _INPUTS and _is(node, node.op, _INPUTS[node.op])


def _gelu(links: _Links, place: int) -> Changes:
    """The changes if the Erf or Tanh at ``place`` is that of a Gelu."""
    argument, e = links.nodes[place].inputs[0], links.nodes[place].outputs[0]
    form, inside = _FORMS[links.nodes[place].op]
    for x in dict.fromkeys(links.above(argument, 2)) if links.only_reader(e) >= 0 else ():
        reading = _Reading(links, x, e)
        for sign in (1.0, -1.0):  # both functions are odd: JAX writes 1 - erf(-x / √2)
            if not reading.is_close(argument, _times(inside, sign), TOLERANCE):
                continue
            root = _below(links, reading, e, {(1, 0): 0.5, (1, 1): 0.5 * sign})
            parts = reading.places | {place}
            between = [links.nodes[part].outputs[0] for part in parts - {root}]
            if root >= 0 and all(links.stays_within(name, parts) for name in between):
                result = links.nodes[root].outputs[0]
                gelu = Node("Gelu", result, (x,), (result,), {"approximate": form})
                return {**dict.fromkeys(parts), root: gelu}
    return {}


def _below(links: _Links, reading: _Reading, name: str, wanted: Polynomial) -> int:
    """The node that gives ``wanted`` from ``name``, each between read by the next; -1: none."""
    place = links.only_reader(name)
    while place >= 0 and _is_arithmetic(links.nodes[place]):
        name = links.nodes[place].outputs[0]
        if reading.is_close(name, wanted):
            return place
        place = links.only_reader(name) if reading.of(name) else -1
    return -1


def _softplus(links: _Links, place: int) -> Changes:
    """The changes if the Where at ``place`` only guards a Softplus against overflow."""
    condition, x, guarded = links.nodes[place].inputs
    compare = links.maker(condition, "Greater", 2)
    if compare < 0 or links.only_reader(condition) != place:
        return {}
    compared, limit = links.nodes[compare].inputs[0], links.number(links.nodes[compare].inputs[1])
    for e in links.above(guarded, 1) if limit is not None and limit >= SATURATED else ():
        inner = links.maker(e, "Softplus", 1)
        if inner < 0 or links.nodes[inner].inputs[0] != compared:
            continue
        reading = _Reading(links, x, e)
        scale = (reading.of(compared) or {}).get((1, 0), 0.0)
        wanted = {(0, 1): 1 / scale if scale else math.inf}
        if reading.is_close(compared, {(1, 0): scale}) and reading.is_close(
            guarded, wanted, TOLERANCE
        ):
            result = links.nodes[place].outputs[0]
            return {compare: None, place: Node("Identity", result, (guarded,), (result,), {})}
    return {}
