"""Our fused kernel, called through its C ABI."""

from __future__ import annotations

import threading

from ..errors import EngineError
from ..mlp import Mlp
from ..runner import Runner
from .base import Report


class MojoEngine:
    name = "mojo"

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        raise EngineError("The mojo engine is not built yet.")

    def load(self, mlp: Mlp) -> Runner:
        raise EngineError("The mojo engine is not built yet.")
