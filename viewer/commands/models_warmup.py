"""``main.py models warmup``: what the engines build on first use, built now."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from viewer.model.demo import ASSETS
from viewer.model.notice import Refused, sentence

from .console import emit

if TYPE_CHECKING:
    from inference.engines.base import Report


def run(as_json: bool) -> None:
    """Prepares every engine that can run here and says why another cannot.

    Raises Refused when no engine but the reference can.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from inference import EngineError
    from inference.engines import VARIANTS

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    ready: list[str] = []
    why = ""
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        for name in VARIANTS:
            started = time.monotonic()

            def report(elapsed: float, estimate: float, message: str, name: str = name) -> None:
                what = f"{name}: {message}"
                bar.update(task, completed=elapsed, total=estimate, description=what)

            try:
                warm_up(name, report)
            except EngineError as error:
                why = sentence(error)
                emit({"engine": name, "status": why}, f"{name}: not available: {why}", as_json)
                continue
            seconds = round(time.monotonic() - started, 2)
            result = {"engine": name, "status": "ready", "seconds": seconds}
            emit(result, f"{name}: ready after {seconds:g} s", as_json)
            ready.append(name)
    if ready == ["numpy"]:
        raise Refused(f"Only the numpy engine can run here: {why}")


def warm_up(name: str, report: Report) -> None:
    """Prepares the variant and loads the shipped models, which may compile. Raises EngineError."""
    from inference.engines import create
    from inference.models import MODELS
    from inference.onnx.cache import read_cached
    from inference.runner import Provisional

    engine, cancel = create(name), threading.Event()
    engine.prepare(report, cancel)
    for spec in MODELS.values():
        if spec.available(ASSETS):
            runner = engine.load(read_cached(spec.path(ASSETS), spec))
            if isinstance(runner, Provisional):
                runner.compile(report, cancel)
