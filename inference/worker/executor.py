"""The state behind the worker: loaded models and usable engines. No thread, no queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

import numpy as np

from inference.engines import Engine
from inference.errors import EngineError, ModelError, NotServed, ServerError
from inference.runner import Provisional, Runner

from .loaded import Loaded, read
from .messages import (
    Arrays,
    EngineChanged,
    EngineFailed,
    EngineReady,
    Failure,
    Infer,
    LoadModel,
    ModelDeclined,
    ModelFailed,
    ModelLoaded,
    ModelReloaded,
    ModelUnloaded,
    Notice,
    Result,
)

Found = TypeVar("Found")
KEPT_ENGINES = 2
"""Engines besides the last that keep their packed models: the one in use, the one before it."""


class Ran(NamedTuple):
    """Outputs, the engine that made them, and how long they were on their way from it (s)."""

    outputs: dict[str, np.ndarray]
    engine: str
    network_s: float


class Executor:
    """Runs requests on the preferred engine that is ready, falling back when one fails.

    ``order``: engine names, preferred first. ``last``: the engine that is always ready; it is
    never dropped. Everything but ``missing`` and ``engines`` belongs to one thread. ``notify``
    hears about models and engines, on that thread.
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
            ran = self.run(loaded, request.inputs)
            result = Result(
                request, ran.outputs, started, self._clock(), ran.engine, network_s=ran.network_s
            )
            result = self._refer(loaded, result) if request.reference else result
            return self._differentiated(loaded, result) if request.gradient else result
        except (ModelError, EngineError) as error:
            return Failure(request, str(error))

    def loaded(self, model: str) -> Loaded:
        """The model as it is now. Raises ModelError when it is not loaded."""
        if model not in self._models:
            raise ModelError(f"The model '{model}' is not loaded.")
        return self._models[model]

    def run(self, loaded: Loaded, inputs: Arrays) -> Ran:
        """The outputs, and how they came about.

        An engine that fails is dropped and the next one runs the same inputs. Raises ModelError
        for wrong inputs and EngineError when the last engine fails too.
        """

        def on(engine: Engine) -> Ran:
            runner = loaded.runner(engine)
            outputs = runner.run(inputs)
            return Ran(outputs, runner.engine, runner.network_s)

        return self._try(loaded, on)

    def _try(self, loaded: Loaded, on: Callable[[Engine], Found]) -> Found:
        """What ``on`` makes of the engine of the moment, or of the next where that fails."""
        while True:
            engine = self._running(loaded)
            try:
                return on(engine)
            except ModelError:
                raise
            except NotServed as lacking:
                self._decline(loaded, engine.name, str(lacking))
            except ServerError as lost:
                loaded.forget(engine.name)
                self.drop(engine.name, str(lost))
            except MemoryError as error:
                raise ModelError(
                    f"{loaded.model.name}: not enough memory for this batch."
                ) from error
            except Exception as error:  # an engine may fail in any way; the next one takes over
                reason = f"{type(error).__name__}: {error}"
                message = f"The {engine.name} engine failed on {loaded.model.name} ({reason})."
                if engine is self._last:
                    raise EngineError(message) from error
                loaded.forget(engine.name)
                self.drop(engine.name, message)

    def load(self, request: LoadModel) -> Loaded | None:
        """Read a model and put it in place; a bad file leaves the old one."""
        try:
            loaded = read(request.model, request.path)
            self.run(loaded, loaded.zeros())
        except (ModelError, EngineError) as error:
            self._notify(ModelFailed(request.model, request.path, str(error)))
            return None
        self._models[request.model] = loaded
        self._tell(loaded, ModelLoaded)
        return loaded

    def reload(self, old: Loaded, new: Loaded) -> bool:
        """Put ``new`` in the place of ``old``, if that is still loaded; whether it was."""
        if self._models.get(old.name) is not old:
            return False
        self._models[old.name] = new
        self._tell(new, ModelReloaded)
        return True

    def unload(self, model: str) -> None:
        """Forget a model; tells so if there was one."""
        if self._models.pop(model, None):
            self._notify(ModelUnloaded(model))

    def missing(self, engine: Engine) -> list[Loaded]:
        """Models that ``engine`` has yet to pack or compile; the last needs neither.

        For any thread.
        """
        if engine is self._last:
            return []
        return [
            loaded
            for loaded in list(self._models.values())
            if isinstance(loaded.runners.get(engine.name), Provisional | None)
            and engine.name not in loaded.declined
        ]

    def engines(self) -> dict[str, Engine]:
        """The engines that are ready, by name. For any thread."""
        return self._ready.copy()

    def install(self, engine: Engine, runners: Iterable[tuple[Loaded, Runner | str]]) -> None:
        """Give models the runners that were packed elsewhere, or the reason why there is none."""
        for loaded, runner in runners:
            if isinstance(runner, str):
                self._decline(loaded, engine.name, runner)
            else:
                loaded.runners[engine.name] = runner

    def join(self, engine: Engine, seconds: float) -> None:
        """An engine is ready after ``seconds``; it takes over when it is the most preferred."""
        if self._ready.get(engine.name) is not engine:
            self._ready[engine.name] = engine
            self._notify(EngineReady(engine.name, seconds))
        self._choose()
        self._retire()

    def drop(self, name: str, message: str) -> None:
        """An engine is out; the most preferred of the others takes over."""
        self._forget(name)
        fallback = self._best()
        self._notify(EngineFailed(name, f"{message} Running on the {fallback.name} engine."))
        self._choose()

    def prefer(self, name: str) -> bool:
        """Put ``name`` before all others, the running engine next; whether it could take over.

        It cannot while it is not ready or has models to pack.
        """
        first = [name, self.engine.name]
        self._order = list(dict.fromkeys([*first, *self._order]))
        engine = self._ready.get(name)
        if engine is None or self.missing(engine):
            return False
        self._choose()
        return True

    def _refer(self, loaded: Loaded, result: Result) -> Result:
        started = self._clock()
        outputs = loaded.reference.run(result.request.inputs)
        return replace(result, reference=outputs, reference_duration=self._clock() - started)

    def _differentiated(self, loaded: Loaded, result: Result) -> Result:
        request = result.request
        assert isinstance(request, Infer) and request.gradient is not None
        rows, of = request.inputs[loaded.model.input_name], request.gradient
        found = self._try(loaded, lambda engine: loaded.gradient(engine, rows, of))
        return replace(result, gradient=found)

    def _tell(self, loaded: Loaded, kind: type[ModelLoaded]) -> None:
        runner = loaded.runner(self._running(loaded))
        self._notify(kind(loaded.name, loaded.path, runner.inputs, runner.outputs, runner.warnings))

    def _running(self, loaded: Loaded) -> Engine:
        """What runs the model: the engine of the moment, or the next where that lacks it."""
        lacks = self.engine.name in loaded.declined
        return self._best(loaded.declined) if lacks else self.engine

    def _best(self, but: Container[str] = ()) -> Engine:
        return next(
            self._ready[name] for name in self._order if name in self._ready and name not in but
        )

    def _decline(self, loaded: Loaded, engine: str, reason: str) -> None:
        """The engine lacks that model, which another runs; told once until it comes back."""
        if engine not in loaded.declined:
            loaded.declined.add(engine)
            loaded.runners.pop(engine, None)
            here = f"{reason} It runs on the {self._running(loaded).name} engine."
            self._notify(ModelDeclined(loaded.name, engine, here))

    def _choose(self) -> None:
        best = self._best()
        if best is not self.engine:
            self.engine = best
            self._notify(EngineChanged(best.name))

    def _retire(self) -> None:
        """Give back the memory of the engines that were in use longest ago."""
        spare = [n for n in self._order if n in self._ready and n != self._last.name]
        for name in spare[KEPT_ENGINES:]:
            self._forget(name)

    def _forget(self, name: str) -> None:
        self._ready.pop(name, None)
        for loaded in self._models.values():
            loaded.forget(name)
