"""``main.py models list|warmup|import-deepmimic``: the models, and the engine that runs them."""

from __future__ import annotations

import argparse
import hashlib
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import ASSETS, Refused, emit, sentence, whole_file

if TYPE_CHECKING:
    from inference.models import ModelSpec


def run(args: argparse.Namespace) -> None:
    if args.action == "import-deepmimic":
        import_deepmimic(args.file, args.output, args.json)
        return
    if args.file or args.output:
        raise Refused(f"models {args.action} takes no file; import-deepmimic does.")
    if args.action == "warmup":
        warm_up(args.json)
        return
    from inference.models import MODELS

    for spec in MODELS.values():
        result = describe(spec)
        emit(result, model_line(result), args.json)


def describe(spec: ModelSpec) -> dict[str, Any]:
    """Title, status and, of a model that is there, its size, sha256 and whether they agree."""
    result: dict[str, Any] = {
        "model": spec.name,
        "title": spec.title,
        "file": str(spec.path(ASSETS)),
        "status": spec.status(ASSETS),
        "inputs": {name: list(shape) for name, shape in spec.inputs.items()},
        "outputs": {name: list(shape) for name, shape in spec.outputs.items()},
    }
    if not spec.available(ASSETS):
        if spec.file in manifest_text():
            result["status"] = "missing, though manifest.json lists it"
        return result
    from inference import ModelError
    from inference.onnx_reader import read_model

    try:
        result["parameters"] = read_model(spec.path(ASSETS), spec).parameters
    except ModelError as error:
        result["status"] = sentence(error)
    result["sha256"] = hashlib.sha256(spec.path(ASSETS).read_bytes()).hexdigest()
    if result["sha256"] not in manifest_text():
        result["status"] = "differs from manifest.json"
    return result


def manifest_text() -> str:
    """The manifest of the shipped models as one line of JSON; "" when it is not there."""
    path = ASSETS / "models" / "manifest.json"
    try:
        return json.dumps(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return ""


def model_line(model: dict[str, Any]) -> str:
    parts = [model["status"]]
    if "parameters" in model:
        parts.append(f"{model['parameters']:,} parameters")
    if "sha256" in model:
        parts.append(f"sha256 {model['sha256'][:12]}")
    return f"{model['title']}: {', '.join(parts)}"


def warm_up(as_json: bool) -> None:
    """Builds the mojo kernel into the cache, unless it lies there, under a progress bar."""
    import time

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from inference import EngineError
    from inference.engines import create

    engine = create("mojo")
    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(engine.name, total=None)

        def report(elapsed: float, estimate: float, message: str) -> None:
            bar.update(task, completed=elapsed, total=estimate, description=message)

        try:
            engine.prepare(report, threading.Event())
        except EngineError as error:
            raise Refused(sentence(error)) from error
    seconds = round(time.monotonic() - started, 2)
    result = {"engine": engine.name, "status": "ready", "seconds": seconds}
    emit(result, f"{engine.name}: ready after {seconds:g} s", as_json)


def import_deepmimic(file: str | None, output: str | None, as_json: bool) -> None:
    """Writes a published DeepMimic actor as ONNX and tells how far it is from the original."""
    from inference import ModelError
    from inference.import_deepmimic import read_actor, write_actor

    if not file:
        raise Refused("models import-deepmimic needs a FILE: a published actor to import.")
    source = Path(file)
    target = Path(output or f"{source.name.partition('.')[0]}.onnx")
    if target.suffix != ".onnx":
        raise Refused(f"{target}: import-deepmimic writes .onnx.")
    try:
        actor = read_actor(source)
        with whole_file(target) as path:
            difference = write_actor(actor, path)
    except ModelError as error:
        raise Refused(sentence(error)) from error
    result = {"file": str(target), "source": file, "states": 1000, "difference": difference}
    line = f"{target}: within {difference:.1e} deviations of {file} on 1,000 states"
    emit(result, line, as_json)
