"""The engines, by name: ``mojo`` (our kernel, the default) and ``numpy`` (the reference)."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import EngineError
from .base import Engine
from .mojo_engine import MojoEngine
from .numpy_engine import NumpyEngine

ENGINES: dict[str, Callable[[], Engine]] = {"mojo": MojoEngine, "numpy": NumpyEngine}


def create(name: str) -> Engine:
    """A new engine. Raises EngineError for a name that is none."""
    if name not in ENGINES:
        raise EngineError(f"There is no engine '{name}'; choose one of {', '.join(ENGINES)}.")
    return ENGINES[name]()


__all__ = ["ENGINES", "Engine", "create"]
