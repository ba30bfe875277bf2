"""MAX in this process: one device, and the compiled modules on it. Importing this imports MAX."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from contextlib import suppress

import numpy as np
from max._mlir_context import default_mlir_context
from max.driver import CPU, Accelerator, Buffer, Device, accelerator_count
from max.engine import CompiledModel, InferenceSession, Model, read

from inference.errors import EngineError
from inference.runner import Report
from kernels.build import BuildError
from kernels.cache import obtain

from .recipes import Job, recipe

if threading.current_thread() is not threading.main_thread():
    # MAX entered its MLIR context on the thread that imported it, and leaves it on the main
    # thread at exit, which fails with a message unless that has entered it.
    default_mlir_context().__exit__(None, None, None)
    atexit.register(default_mlir_context().__enter__)

Registry = Mapping[str, np.ndarray | Buffer]


class MaxRuntime:
    """Safe on any thread. device: ``cpu`` or ``gpu``. Raises EngineError without that device.

    target: what modules for that device are compiled for, as a word of the cache's keys.
    """

    def __init__(self, device: str) -> None:
        if device == "gpu" and not accelerator_count():
            raise EngineError(
                "No GPU that MAX can use was found on this machine (none, no driver, or one that "
                "MAX does not know); use --device cpu."
            )
        self.device: Device = CPU() if device == "cpu" else Accelerator()
        self.target = (
            f"{self.device.api} {self.device.architecture_name}" if device == "gpu" else ""
        )
        self._session = InferenceSession(devices=[self.device])
        self._lock = threading.Lock()

    def module(self, job: Job, report: Report, cancel: threading.Event) -> CompiledModel:
        """The compiled module of ``job``, from the cache or compiled now. Raises EngineError.

        One that is whole but that MAX refuses is compiled again, once.
        """
        order = recipe(job)
        try:
            path = obtain(order, report, cancel)
            with suppress(RuntimeError):
                return read(path)
            path.unlink(missing_ok=True)
            return read(obtain(order, report, cancel))
        except BuildError as error:
            raise EngineError(str(error)) from error
        except (RuntimeError, OSError) as error:
            raise EngineError(f"MAX cannot load what it compiled ({error}).") from error

    def graph(self, module: CompiledModel, name: str | None, weights: Registry) -> Model:
        """The graph called ``name`` (None: the only one), with ``weights``, ready to run."""
        try:
            with self._lock:
                found = self._session.init_all(module, weights_registry=weights)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"MAX cannot load what it compiled ({error}).") from error
        return found[name] if name else next(iter(found.values()))
