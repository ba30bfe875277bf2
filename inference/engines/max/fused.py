"""MLPs on the CPU: our kernel as one custom op of MAX. Importing this imports MAX."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from max.driver import Buffer
from max.engine import Model as Graph

from inference.engines.packing import Packed, pack
from inference.errors import EngineError
from inference.mlp import Mlp
from inference.runner import Report, Runner
from kernels.host import cpu

from .layout import GENERIC, LAYOUT, architectures, layout, parameters_name
from .recipes import Job
from .runtime import MaxRuntime

_ROWS = 64
_UNUSED = np.zeros(16, np.float32)
"""In the registry for the graphs that are not asked for: MAX wants a name for each."""


class FusedModels:
    """The module of all MLPs. Nothing more is ever compiled for one.

    width, rows: what the kernel in it packs for.
    """

    def __init__(self, runtime: MaxRuntime, report: Report, cancel: threading.Event) -> None:
        self._runtime = runtime
        self._names = {layout(mlp): name for name, mlp in architectures().items()}
        self.width, self.rows = likely_width(), _ROWS
        if not self._fits(report, cancel) and not self._fits(report, cancel):
            raise EngineError("The kernel in MAX's module does not say what it packs for.")

    def _fits(self, report: Report, cancel: threading.Event) -> bool:
        """Compile for the width and rows that are set, and set those that the kernel says."""
        job = Job("cpu", width=self.width, rows=self.rows)
        self._module = self._runtime.module(job, report, cancel)
        said = tuple(map(int, self._graph(LAYOUT, _UNUSED).execute()[0].to_numpy()))
        fit = said == (self.width, self.rows)
        self.width, self.rows = said
        return fit

    def load(self, mlp: Mlp) -> Runner:
        """A runner of any MLP; the five run a graph of their own."""
        packed = pack(mlp, self.width, self.rows)
        name = self._names.get(layout(mlp), GENERIC)
        graph = self._graph(name, packed.parameters)
        if name != GENERIC:
            return FusedRunner(mlp, packed, graph, ())
        total = sum(mlp.layers[end].width for end in packed.ends)
        carrier = np.empty((0, total, packed.scratch.size), np.uint8)
        others = (packed.parameters, packed.program, carrier)
        return FusedRunner(mlp, packed, graph, [Buffer.from_numpy(array) for array in others])

    def _graph(self, name: str, parameters: np.ndarray) -> Graph:
        registry = {parameters_name(known): _UNUSED for known in self._names.values()}
        registry[parameters_name(name)] = parameters
        return self._runtime.graph(self._module, name, registry)


class FusedRunner(Runner):
    """Results are views of memory that MAX gives for each call. others: what it takes beside x."""

    engine = "max"

    def __init__(self, mlp: Mlp, packed: Packed, graph: Graph, others: Sequence[Buffer]) -> None:
        super().__init__(mlp)
        self._graph, self._others = graph, others
        self._parameters = packed.parameters  # the graph borrows them
        self._inputs = mlp.input_width
        self._ends = np.cumsum([mlp.layers[end].width for end in packed.ends])[:-1]
        self._order = [(packed.ends.index(o.layer), o.shape) for o in mlp.outputs]

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        batch = len(x)
        rows = Buffer.from_numpy(x.reshape(batch, self._inputs))
        whole = self._graph.execute(rows, *self._others)[0].to_numpy().reshape(-1)
        blocks = np.split(whole, self._ends * batch)
        return [blocks[i].reshape(batch, *shape) for i, shape in self._order]


def likely_width() -> int:
    """The SIMD width of float32 that Mojo takes on this CPU."""
    features = cpu().split()
    return 16 if "avx512f" in features else 8 if "avx" in features else 4
