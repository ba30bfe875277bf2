"""The state behind the worker: loaded models and usable engines. No thread, no queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .engines import Engine
from .engines.numpy_engine import NumpyEngine
from .errors import EngineError, ModelError
from .messages import (
    Arrays,
    EngineChanged,
    EngineFailed,
    Failure,
    Infer,
    LoadModel,
    ModelFailed,
    ModelLoaded,
    Notice,
    Result,
)
from .model_cache import read_cached
from .models import MODELS
from .runner import Model, Runner


@dataclass(eq=False)
class Loaded:
    """A model and its runners, one per engine that has packed it."""

    model: Model
    runners: dict[str, Runner] = field(default_factory=dict)

    def runner(self, engine: Engine) -> Runner:
        if engine.name not in self.runners:
            self.runners[engine.name] = engine.load(self.model)
        return self.runners[engine.name]

    @cached_property
    def reference(self) -> Runner:
        """The model on the numpy engine, which shares the weights that were read."""
        return NumpyEngine().load(self.model)


class Session:
    """Runs requests on the preferred engine that is ready, falling back when one fails.

    ``order``: engine names, preferred first. ``last``: the engine that is always ready; it is
    never dropped. Everything but ``pack`` belongs to one thread. ``notify`` hears about models
    and engines, on that thread.
    """

    def __init__(
        self,
        order: Sequence[str],
        last: Engine,
        notify: Callable[[Notice], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._order = list(order)
        self._ready: dict[str, Engine] = {last.name: last}
        self._last = last
        self._notify = notify
        self._clock = clock
        self._models: dict[str, Loaded] = {}
        self.engine = last

    def step(self, request: Infer) -> Result | Failure:
        """The result of one request, or the sentence that says why there is none."""
        started = self._clock()
        try:
            loaded = self.loaded(request.model)
            outputs, engine = self.run(loaded, request.inputs)
            result = Result(request, outputs, started, self._clock(), engine)
            return self._refer(loaded, result) if request.reference else result
        except (ModelError, EngineError) as error:
            return Failure(request, str(error))

    def _refer(self, loaded: Loaded, result: Result) -> Result:
        started = self._clock()
        outputs = loaded.reference.run(result.request.inputs)
        return replace(result, reference=outputs, reference_duration=self._clock() - started)

    def loaded(self, model: str) -> Loaded:
        """The model as it is now. Raises ModelError when it is not loaded."""
        if model not in self._models:
            raise ModelError(f"The model '{model}' is not loaded.")
        return self._models[model]

    def run(self, loaded: Loaded, inputs: Arrays) -> tuple[dict[str, np.ndarray], str]:
        """Outputs and the name of the engine that made them.

        An engine that fails is dropped and the next one runs the same inputs. Raises ModelError
        for wrong inputs and EngineError when the last engine fails too.
        """
        while True:
            engine = self.engine
            try:
                runner = loaded.runner(engine)
                return runner.run(inputs), runner.engine
            except ModelError:
                raise
            except MemoryError as error:
                raise ModelError(
                    f"{loaded.model.name}: not enough memory for this batch."
                ) from error
            except Exception as error:  # an engine may fail in any way; the next one takes over
                reason = f"{type(error).__name__}: {error}"
                message = f"The {engine.name} engine failed on {loaded.model.name} ({reason})."
                if engine is self._last:
                    raise EngineError(message) from error
                self.drop(engine.name, message)

    def load(self, request: LoadModel) -> None:
        """Read a model and put it in place; a bad file leaves the old one."""
        try:
            model = read_cached(request.path, MODELS.get(request.model))
            loaded = Loaded(model)
            self._try(loaded)
        except (ModelError, EngineError) as error:
            self._notify(ModelFailed(request.model, request.path, str(error)))
            return
        self._models[request.model] = loaded
        runner = loaded.runner(self.engine)
        self._notify(
            ModelLoaded(request.model, request.path, runner.inputs, runner.outputs, runner.warnings)
        )

    def pack(self, engine: Engine) -> None:
        """Give every loaded model a runner of ``engine``. May run on another thread."""
        for loaded in list(self._models.values()):
            loaded.runner(engine)

    def adopt(self, engine: Engine) -> None:
        """A prepared engine joins; it takes over when it is the most preferred.

        Models loaded while it was prepared are packed now, not when the first slider moves.
        """
        self._ready[engine.name] = engine
        self._choose()
        for loaded in self._models.values():
            with suppress(EngineError, ModelError):
                self._try(loaded)

    def drop(self, name: str, message: str) -> None:
        """An engine is out; the most preferred of the others takes over."""
        self._ready.pop(name, None)
        fallback = self._best()
        self._notify(EngineFailed(name, f"{message} Running on the {fallback.name} engine."))
        self._choose()

    def prefer(self, name: str) -> bool:
        """Put ``name`` first; whether it is ready."""
        self._order.remove(name)
        self._order.insert(0, name)
        self._choose()
        return name in self._ready

    def _try(self, loaded: Loaded) -> None:
        """Run a row of zeros, which packs the model and touches its memory."""
        model = loaded.model
        self.run(loaded, {model.input_name: np.zeros((1, *model.input_shape))})

    def _best(self) -> Engine:
        return next(self._ready[name] for name in self._order if name in self._ready)

    def _choose(self) -> None:
        best = self._best()
        if best is not self.engine:
            self.engine = best
            self._notify(EngineChanged(best.name))
