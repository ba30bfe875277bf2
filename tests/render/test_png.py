"""The PNG writer, read back by an independent decoder written from the standard."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from render.png import encode_png, write_png


def decode(data: bytes) -> np.ndarray:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, body, header = 8, b"", b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        payload = data[at + 8 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size :][:4])[0] == zlib.crc32(kind + payload)
        header, body = (payload, body) if kind == b"IHDR" else (header, body + payload)
        at += 12 + size
    width, height, depth, color, *_ = struct.unpack(">IIBBBBB", header)
    assert depth == 8
    channels = {2: 3, 6: 4}[color]
    rows = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, 1 + width * channels)
    assert (rows[:, 0] == 2).all()
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, channels)


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 7, 4), (64, 33, 3)])
def test_round_trip(shape: tuple[int, int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(decode(encode_png(image)), image)


def test_writes_the_whole_file_or_none(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"before")
    with pytest.raises(ValueError, match="uint8"):
        write_png(path, np.zeros((2, 2, 3)))
    assert path.read_bytes() == b"before"
    image = np.full((2, 2, 3), 9, np.uint8)
    write_png(path, image)
    np.testing.assert_array_equal(decode(path.read_bytes()), image)
    assert os.listdir(tmp_path) == ["picture.png"]
