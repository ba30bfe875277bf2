"""Networks of MAX's own ops on a device. Importing this imports MAX."""

from __future__ import annotations

import threading

import numpy as np
from max.driver import Buffer, Usage
from max.dtype import DType
from max.engine import CompiledModel
from max.engine import Model as Graph

from inference.engines.graph_runner import PieceRunner
from inference.graph import GraphModel, Model
from inference.mlp import Mlp
from inference.runner import Report, Runner

from .layout import OWN, architectures, dense_weights, layout
from .recipes import Job
from .runtime import MaxRuntime


class DenseModels:
    """The five models on a GPU, in one module."""

    def __init__(
        self, runtime: MaxRuntime, device: str, report: Report, cancel: threading.Event
    ) -> None:
        self._runtime = runtime
        self._module = runtime.module(Job(device, target=runtime.target), report, cancel)
        known = architectures()
        self._names = {layout(mlp): name for name, mlp in known.items()}
        self._zeros = {
            key: Buffer.from_numpy(array).to(runtime.device)
            for name, mlp in known.items()
            for key, array in dense_weights(name, mlp).items()
        }

    def load(self, mlp: Mlp, engine: str) -> Runner | None:
        """None when the MLP is of another layout than the five."""
        name = self._names.get(layout(mlp))
        if name is None:
            return None
        return _dense(self._runtime, self._module, name, mlp, self._zeros, engine)


def load_own(runtime: MaxRuntime, module: CompiledModel, model: Model, engine: str) -> Runner:
    """The network of a module that was compiled for it alone."""
    if isinstance(model, Mlp):
        return _dense(runtime, module, OWN, model, {}, engine)
    return LoweredRunner(model, DeviceGraph(runtime.graph(module, None, {}), runtime), engine)


def _dense(
    runtime: MaxRuntime,
    module: CompiledModel,
    name: str,
    mlp: Mlp,
    others: dict[str, Buffer],
    engine: str,
) -> Runner:
    """``others``: weights of the module's other graphs."""
    weights = {
        key: Buffer.from_numpy(array).to(runtime.device)
        for key, array in dense_weights(name, mlp).items()
    }
    graph = runtime.graph(module, name, {**others, **weights})
    return DenseRunner(mlp, DeviceGraph(graph, runtime), engine)


class DeviceGraph:
    """A loaded graph of one float32 input, fed from the host through buffers that are reused."""

    def __init__(self, graph: Graph, runtime: MaxRuntime) -> None:
        self._graph, self._device = graph, runtime.device
        self._staging: dict[object, Buffer] = {}
        self._input: Buffer | None = None

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        """Fresh arrays, one per output."""
        if self._input is None or tuple(self._input.shape) != x.shape:
            self._input = Buffer(DType.float32, x.shape, self._device)
            self._staging.clear()
        source = self._staged("input", self._input)
        np.copyto(source.to_numpy(), x)
        self._input.inplace_copy_from(source)
        results = self._graph.execute(self._input)
        staged = [self._staged(i, result) for i, result in enumerate(results)]
        for target, result in zip(staged, results, strict=True):
            target.inplace_copy_from(result)
        self._device.synchronize()
        return [np.array(target.to_numpy()) for target in staged]

    def _staged(self, key: object, like: Buffer) -> Buffer:
        """Memory of the host, of that shape, from and to which the device copies fast."""
        if key not in self._staging:
            self._staging[key] = Buffer(like.dtype, like.shape, self._device, usage=Usage.STAGING)
        return self._staging[key]


class DenseRunner(Runner):
    """An MLP."""

    def __init__(self, mlp: Mlp, graph: DeviceGraph, engine: str) -> None:
        super().__init__(mlp)
        self.engine = engine
        self._graph = graph
        self._inputs = mlp.input_width
        self._shapes = [output.shape for output in mlp.outputs]

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        batch = len(x)
        if not batch:
            return [np.empty((0, *shape), np.float32) for shape in self._shapes]
        found = self._graph(x.reshape(batch, self._inputs))
        return [a.reshape(batch, *shape) for a, shape in zip(found, self._shapes, strict=True)]


class LoweredRunner(PieceRunner):
    """A general graph."""

    def __init__(self, model: GraphModel, graph: DeviceGraph, engine: str) -> None:
        super().__init__(model)
        self.engine = engine
        self._graph = graph

    def _piece(self, x: np.ndarray) -> list[np.ndarray]:
        return self._graph(x)
