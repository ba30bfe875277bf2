"""Every precision of the Mojo engine keeps its limit on states that the character really reaches.

The other models' real inputs are in ``tests/inference/engines/test_engines.py``.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from inference.bench.validate import LIMITS
from inference.engines.mojo import MojoEngine
from inference.engines.numpy import NumpyEngine
from inference.models import MODELS
from inference.onnx.cache import read_cached
from viewer.bench.real_rows import real_rows

ASSETS = Path(__file__).parents[3] / "assets"


@pytest.mark.parametrize("precision", LIMITS)
@pytest.mark.parametrize("name", ["deepmimic_actor", "deepmimic_critic"])
def test_states_keep_the_limit(name: str, precision: str) -> None:
    spec = MODELS[name]
    model = read_cached(spec.path(ASSETS), spec)
    rows, _ = real_rows(int(np.prod(model.input_shape)), ASSETS)
    inputs = {model.input_name: rows.reshape(-1, *model.input_shape)}
    engine = MojoEngine(precision)
    engine.prepare(lambda *_: None, threading.Event())
    found, wanted = engine.load(model).run(inputs), NumpyEngine().load(model).run(inputs)
    for output, right in wanted.items():
        error = np.abs(found[output] - right).max() / np.abs(right).max()
        assert error <= LIMITS[precision], output
