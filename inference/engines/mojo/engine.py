"""Our fused kernel (``kernels/mlp.mojo``), called through its C ABI."""

from __future__ import annotations

import ctypes
import math
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from inference.engines.base import Report, graph_runner
from inference.engines.packed_cache import Ready
from inference.engines.packing import (
    DATA,
    PRECISIONS,
    address,
    aligned,
    holds_address,
    pack,
)
from inference.errors import EngineError
from inference.mlp import Mlp
from inference.runner import Runner

from .cores import Cores
from .pool import Pool
from .prefetching import choose
from .second_core import SecondCore

if TYPE_CHECKING:
    from inference.graph import Model

_POOL, _THREADS, _SPARE, _SPARE_FLOATS, _INPUT, _FIRST_RESULT = range(1, 7)
"""What a call takes, after the number of rows."""
_LINE = 16
"""Floats of a cache line."""
_empty, _FLOAT32 = np.empty, np.float32


class Library:
    """The functions of the built kernel library, and its threads, which end with it."""

    _known: ClassVar[weakref.WeakValueDictionary[Path, Library]] = weakref.WeakValueDictionary()

    @classmethod
    def at(cls, path: Path) -> Library:
        """The one of ``path``, shared by its users. Raises OSError when it cannot be loaded."""
        return cls._known.get(path) or cls._known.setdefault(path, cls(path))

    def __init__(self, path: Path) -> None:
        self.path = path
        library = ctypes.CDLL(str(path))  # releases the GIL during a call
        self.run = library.mlp_run
        self.run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        self.run.restype = None
        for name in ("mlp_help", "mlp_wake", "mlp_serve", "mlp_stop"):
            function = getattr(library, name)
            function.argtypes = [ctypes.c_void_p]
            function.restype = None
        self.second_core = SecondCore(library.mlp_help, library.mlp_wake)
        self.no_second_core = SecondCore(library.mlp_help, library.mlp_wake)
        self.pool = Pool(library.mlp_serve, library.mlp_stop)
        self.width: int = library.mlp_width()
        self.rows: int = library.mlp_rows()
        self._runner = MojoRunner if holds_address() else AskingRunner

    def runner(self, ready: Ready, engine: str, cores: Cores) -> MojoRunner:
        """A model that was packed for this library. engine: the variant's name."""
        return self._runner(ready, self, engine, cores)


class MojoRunner(Runner):
    """A packed ``Mlp``. A call takes not the addresses of its arrays but where these stand.

    That is in the arrays' own structs, so that nothing need be asked for.
    """

    def __init__(self, ready: Ready, library: Library, engine: str, cores: Cores) -> None:
        model, packed = ready.model, ready.packed
        super().__init__(model)
        self.engine = engine
        self.block = library.rows
        self.ready = ready
        self.threads = cores.for_batches()
        self._library = library
        self.second_core = library.second_core if cores.second else library.no_second_core
        if packed.shared and cores.second:
            self.second_core.start()
            weakref.finalize(self, self.second_core.retire, packed)
        ends = packed.ends
        shapes = {output.layer: output.shape for output in model.outputs}
        self._results = [(_FIRST_RESULT + i, shapes[end]) for i, end in enumerate(ends)]
        order = [(ends.index(o.layer), o.shape) for o in model.outputs]
        self._order = order if order != [(i, shapes[end]) for i, end in enumerate(ends)] else None
        self._call = (ctypes.c_int64 * (_FIRST_RESULT + len(ends)))()
        self._run = library.run
        self._arguments = (address(packed.program), ctypes.addressof(self._call))

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        batch = len(x)
        call, results = self._call, []
        call[0] = batch
        call[_INPUT] = id(x) + DATA
        if batch > 1 and self.threads > 1:
            self._gather()
        block = None if batch == 1 or len(self._results) == 1 else self._block(batch)
        for place, shape in self._results:
            result = next(block) if block else _empty((batch, *shape), _FLOAT32)
            call[place] = id(result) + DATA
            results.append(result)
        self._run(*self._arguments, self.second_core.address)
        if self._order is None:
            return results
        return self._ordered(results)

    def _gather(self) -> None:
        """Have the threads for a batch, and memory for each: from the first batch on."""
        self._library.pool.grow(self.threads)
        if self._call[_POOL]:
            return
        each = -(-self.ready.packed.scratch.size // _LINE) * _LINE
        self._spare = aligned(each * (self.threads - 1))
        self._call[_THREADS] = self.threads
        self._call[_SPARE], self._call[_SPARE_FLOATS] = address(self._spare), each
        self._call[_POOL] = address(self._library.pool.state)

    def _ordered(self, results: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Every output of the model, from the results of the layers that end it."""
        order = self._order or ()
        return [results[i].reshape(len(results[i]), *shape) for i, shape in order]

    def _block(self, batch: int) -> Iterator[np.ndarray]:
        """The results of a batch as parts of one array.

        Of several large ones glibc's malloc gives each back to the system when they are freed,
        and every page of the next ones then costs a fault: 7 % of the encoder's 1,024 rows.
        """
        sizes = [batch * math.prod(shape) for _, shape in self._results]
        block, start = _empty(sum(sizes), _FLOAT32), 0
        for size, (_, shape) in zip(sizes, self._results, strict=True):
            yield block[start : start + size].reshape(batch, *shape)
            start += size

    def bare(self, x: np.ndarray) -> Callable[[], None]:
        """The kernel's call alone, on contiguous float32 ``x`` (B, *input_shape): for measuring."""
        kept = x, self._forward(x)
        arguments = (*self._arguments, self.second_core.address)

        def call(kept: object = kept) -> None:
            self._run(*arguments)

        return call


class AskingRunner(MojoRunner):
    """The same where NumPy has the addresses elsewhere than we know: it is asked, call by call."""

    def __init__(self, ready: Ready, library: Library, engine: str, cores: Cores) -> None:
        super().__init__(ready, library, engine, cores)
        self._addresses = (ctypes.c_int64 * len(self._call))()
        start = ctypes.addressof(self._addresses)
        for place in range(_INPUT, len(self._call)):
            self._call[place] = start + place * ctypes.sizeof(ctypes.c_int64)

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        self._call[0] = len(x)
        if len(x) > 1 and self.threads > 1:
            self._gather()
        results = [_empty((len(x), *shape), _FLOAT32) for _, shape in self._results]
        for place, array in enumerate((x, *results), _INPUT):
            self._addresses[place] = array.ctypes.data
        self._run(*self._arguments, self.second_core.address)
        return results if self._order is None else self._ordered(results)


class MojoEngine:
    """precision: one of ``PRECISIONS``; its name is that of the variant, ``mojo`` for fp32.

    cores: those that its runners may use; to be set before ``load``.
    """

    def __init__(self, precision: str = "fp32", cores: Cores | None = None) -> None:
        if precision not in PRECISIONS:
            choice = ", ".join(PRECISIONS)
            raise EngineError(f"There is no precision '{precision}'; choose one of {choice}.")
        self.name = "mojo" if precision == "fp32" else f"mojo-{precision}"
        self._precision = precision
        self.cores = cores or Cores()
        self._library: Library | None = None

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Build the kernel unless it is in the cache, and load it."""
        from kernels.build import BuildError, build  # what is ready needs none of it

        try:
            self._library = Library.at(build(report, cancel))
        except BuildError as error:
            raise EngineError(str(error)) from error
        except OSError as error:
            raise EngineError(f"The Mojo kernel cannot be used here ({error}).") from error

    def load(self, model: Model) -> Runner:
        """The packed model; a graph runs on NumPy. Raises EngineError before ``prepare``."""
        if self._library is None:
            raise EngineError("The Mojo kernel is not built yet.")
        if not isinstance(model, Mlp):
            return graph_runner(model)
        library = self._library
        packed = pack(model, library.width, library.rows, self._precision, cores=2)
        choose(model, packed, library.run)
        ready = Ready(replace(model, layers=()), packed, library.path)
        return library.runner(ready, self.name, self.cores)
