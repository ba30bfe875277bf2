"""A model loaded by an engine, ready to run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .errors import ModelError, quote, show

if TYPE_CHECKING:
    import threading

    from inference.graph import Model

    from .models import Shape

Report = Callable[[float, float, str], None]
"""Called with (seconds elapsed, seconds estimated in all, what is being done)."""
_FLOAT32 = np.dtype(np.float32)


class Runner(ABC):
    """Runs one model. Belongs to one thread at a time: engines may keep scratch memory in it.

    block: how many rows are computed together, where a row has the same bits in every block of
    more than one; None where its bits may depend on the batch. network_s: seconds of the last run
    that another machine's answer was on its way; 0 where the model runs here.
    """

    engine: str
    block: int | None = None
    network_s: float = 0.0

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.inputs: dict[str, Shape] = {model.input_name: (None, *model.input_shape)}
        self.outputs: dict[str, Shape] = {o.name: (None, *o.shape) for o in model.outputs}
        self.warnings = model.warnings
        self._names = tuple(self.outputs)
        self._input = model.input_name
        self._row = model.input_shape

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Every output as a fresh float32 array for a batch of any size, 0 included.

        Inputs are cast to contiguous float32. Raises ModelError, naming tensor and shapes,
        when a name or a shape is not the model's.
        """
        x = inputs.get(self._input)
        if x is None or len(inputs) != 1 or not self._fits(x):
            x = self.checked(inputs)
        return dict(zip(self._names, self._forward(x)))  # noqa: B905 - strict takes as long again

    def _fits(self, x: np.ndarray) -> bool:
        """Whether ``checked`` would return ``x`` itself, told in a third of the time."""
        return (
            type(x) is np.ndarray
            and x.dtype is _FLOAT32
            and x.ndim > 0
            and x.shape[1:] == self._row
            and x.flags.c_contiguous
        )

    def checked(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """The input as a contiguous float32 array (batch, \\*input_shape), or ModelError."""
        name = self._input
        if len(inputs) != 1 or name not in inputs:
            given = ", ".join(map(quote, inputs)) or "nothing"
            raise ModelError(f"{self.name} takes the input {quote(name)}, but was given {given}.")
        return as_rows(self.name, name, self._row, inputs[name])

    @abstractmethod
    def _forward(self, x: np.ndarray) -> Sequence[np.ndarray]:
        """One fresh array (B, *shape) per output for contiguous float32 ``x`` (B, *input_shape)."""


def as_rows(
    model: str, tensor: str, row: tuple[int, ...], given: object, dtype: type = np.float32
) -> np.ndarray:
    """The input ``tensor`` of ``model`` as a contiguous array (batch, \\*row) of ``dtype``.

    Raises ModelError, naming model, tensor and shapes, when it is not rows of real numbers.
    """
    try:
        values = np.asarray(given)
    except ValueError:
        raise ModelError(f"{model}: the rows of {quote(tensor)} differ in length.") from None
    if values.dtype.kind not in "biuf":
        kind = f"{values.dtype}, which is not real numbers"
        raise ModelError(f"{model}: the input {quote(tensor)} holds {kind}.")
    x: np.ndarray = np.ascontiguousarray(values, dtype)
    if x.shape[1:] != row:
        raise ModelError(
            f"{model}: the input {quote(tensor)} has shape {list(values.shape)}, "
            f"expected {show((None, *row))}."
        )
    return x


class Provisional(Runner):
    """Runs a model by other means until ``compile`` has made the runner that was asked for."""

    @abstractmethod
    def compile(self, report: Report, cancel: threading.Event) -> Runner:
        """The runner that was asked for; takes up to minutes, on any thread, while this one runs.

        Raises EngineError when it cannot be made, or when ``cancel`` is set.
        """
