"""Large binary members of a JSON document, kept out of the parser's way.

Base64 and JSON of 40 MB would hold up every other thread for a third of a second. So what is
binary is cut in pieces, and spliced into the document instead of being quoted by ``json``.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any, NoReturn

KEY = "npz"
_OPENING = f'"{KEY}": "'.encode()
_PIECE = 3 * 2**16


def dumps(data: dict[str, Any]) -> bytes:
    """JSON in UTF-8; members ``npz`` may be bytes, which become base64.

    Raises ValueError for numbers that are not finite.
    """
    blobs: list[bytes] = []

    def lift(value: object) -> int:
        if not isinstance(value, bytes):
            raise TypeError(f"{value!r} is nothing that JSON holds")
        blobs.append(value)
        return len(blobs)

    document = json.dumps(data, indent=1, allow_nan=False, default=lift).encode()
    for number, blob in enumerate(blobs, 1):
        head, tail = document.split(f'"{KEY}": {number}'.encode(), 1)
        pieces = (b64encode(blob[at : at + _PIECE]) for at in range(0, len(blob), _PIECE))
        document = b"".join([head, _OPENING, *pieces, b'"', tail])
    return document


def decoded(text: bytes) -> bytes:
    """The bytes that became ``text``. Raises ValueError."""
    pieces = range(0, len(text), _PIECE)
    return b"".join(b64decode(text[at : at + _PIECE], validate=True) for at in pieces)


def loads(document: bytes) -> Any:
    """The value of a JSON document; members ``npz`` as bytes, still in base64, where they are text.

    Raises ValueError and RecursionError.
    """
    parts: list[bytes] = []
    blobs: list[bytes] = []
    at = 0
    while (start := document.find(_OPENING, at)) >= 0:
        begin = start + len(_OPENING)
        end = document.find(b'"', begin)
        blob = document[begin:end]
        if end < 0 or b"\\" in blob:
            break
        parts += [document[at:begin], str(len(blobs)).encode(), b'"']
        blobs.append(blob)
        at = end + 1
    parts.append(document[at:])
    numbers = [str(number) for number in range(len(blobs))]

    def put_back(found: dict[str, Any]) -> dict[str, Any]:
        text = found.get(KEY)
        if text in numbers:
            found[KEY] = blobs[numbers.index(text)]
        return found

    return json.loads(b"".join(parts), parse_constant=_no_number, object_hook=put_back)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")
