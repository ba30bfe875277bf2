"""An answer: the outputs of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inference.errors import quote

from .message import Message, ProtocolError, join, listed, split, text
from .request import Request
from .tensors import read_tensor, write_tensor


@dataclass(frozen=True, eq=False)
class Response:
    """The outputs by name, of which model. id: that of the request."""

    model: str
    version: str
    outputs: Mapping[str, np.ndarray]
    id: str = ""


def write_response(
    model: str, version: str, outputs: Mapping[str, np.ndarray], request: Request
) -> Message:
    """``outputs`` as ``request`` wants them: those that it names, in its order.

    Raises ProtocolError: for a name that is no output, for numbers that JSON cannot say.
    """
    if unknown := next((name for name in request.outputs if name not in outputs), ""):
        known = ", ".join(map(quote, outputs))
        raise ProtocolError(f"{model} has no output {quote(unknown)}; it has {known}.")
    entries, blobs = [], []
    for name, binary in (request.outputs or dict.fromkeys(outputs, request.binary)).items():
        entry, blob = write_tensor(name, outputs[name], binary)
        entries.append(entry)
        blobs += blob
    fields = {"model_name": model, "model_version": version, "outputs": entries}
    return join({"id": request.id, **fields} if request.id else fields, blobs)


def read_response(message: Message) -> Response:
    """What a server answered. Raises ProtocolError."""
    fields, tail = split(message)
    outputs = dict(
        read_tensor(entry, tail, "output") for entry in listed(fields, "outputs", "answer")
    )
    model, version, id_ = (
        text(fields, name, "answer") for name in ("model_name", "model_version", "id")
    )
    return Response(model, version, outputs, id_)
