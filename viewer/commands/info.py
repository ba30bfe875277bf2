"""``main.py info FILE…``: what a BVH, ONNX or session file holds."""

from __future__ import annotations

import argparse
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.model.bundle.opening import is_session
from viewer.model.clip import load_clip
from viewer.model.notice import Refused, sentence

from .console import each, frame_rate
from .session_source import describe_session, session_line

if TYPE_CHECKING:
    from inference.runner import Model


def run(args: argparse.Namespace) -> int:
    """One line per file; 2 when some cannot be read."""

    def describe(path: str) -> tuple[dict[str, Any], str]:
        if path.lower().endswith(".onnx"):
            model = describe_model(path)
            return model, model_line(model)
        if is_session(path):
            session = describe_session(path)
            return session, session_line(session)
        clip = describe_clip(path, args.units, args.up_axis)
        return clip, clip_line(clip)

    return each(args.files, describe, args.json)


def describe_clip(path: str, units: str, up_axis: str) -> dict[str, Any]:
    """What the BVH file at ``path`` holds; metres and seconds."""
    from motion.measure import standing_height

    clip, not_human = load_clip(Path(path), units, up_axis)
    return {
        "file": path,
        "kind": "bvh",
        "joints": clip.skeleton.joint_count,
        "rig": "not human" if not_human else "human",
        "frames": clip.frame_count,
        "fps": frame_rate(clip),
        "frame_time": clip.frame_time,
        "duration_s": round(clip.duration, 6),
        "units": clip.units,
        "up_axis": clip.up_axis,
        "height_m": round(standing_height(clip), 3),
        "warnings": [text for text in (*clip.warnings, not_human) if text],
    }


def clip_line(clip: dict[str, Any]) -> str:
    """What a clip is, on one line."""
    parts = [
        f"{clip['joints']} joints",
        f"{clip['rig']} rig",
        f"{clip['frames']} frames at {clip['fps']:g} fps ({clip['duration_s']:.2f} s)",
        f"{clip['units']}, {clip['up_axis']} up",
        f"{clip['height_m']:.2f} m tall",
    ]
    return with_warnings(f"{clip['file']}: {', '.join(parts)}", clip["warnings"])


def describe_model(path: str) -> dict[str, Any]:
    """What the ONNX file at ``path`` holds, and which of the five models it can stand for."""
    from inference import ModelError
    from inference.mlp import Mlp
    from inference.onnx.reader import read_model

    try:
        model = read_model(path)
    except ModelError as error:
        raise Refused(sentence(error)) from error
    return {
        "file": path,
        "kind": "onnx",
        "model": model_name(model),
        "inputs": {model.input_name: [None, *model.input_shape]},
        "outputs": {output.name: [None, *output.shape] for output in model.outputs},
        "layers": [
            f"{layer.weight.shape[1]}-{layer.weight.shape[0]} {layer.activation.name.lower()}"
            for layer in model.layers
        ]
        if isinstance(model, Mlp)
        else [node.op for node in model.graph.nodes],
        "parameters": model.parameters,
        "warnings": list(model.warnings),
    }


def model_name(model: Model) -> str | None:
    """The name of the one of the five whose input and outputs have the sizes of ``model``'s."""
    from inference.models import MODELS

    sizes = [prod(output.shape) for output in model.outputs]
    for name, spec in MODELS.items():
        takes = [shape[1:] for shape in spec.inputs.values()]
        gives = [prod(n or 1 for n in shape) for shape in spec.outputs.values()]
        if takes == [model.input_shape] and gives == sizes:
            return name
    return None


def model_line(model: dict[str, Any]) -> str:
    """What a network is, on one line."""

    def tensors(shapes: dict[str, list[int | None]]) -> str:
        return ", ".join(
            f"{name} [{', '.join('batch' if n is None else str(n) for n in shape)}]"
            for name, shape in shapes.items()
        )

    parts = [
        model["model"] or "none of the five models",
        f"{tensors(model['inputs'])} → {tensors(model['outputs'])}",
        f"{len(model['layers'])} layers ({'; '.join(model['layers'])})",
        f"{model['parameters']:,} parameters",
    ]
    return with_warnings(f"{model['file']}: {', '.join(parts)}", model["warnings"])


def with_warnings(line: str, warnings: list[str]) -> str:
    """``line`` with what is doubtful about the file at its end."""
    return line + "".join(f"; warning: {warning}" for warning in warnings)
