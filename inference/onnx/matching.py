"""A network in the place of one of the five models: their tensors matched, shapes compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from inference.errors import ModelError, quote, show
from inference.graph import GraphModel, Model
from inference.mlp import Mlp

if TYPE_CHECKING:
    from inference.models import ModelSpec, Shape

AnyModel = TypeVar("AnyModel", Mlp, GraphModel, Model)


def matched(model: AnyModel, spec: ModelSpec | None) -> AnyModel:
    """``model`` under the tensor names of ``spec``, as it is where there is none.

    Raises ModelError for a tensor whose shape is not the spec's, or another number of outputs.
    """
    if spec is None:
        return model
    places = _places(model, spec)
    outputs: Any = tuple(
        replace(model.outputs[place], name=name)
        for name, place in zip(spec.outputs, places, strict=True)
    )
    return replace(model, input_name=next(iter(spec.inputs)), outputs=outputs)


def _places(model: Model, spec: ModelSpec) -> Sequence[int]:
    """Which output of ``model`` is each of ``spec``'s, all shapes compared."""
    ((_, input_shape),) = spec.inputs.items()
    _same(model, "input", model.input_name, (None, *model.input_shape), spec, input_shape)
    found = [output.name for output in model.outputs]
    if len(found) != len(spec.outputs):
        raise ModelError(
            f"{model.path}: {spec.title} gives {', '.join(map(repr, spec.outputs))}, "
            f"this file gives {', '.join(map(quote, found))}."
        )
    by_name = set(found) == set(spec.outputs)
    places = [found.index(name) for name in spec.outputs] if by_name else range(len(found))
    for place, shape in zip(places, spec.outputs.values(), strict=True):
        output = model.outputs[place]
        _same(model, "output", output.name, (None, *output.shape), spec, shape)
    return places


def _same(
    model: Model, kind: str, name: str, shape: Shape, spec: ModelSpec, expected: Shape
) -> None:
    if shape != expected:
        raise ModelError(
            f"{model.path}: the {kind} {quote(name)} has shape {show(shape)}, "
            f"{spec.title} has {show(expected)}."
        )
