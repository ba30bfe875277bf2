"""What requests and answers are made of: a JSON object, and bytes behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

from inference.errors import quote

JSON_SIZE = "Inference-Header-Content-Length"
"""The HTTP header that says how many bytes of a body are its JSON; without it all of them are."""
MOST_PARTS = 1 << 20
"""Most lists, objects and strings in the JSON of a message: parsed they take 16 times the room."""
_SIZE_DIGITS = 12


class ProtocolError(ValueError):
    """A message that is not the protocol's; one sentence that says where and why."""


class Message(NamedTuple):
    """A body, and the value of its ``JSON_SIZE`` header; "" where all of it is JSON."""

    body: bytes
    json_size: str

    @property
    def content_type(self) -> str:
        """The value of its Content-Type header."""
        return "application/octet-stream" if self.json_size else "application/json"


class Tail:
    """The bytes behind the JSON, of which one tensor after the other takes its own."""

    def __init__(self, rest: memoryview) -> None:
        self.rest = rest

    def take(self, size: int, what: str) -> memoryview:
        """The next ``size`` bytes. what: whose they are, for the sentence of a ProtocolError."""
        if size > len(self.rest):
            raise ProtocolError(
                f"The {what} announces {size:,} bytes of binary data; {len(self.rest):,} are left."
            )
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def split(message: Message) -> tuple[dict[str, Any], Tail]:
    """The JSON object of a message, and what is behind it. Raises ProtocolError."""
    body, told = memoryview(message.body), message.json_size
    if not told:
        return _parsed(body), Tail(body[:0])
    if not (told.isascii() and told.isdigit() and len(told) <= _SIZE_DIGITS):
        raise ProtocolError(f"{JSON_SIZE} is {quote(told)}, expected a number of bytes.")
    if (size := int(told)) > len(body):
        raise ProtocolError(f"{JSON_SIZE} is {size:,}, but the body has {len(body):,} bytes.")
    return _parsed(body[:size]), Tail(body[size:])


def join(fields: dict[str, Any], blobs: Sequence[bytes]) -> Message:
    """The message of a JSON object and the binary data of its tensors, in their order."""
    head = json.dumps(fields, separators=(",", ":"), allow_nan=False).encode()
    return Message(b"".join([head, *blobs]), str(len(head))) if blobs else Message(head, "")


def listed(fields: dict[str, Any], name: str, what: str) -> list[dict[str, Any]]:
    """The objects in the list ``name`` of ``fields``; empty where it is not there.

    what: the message, for the sentence of a ProtocolError.
    """
    found = fields.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ProtocolError(f"{quote(name)} of the {what} is no list of objects.")
    return found


def text(fields: dict[str, Any], name: str, what: str) -> str:
    """The string ``name`` of ``fields``; "" where it is not there. Raises ProtocolError."""
    found = fields.get(name, "")
    if not isinstance(found, str):
        raise ProtocolError(f"{quote(name)} of the {what} is no string.")
    return found


def parameters(fields: dict[str, Any], what: str) -> dict[str, Any]:
    """The parameters of a message or a tensor; empty where there are none."""
    found = fields.get("parameters", {})
    if not isinstance(found, dict):
        raise ProtocolError(f"The parameters of the {what} are no object.")
    return found


def flag(found: dict[str, Any], name: str, default: bool, what: str) -> bool:
    """The parameter ``name``, true or false. Raises ProtocolError."""
    value = found.get(name, default)
    if not isinstance(value, bool):
        raise ProtocolError(f"The parameter {quote(name)} of the {what} is neither true nor false.")
    return value


def _parsed(data: memoryview) -> dict[str, Any]:
    raw = bytes(data)
    if raw.count(b"[") + raw.count(b"{") + raw.count(b'"') // 2 > MOST_PARTS:
        raise ProtocolError(f"The JSON has more than {MOST_PARTS:,} lists, objects and strings.")
    try:
        found = json.loads(raw.decode(), parse_constant=_no_number)
    except ProtocolError:
        raise
    except RecursionError:
        raise ProtocolError("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise ProtocolError(f"The body is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise ProtocolError("The JSON of the body is no object.")
    return found


def _no_number(name: str) -> NoReturn:
    raise ProtocolError(f"{name} is no number of JSON: send such a tensor as binary data.")
