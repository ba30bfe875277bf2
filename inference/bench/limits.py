"""The library of ``kernels/limits.mojo``: what one thread can do at most."""

from __future__ import annotations

import ctypes
import threading
from functools import cache

from inference.errors import EngineError
from kernels.build import SOURCE as MLP_SOURCE
from kernels.build import BuildError, build

SOURCE = MLP_SOURCE.with_name("limits.mojo")


@cache
def library() -> ctypes.CDLL:
    """Raises EngineError where it cannot be built."""
    try:
        library = ctypes.CDLL(str(build(lambda *_: None, threading.Event(), SOURCE)))
    except (BuildError, OSError) as error:
        raise EngineError(str(error)) from error
    library.read_floats.argtypes = [ctypes.c_int64] * 3
    library.read_floats.restype = ctypes.c_float
    library.multiply_add.argtypes = [ctypes.c_int64, ctypes.c_float]
    library.multiply_add.restype = ctypes.c_float
    library.step_products.restype = ctypes.c_int64
    return library


class Multiplier:
    """Multiplies and adds as fast as one thread can, without reading memory.

    products: multiply-adds of float32 for one row.
    """

    def __init__(self, products: int) -> None:
        self.products = products
        self._function = library().multiply_add
        self._step: int = library().step_products()

    def steps(self, rows: int) -> int:
        """Steps of the library that make so many multiply-adds, at least."""
        return -(-self.products * rows // self._step)

    def total(self, rows: int, factor: float) -> float:
        """The sum of what ``run`` computes, by another factor, which is how it computes."""
        return float(self._function(self.steps(rows), factor))

    def run(self, rows: int) -> tuple[()]:
        """As many as ``rows`` rows need; what a network without outputs returns."""
        self._function(self.steps(rows), 0.5)
        return ()
