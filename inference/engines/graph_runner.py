"""General graphs, a piece of the batch at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from inference.errors import ModelError, quote, show
from inference.graph import GraphModel
from inference.graph.evaluate import PIECE_ROWS, Evaluator
from inference.runner import Runner


class PieceRunner(Runner):
    """Cuts a batch into pieces; one of fewer rows than the file fixes is filled up with zeros."""

    def __init__(self, model: GraphModel) -> None:
        super().__init__(model)
        self._model = model

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        fixed = self._model.batch
        results = [np.empty((len(x), *o.shape), np.float32) for o in self._model.outputs]
        for start in range(0, len(x), fixed or PIECE_ROWS):
            piece = x[start : start + (fixed or PIECE_ROWS)]
            rows = slice(start, start + len(piece))
            if fixed and len(piece) < fixed:
                filling = np.zeros((fixed - len(piece), *x.shape[1:]), np.float32)
                whole = np.concatenate([piece, filling])
            else:
                whole = piece
            found = self._piece(whole)
            for result, part, output in zip(results, found, self._model.outputs, strict=True):
                if part.shape != (len(whole), *output.shape):
                    raise ModelError(
                        f"{self.name}: the output {quote(output.name)} came out as "
                        f"{list(part.shape)}, expected {show((len(whole), *output.shape))}."
                    )
                result[rows] = part[: len(piece)]
        return results

    @abstractmethod
    def _piece(self, x: np.ndarray) -> Sequence[np.ndarray]:
        """The outputs, in the model's order, for at most as many rows as a piece has."""


class GraphRunner(PieceRunner):
    """On NumPy, for every engine that has no faster way."""

    engine = "numpy"

    def __init__(self, model: GraphModel) -> None:
        super().__init__(model)
        self._evaluator = Evaluator(model.graph)

    def _piece(self, x: np.ndarray) -> list[np.ndarray]:
        found = self._evaluator.run({self._model.graph.inputs[0]: x})
        return [found[output.place] for output in self._model.outputs]
