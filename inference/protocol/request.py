"""A request: the tensors that a model is to run on, and which of its outputs are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.errors import quote

from .message import Message, ProtocolError, flag, join, listed, parameters, split, text
from .tensors import read_tensor, write_tensor

_ALL_BINARY, _BINARY = "binary_data_output", "binary_data"
_REFUSED = ("classification", "shared_memory_region")
"""Parameters of an output that would change what comes: not passed over."""


@dataclass(frozen=True, eq=False)
class Request:
    """inputs: by name. outputs: the wanted ones, and whether each comes as binary data.

    outputs is empty where all are wanted, as binary data if ``binary``. id: comes back.
    """

    inputs: Mapping[str, np.ndarray]
    outputs: Mapping[str, bool]
    binary: bool = False
    id: str = ""


def read_request(message: Message) -> Request:
    """What a client sent. Raises ProtocolError."""
    fields, tail = split(message)
    inputs: dict[str, np.ndarray] = {}
    if "inputs" not in fields:
        raise ProtocolError("The request has no 'inputs'.")
    for entry in listed(fields, "inputs", "request"):
        name, array = read_tensor(entry, tail, "input")
        if name in inputs:
            raise ProtocolError(f"The input {quote(name)} is there twice.")
        inputs[name] = array
    if len(tail.rest):
        raise ProtocolError(f"{len(tail.rest):,} bytes are left behind the last binary tensor.")
    binary = flag(parameters(fields, "request"), _ALL_BINARY, False, "request")
    return Request(inputs, _wanted(fields, binary), binary, text(fields, "id", "request"))


def _wanted(fields: dict[str, Any], binary: bool) -> dict[str, bool]:
    outputs: dict[str, bool] = {}
    for entry in listed(fields, "outputs", "request"):
        name = text(entry, "name", "output")
        what = f"output {quote(name)}"
        if not name:
            raise ProtocolError("An output has no name.")
        if name in outputs:
            raise ProtocolError(f"The {what} is asked for twice.")
        found = parameters(entry, what)
        if refused := next((one for one in _REFUSED if one in found), ""):
            raise ProtocolError(
                f"The {what} is asked for with {quote(refused)}, which is not done."
            )
        outputs[name] = flag(found, _BINARY, binary, what)
    return outputs


def write_request(
    inputs: Mapping[str, np.ndarray], id: str = "", binary: bool = True, binary_answer: bool = True
) -> Message:
    """The message that asks for all outputs on ``inputs``. Raises ProtocolError."""
    entries, blobs = [], []
    for name, array in inputs.items():
        entry, blob = write_tensor(name, array, binary)
        entries.append(entry)
        blobs += blob
    fields = {"inputs": entries, "parameters": {_ALL_BINARY: binary_answer}}
    return join({"id": id, **fields} if id else fields, blobs)
