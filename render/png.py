"""Writing PNG pictures (ISO/IEC 15948)."""

from __future__ import annotations

import os
import struct
import zlib

import numpy as np

from motion.files import whole_file

_COLOR_TYPES = {3: 2, 4: 6}


def _chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(kind + payload)
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", checksum)


def encode_png(image: np.ndarray) -> bytes:
    """The PNG file of ``image (H, W, 3 or 4)`` uint8, top row first.

    Raises ValueError for pixels of another type or shape.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in _COLOR_TYPES:
        raise ValueError(
            f"a PNG needs uint8 pixels of shape (H, W, 3 or 4), not {image.dtype} {image.shape}"
        )
    height, width, channels = image.shape
    # Filter "up" (2) on every row: each byte less the one above it.
    above = np.zeros_like(image)
    above[1:] = image[:-1]
    rows = np.full((height, 1 + width * channels), 2, np.uint8)
    rows[:, 1:] = (image - above).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)),
            _chunk(b"IEND", b""),
        ]
    )


def write_png(path: str | os.PathLike[str], image: np.ndarray) -> None:
    """Write ``image (H, W, 3 or 4)`` uint8 to ``path``, whole or not at all. Raises CannotWrite."""
    content = encode_png(image)
    with whole_file(path) as part:
        part.write_bytes(content)
