"""One call from a file to a runner."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from .engines import Engine, create
from .errors import EngineError
from .graph.graph import GraphModel
from .models import ModelSpec
from .onnx_reader import read_model
from .runner import Runner

_log = logging.getLogger(__name__)


def load_model(
    path: Path | str, engine: str = "auto", device: str = "cpu", spec: ModelSpec | None = None
) -> Runner:
    """The network in the ONNX file ``path``, ready to run.

    engine: ``mojo`` (built on first use, a few seconds), ``numpy``, or ``auto``: mojo, else numpy
    with a logged warning that says why. A file that is no plain MLP runs on numpy under each of
    them, and the runner's ``engine`` says so. device: ``cpu``. spec: one of ``inference.models``
    that the file must serve as; its tensor names are then the runner's.
    Raises ModelError for a file that cannot be used, EngineError for an engine that cannot.
    """
    if device != "cpu":
        raise EngineError(f"The device '{device}' is not supported by this version; use 'cpu'.")
    model = read_model(path, spec)
    if engine == "auto" and isinstance(model, GraphModel):
        engine = "numpy"
    if engine == "auto":
        try:
            return _prepared("mojo").load(model)
        except EngineError as error:
            _log.warning("%s Running on the numpy engine.", error)
            engine = "numpy"
    return _prepared(engine).load(model)


def _prepared(name: str) -> Engine:
    engine = create(name)
    engine.prepare(lambda *_: None, threading.Event())
    return engine
