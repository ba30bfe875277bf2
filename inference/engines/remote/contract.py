"""Whether a model of a server is the one that a file holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inference.errors import NotServed, quote, show

if TYPE_CHECKING:
    from inference.graph import Model

_DATATYPE = "FP32"


def digest(model: Model) -> str:
    """The SHA-256 of its file; "" where that is gone."""
    try:
        return hashlib.sha256(model.path.read_bytes()).hexdigest()
    except OSError:
        return ""


def check(model: Model, sha256: str, told: Mapping[str, Any], server: str) -> None:
    """Hold what the server tells of its model to ``model``: tensors and, where told, weights.

    Raises NotServed.
    """
    inputs = {model.input_name: (None, *model.input_shape)}
    outputs = {output.name: (None, *output.shape) for output in model.outputs}
    for side, wanted in (("inputs", inputs), ("outputs", outputs)):
        if _tensors(told.get(side)) != wanted:
            found = _shown(_tensors(told.get(side)))
            raise NotServed(
                f"The model {quote(model.name)} at {server} has the {side} {found}, "
                f"{model.path.name} has {_shown(wanted)}."
            )
    properties = told.get("properties")
    theirs = properties.get("sha256") if isinstance(properties, dict) else None
    if theirs is not None and theirs != sha256:
        raise NotServed(
            f"The model {quote(model.name)} at {server} has other weights than {model.path}."
        )


def _tensors(listed: object) -> dict[str, tuple[int | None, ...]]:
    """Names and shapes of metadata; what is no FP32 tensor is as if it were not there."""
    return {
        str(entry.get("name")): tuple(None if n == -1 else n for n in entry["shape"])
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict)
        and entry.get("datatype") == _DATATYPE
        and isinstance(entry.get("shape"), list)
    }


def _shown(tensors: Mapping[str, tuple[int | None, ...]]) -> str:
    found = (f"{quote(name)} {show(shape)}" for name, shape in list(tensors.items())[:4])
    return ", ".join(found) or "none"
