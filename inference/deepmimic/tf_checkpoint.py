"""Reading TensorFlow checkpoints (``NAME.index`` and ``NAME.data-…``) without TensorFlow.

The index is a LevelDB table (github.com/google/leveldb, doc/table_format.md) from tensor names
to BundleEntryProto messages (tensorflow/core/protobuf/tensor_bundle.proto), which say where in
the data file a tensor lies.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.errors import ModelError
from inference.onnx.wire import varint

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5  # after every block: compression and checksum
_FLOAT32 = 1
_MAX_INDEX = 16_000_000


@dataclass(frozen=True)
class _Entry:
    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    checksum: int


class Checkpoint:
    """The float32 tensors of one checkpoint, read when asked for. path: its ``.index`` file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.stat().st_size > _MAX_INDEX:
            raise ModelError(f"{path}: too large for the index of a TensorFlow checkpoint.")
        try:
            self._entries, self._shards = _read_index(path.read_bytes())
        except (IndexError, struct.error, UnicodeDecodeError, ValueError) as error:
            raise ModelError(f"{path}: not the index of a TensorFlow checkpoint.") from error

    @property
    def names(self) -> tuple[str, ...]:
        """Of the tensors, as TensorFlow calls them."""
        return tuple(self._entries)

    def tensor(self, name: str) -> np.ndarray:
        """One tensor, float32, its checksum verified. Raises ModelError."""
        entry = self._entries.get(name)
        if entry is None:
            raise ModelError(f"{self.path}: the checkpoint has no tensor '{name}'.")
        if entry.dtype != _FLOAT32 or entry.size != 4 * int(np.prod(entry.shape, dtype=np.int64)):
            raise ModelError(f"{self.path}: the tensor '{name}' is not plain float32.")
        suffix = f".data-{entry.shard:05d}-of-{self._shards:05d}"
        file = self.path.with_name(self.path.name.removesuffix(".index") + suffix)
        if not file.is_file():
            raise ModelError(f"{self.path}: needs the file '{file.name}' beside it: not found.")
        with file.open("rb") as stream:
            stream.seek(entry.offset)
            data = stream.read(entry.size)
        if len(data) != entry.size or masked_crc32c(data) != entry.checksum:
            raise ModelError(f"{file}: the tensor '{name}' is cut short or damaged (checksum).")
        return np.frombuffer(data, "<f4").reshape(entry.shape)


def _read_index(data: bytes) -> tuple[dict[str, _Entry], int]:
    """Entries by tensor name, and the number of data files."""
    footer = data[-_FOOTER:]
    if len(footer) < _FOOTER or int.from_bytes(footer[-8:], "little") != _MAGIC:
        raise ValueError("no table")
    at = 0
    handle = []
    for _ in range(4):  # offset and size of the meta index, then of the index
        number, at = varint(footer, at)
        handle.append(number)
    entries: dict[str, _Entry] = {}
    shards = 1
    for _, where in _block(data, handle[2], handle[3]):
        offset, at = varint(where, 0)
        size, _ = varint(where, at)
        for key, value in _block(data, offset, size):
            if key:
                entries[key.decode()] = _entry(value)
            else:
                shards = _number(dict(_fields(value)), 1)
    return entries, shards


def _block(data: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of the block at ``offset``; a key leaves out what it shares with the last."""
    block = data[offset : offset + size]
    if len(block) != size or data[offset + size] != 0:
        raise ValueError("a compressed or missing block")
    restarts = int.from_bytes(block[-4:], "little")
    end, at, key = size - 4 * (restarts + 1), 0, b""
    while at < end:
        shared, at = varint(block, at)
        fresh, at = varint(block, at)
        length, at = varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _entry(message: bytes) -> _Entry:
    fields = dict(_fields(message))
    shape = fields.get(2, b"")
    dims = [dict(_fields(dim)) for tag, dim in _fields(_bytes(shape)) if tag == 2]
    return _Entry(
        dtype=_number(fields, 1),
        shape=tuple(_number(dim, 1) for dim in dims),
        shard=_number(fields, 3),
        offset=_number(fields, 4),
        size=_number(fields, 5),
        checksum=_number(fields, 6),
    )


def _fields(message: bytes | int) -> Iterator[tuple[int, bytes | int]]:
    """Field numbers and values of a protocol buffer message."""
    message = _bytes(message)
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(message, at)
            yield key >> 3, value
        elif kind == 2:
            length, at = varint(message, at)
            yield key >> 3, message[at : at + length]
            at += length
        elif kind in (1, 5):
            width = 8 if kind == 1 else 4
            yield key >> 3, int.from_bytes(message[at : at + width], "little")
            at += width
        else:
            raise ValueError("not a protocol buffer")


def _number(fields: dict[int, bytes | int], field: int) -> int:
    value = fields.get(field, 0)
    if not isinstance(value, int):
        raise ValueError("expected a number")
    return value


def _bytes(value: bytes | int) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("expected a message")
    return value


def _crc_table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC = _crc_table()


def masked_crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli, RFC 3720) of ``data``, rotated and shifted as LevelDB stores it."""
    crc, table = 0xFFFFFFFF, _CRC
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
