"""How much of an ONNX file is structure and how much is weights, told without parsing it.

Parsed, two bytes of structure may take two hundred of memory; weights take what they are.
"""

from __future__ import annotations

MAX_STRUCTURE = 1 << 23
"""Most bytes that are not weights (8 MiB)."""
MAX_FIELDS = 1 << 20
"""Most fields on the way to the weights; networks have some for each node and tensor."""
_SMALL = 1 << 12
"""Bytes up to which a message counts as structure, whatever it holds."""

_INSIDE = {  # field numbers of onnx.proto, where weights may lie deeper
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph"},
    "tensor": {},
}
_WEIGHTS = (4, 9, 10)
"""float_data, raw_data and double_data of a tensor."""


def is_bloated(data: bytes) -> bool:
    """Whether the file holds more structure than any network needs. Stops at what is no message."""
    fields, structure = 0, 0
    parts = [("model", 0, len(data))]
    try:
        while parts:
            kind, place, end = parts.pop()
            while place < end:
                start = place
                key, place = varint(data, place)
                number, wire = key >> 3, key & 7
                size = 0
                if wire == 2:
                    size, place = varint(data, place)
                elif wire == 0:
                    _, place = varint(data, place)
                elif wire in (1, 5):
                    place += 8 if wire == 1 else 4
                else:
                    return False
                fields += 1
                structure += place - start
                if size > _SMALL and number in _INSIDE[kind]:
                    parts.append((_INSIDE[kind][number], place, min(place + size, end)))
                elif not (kind == "tensor" and number in _WEIGHTS):
                    structure += size
                place += size
                if structure > MAX_STRUCTURE or fields > MAX_FIELDS:
                    return True
    except (IndexError, ValueError):
        return False
    return False


def varint(data: bytes, place: int) -> tuple[int, int]:
    """The number of seven bits a byte at ``place``, low bits first, and the place behind it.

    Raises IndexError where ``data`` ends within it, ValueError for more than 64 bits.
    """
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 63:
            raise ValueError("a number too long")
