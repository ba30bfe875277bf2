"""Our fused kernel (``kernels/mlp.mojo``), called through its C ABI."""

from __future__ import annotations

import ctypes
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np

from kernels.build import BuildError, build

from ..errors import EngineError
from ..mlp import Dense, Mlp
from ..runner import Model, Runner
from .base import Report, graph_runner

_ALIGNMENT = 64


class Library:
    """The functions of the built kernel library."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))  # releases the GIL during a call
        self.run = library.mlp_run
        self.run.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self.run.restype = None
        self.width: int = library.mlp_width()
        self.rows: int = library.mlp_rows()


class MojoRunner(Runner):
    engine = "mojo"

    def __init__(self, mlp: Mlp, library: Library) -> None:
        super().__init__(mlp)
        ends = sorted({output.layer for output in mlp.outputs})
        shapes = {output.layer: output.shape for output in mlp.outputs}
        self._shapes = [shapes[end] for end in ends]
        self._order = [(ends.index(o.layer), o.shape) for o in mlp.outputs]
        self._parameters, program, scratch = _pack(mlp, ends, library)
        self._scratch = _aligned(scratch)
        header = (_address(self._parameters), _address(self._scratch), mlp.input_width)
        self._model = np.array([*header, len(mlp.layers), *program], np.int64)
        self._call = (ctypes.c_int64 * (2 + len(ends)))()
        self._run = library.run
        self._arguments = (_address(self._model), ctypes.addressof(self._call))

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        batch = len(x)
        call = self._call
        call[0] = _address(x)
        call[1] = batch
        results = [np.empty((batch, *shape), np.float32) for shape in self._shapes]
        for i, result in enumerate(results):
            call[2 + i] = _address(result)
        self._run(*self._arguments)
        return [results[i].reshape(batch, *shape) for i, shape in self._order]


def _pack(mlp: Mlp, ends: list[int], library: Library) -> tuple[np.ndarray, list[int], int]:
    """The parameters in the kernel's layout, the numbers of its layers, floats of scratch."""
    width = library.width
    panels = [math.ceil(layer.width / width) for layer in mlp.layers]
    sizes = [
        n * width * (layer.weight.shape[1] + 2) for n, layer in zip(panels, mlp.layers, strict=True)
    ]
    parameters = _aligned(sum(sizes))
    program: list[int] = []
    place = scratch = 0
    for index, (layer, count, size) in enumerate(zip(mlp.layers, panels, sizes, strict=True)):
        inputs = layer.weight.shape[1]
        bias = place + count * width * inputs
        _fill(parameters[place : place + size], layer, count, width)
        end = ends.index(index) if index in ends else -1
        stride = layer.width if index in ends else count * width
        program += [layer.source, inputs, layer.width, place, bias, layer.activation, end]
        program += [scratch, stride]
        place += size
        scratch += 0 if index in ends else stride * library.rows
    return parameters, program, scratch


def _fill(part: np.ndarray, layer: Dense, panels: int, width: int) -> None:
    """Weights in panels of ``width`` outputs, then the bias, then the slope."""
    outputs, inputs = layer.weight.shape
    weights, bias, slope = np.split(part, (panels * width * inputs, panels * width * (inputs + 1)))
    packed = weights.reshape(panels, inputs, width)
    whole = outputs // width
    packed[:whole] = layer.weight[: whole * width].reshape(whole, width, inputs).swapaxes(1, 2)
    if whole < panels:
        packed[whole, :, : outputs - whole * width] = layer.weight[whole * width :].T
    bias[:outputs] = layer.bias
    slope[0] = layer.slope


def _aligned(count: int) -> np.ndarray:
    """Zeros that begin at a cache line."""
    spare = _ALIGNMENT // 4
    block = np.zeros(count + spare, np.float32)
    start = -_address(block) % _ALIGNMENT // 4
    return block[start : start + count]


def _address(array: Any) -> int:
    """Of a contiguous array's first number; the first way is four times as fast."""
    if array.size and array.flags.writeable:
        return ctypes.addressof(ctypes.c_char.from_buffer(array))
    return int(array.__array_interface__["data"][0])


class MojoEngine:
    name = "mojo"

    def __init__(self) -> None:
        self._library: Library | None = None

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Build the kernel unless it is in the cache, and load it."""
        try:
            self._library = Library(build(report, cancel))
        except BuildError as error:
            raise EngineError(str(error)) from error
        except OSError as error:
            raise EngineError(f"The Mojo kernel cannot be used here ({error}).") from error

    def load(self, model: Model) -> Runner:
        if self._library is None:
            raise EngineError("The Mojo kernel is not built yet.")
        return MojoRunner(model, self._library) if isinstance(model, Mlp) else graph_runner(model)
