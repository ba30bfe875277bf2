"""MAX: our kernel as a custom op on the CPU, MAX's own ops on a GPU, general graphs lowered.

What MAX compiles is kept in the cache by layout, not by weights: MLPs on the CPU never compile
again after the first time, whatever file they come from. MAX is imported by ``prepare``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from inference.engines.base import graph_runner
from inference.engines.numpy import NumpyRunner
from inference.errors import EngineError
from inference.graph import Model
from inference.mlp import Mlp
from inference.runner import Provisional, Report, Runner
from kernels.cache import cached

from .importing import import_max
from .recipes import Job, installed, recipe

if TYPE_CHECKING:
    from .device import DenseModels
    from .fused import FusedModels
    from .runtime import MaxRuntime


class MaxEngine:
    """device: ``cpu`` or ``gpu``; its name is that of the variant, ``max`` or ``max-gpu``.

    ``load`` gives a ``Provisional`` for a network that must be compiled by itself: a general
    graph, and on a GPU an MLP of another layout than the five models. Once prepared, it has its
    ``runtime``, and on the CPU its ``fused`` models.
    """

    def __init__(self, device: str = "cpu") -> None:
        self.name = "max" if device == "cpu" else "max-gpu"
        self._device = device
        self.runtime: MaxRuntime | None = None
        self.fused: FusedModels | None = None
        self._dense: DenseModels | None = None

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Load MAX, and compile the five models unless they are in the cache."""
        installed()
        import_max()
        from .device import DenseModels
        from .fused import FusedModels
        from .runtime import MaxRuntime

        runtime = MaxRuntime(self._device)
        if self._device == "cpu":
            self.fused = FusedModels(runtime, report, cancel)
        else:
            self._dense = DenseModels(runtime, self._device, report, cancel)
        self.runtime = runtime

    def load(self, model: Model) -> Runner:
        """A runner, or a ``Provisional``. Raises EngineError before ``prepare``."""
        if self.runtime is None:
            raise EngineError("The models are not compiled for MAX yet.")
        if isinstance(model, Mlp):
            if self.fused:
                return self.fused.load(model)
            if self._dense and (runner := self._dense.load(model, self.name)):
                return runner
        own = Compiling(model, self.runtime, self._device, self.name)
        return own.compile(_silent, threading.Event()) if own.ready() else own


class Compiling(Provisional):
    """On NumPy until its own module is compiled."""

    def __init__(self, model: Model, runtime: MaxRuntime, device: str, name: str) -> None:
        super().__init__(model)
        self._serving = NumpyRunner(model) if isinstance(model, Mlp) else graph_runner(model)
        self.engine = self._serving.engine
        self._model, self._runtime, self._engine = model, runtime, name
        self._job = Job(device, model, runtime.target)

    def ready(self) -> bool:
        """Whether the module is in the cache."""
        return cached(recipe(self._job)) is not None

    def compile(self, report: Report, cancel: threading.Event) -> Runner:
        """The network on MAX, compiled by another process. Raises EngineError."""
        from .device import load_own

        module = self._runtime.module(self._job, report, cancel)
        return load_own(self._runtime, module, self._model, self._engine)

    def _forward(self, x: np.ndarray) -> Sequence[np.ndarray]:
        return self._serving._forward(x)


def _silent(elapsed: float, estimate: float, what: str) -> None:
    """Nobody hears about what takes no time."""
