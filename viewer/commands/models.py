"""``main.py models ACTION``: the models, how good they are, and their engines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from motion.files import whole_file
from viewer.model.notice import Refused, sentence
from viewer.model.shipped import describe_shipped

from . import models_bench, models_quality, models_validate, models_warmup
from .console import emit

TAKE_FILE = ("validate", "import-deepmimic")
TAKE_OUTPUT = ("bench", "import-deepmimic")


def run(args: argparse.Namespace) -> int:
    """0; 1 when ``validate`` finds an engine too far from the reference."""
    if args.file and args.action not in TAKE_FILE:
        raise Refused(f"models {args.action} takes no file; {' and '.join(TAKE_FILE)} do.")
    if args.output and args.action not in TAKE_OUTPUT:
        raise Refused(f"models {args.action} writes no file; {' and '.join(TAKE_OUTPUT)} do.")
    if args.docs and args.action not in ("bench", "quality"):
        raise Refused("--docs goes with models bench and models quality.")
    own = args.style_block or any(getattr(args, option) for option in models_quality.OPTIONS)
    if own and args.action != "quality":
        raise Refused("--encoder, --decoder, --phase and --style-block go with models quality.")
    if args.engine and not (args.action == "validate" and is_server(args.engine)):
        raise Refused("--engine http://HOST:PORT goes with models validate, for a server.")
    if args.action == "validate":
        return models_validate.run(args.file, args.json, args.engine)
    if args.action == "bench":
        models_bench.run(args.output, args.docs, args.json)
    elif args.action == "quality":
        models_quality.run(args)
    elif args.action == "warmup":
        models_warmup.run(args.json)
    elif args.action == "import-deepmimic":
        import_deepmimic(args.file, args.output, args.json)
    else:
        list_models(args.json)
    return 0


def is_server(engine: str) -> bool:
    """Whether that is the address of a server."""
    from inference.engines import is_address

    return is_address(engine)


def list_models(as_json: bool) -> None:
    """Prints one line, or one JSON object, per model."""
    from inference.models import MODELS

    for spec in MODELS.values():
        result = describe_shipped(spec)
        emit(result, model_line(result), as_json)


def model_line(model: dict[str, Any]) -> str:
    """A model's state, on one line."""
    parts = [model["status"]]
    if "parameters" in model:
        parts.append(f"{model['parameters']:,} parameters")
    if "sha256" in model:
        parts.append(f"sha256 {model['sha256'][:12]}")
    return f"{model['title']}: {', '.join(parts)}"


def import_deepmimic(file: str | None, output: str | None, as_json: bool) -> None:
    """Writes a published DeepMimic actor as ONNX and tells how far it is from the original."""
    from inference import ModelError
    from inference.deepmimic.importer import read_actor, write_actor

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
