"""The libraries of the extra ``cluster``, and the sentence where one is missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from viewer.model.notice import Refused

EXTRA = "pip install 'stridescope[cluster]'"


def needed(module: str, purpose: str) -> ModuleType:
    """The ``module``, without which there is no ``purpose``. Raises Refused."""
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise Refused(f"{purpose} needs {name}, which is not installed here: {EXTRA}.") from None
