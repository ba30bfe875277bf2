"""An engine that joins late has its models packed before the first request."""

from __future__ import annotations

import threading
from pathlib import Path

from inference.engines import create
from inference.messages import LoadModel, ModelLoaded
from inference.session import Session

from .nets import save_model_like


def test_models_loaded_while_an_engine_was_prepared_are_packed_when_it_joins(
    own_cache: Path, tmp_path: Path
) -> None:
    heard: list[object] = []
    mojo = create("mojo")
    session = Session(["mojo", "numpy"], create("numpy"), heard.append)
    save_model_like("deepphase", tmp_path / "deepphase.onnx")
    session.load(LoadModel("deepphase", tmp_path / "deepphase.onnx"))
    assert isinstance(heard[0], ModelLoaded)
    mojo.prepare(lambda *_: None, threading.Event())
    session.adopt(mojo)
    assert set(session.loaded("deepphase").runners) == {"numpy", "mojo"}
