"""Models read from files and packed for engines; for any thread."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inference.engines import Engine
from inference.engines.numpy import NumpyEngine
from inference.errors import ModelError, NotServed, quote, show
from inference.graph import Model
from inference.load import final_runner
from inference.mlp import Mlp
from inference.models import spec_of
from inference.onnx.cache import read_cached
from inference.runner import Report, Runner
from inference.stamp import Stamp

if TYPE_CHECKING:
    from inference.gradients import EngineGradient, Scalar


@dataclass(eq=False)
class Loaded:
    """A model as it was read, and its runners, one per engine that has packed it.

    name: what it is loaded as. stamp: its file, before it was read. The runners belong to the
    worker's thread. declined: engines that do not have this model, by name.
    """

    name: str
    path: Path
    stamp: Stamp | None
    model: Model
    runners: dict[str, Runner] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    _gradients: dict[str, EngineGradient | None] = field(default_factory=dict)

    def runner(self, engine: Engine) -> Runner:
        """The model on ``engine``, packed now if it was not before."""
        if engine.name not in self.runners:
            self.runners[engine.name] = engine.load(self.model)
        return self.runners[engine.name]

    def gradient(self, engine: Engine, rows: np.ndarray, of: Scalar) -> np.ndarray:
        """The gradient of a scalar of its output by ``rows``, of their shape.

        The engine's matrix products, where the activations let it; else NumPy. Raises ModelError
        as ``inference.gradients.differentiate``.
        """
        from inference import gradients  # most windows never ask

        if engine.name not in self._gradients:
            self._gradients[engine.name] = _differentiating(self.model, engine)
        on = self._gradients[engine.name]
        return on.run(rows, of).gradient if on else gradients.gradient(self.model, rows, of)

    def forget(self, engine: str) -> None:
        """Give back what it was packed to for ``engine``, which may be asked anew."""
        self.declined.discard(engine)
        self.runners.pop(engine, None)
        self._gradients.pop(engine, None)

    def zeros(self) -> dict[str, np.ndarray]:
        """An input of one row: to run it packs the model and touches its memory."""
        return {self.model.input_name: np.zeros((1, *self.model.input_shape), np.float32)}

    @cached_property
    def reference(self) -> Runner:
        """The model on the numpy engine, which shares the weights that were read."""
        return NumpyEngine().load(self.model)


def _differentiating(model: Model, engine: Engine) -> EngineGradient | None:
    """The model packed for gradients; None where its layers do not tell their derivatives, or
    the engine takes no network but its own."""
    from inference.gradients import EngineGradient

    try:
        return EngineGradient(model, engine) if isinstance(model, Mlp) else None
    except (ModelError, NotServed):
        return None


def read(name: str, path: Path) -> Loaded:
    """The file as the model ``name``, under the tensor names of its ``spec_of`` if it has one.

    Raises ModelError, also when its tensors are not that model's.
    """
    stamp = Stamp.of(path)
    return Loaded(name, path, stamp, read_cached(path, spec_of(name)))


def reread(old: Loaded) -> Loaded:
    """The file of ``old`` as it is now. Raises ModelError, also when its tensors have changed."""
    new = read(old.name, old.path)
    before, now = _tensors(old.model), _tensors(new.model)
    if before != now:
        raise ModelError(f"{old.path}: it has the tensors {now}, the loaded model has {before}.")
    return new


def pack(loaded: Loaded, engine: Engine, report: Report, cancel: threading.Event) -> Runner:
    """A new runner of a prepared engine, compiled if need be, and warm. Raises EngineError."""
    runner = final_runner(loaded.model, engine, report, cancel)
    with suppress(ModelError):
        runner.run(loaded.zeros())
    return runner


def _tensors(model: Model) -> str:
    sides = [(model.input_name, model.input_shape), *((o.name, o.shape) for o in model.outputs)]
    return ", ".join(f"{quote(name)} {show((None, *shape))}" for name, shape in sides)
