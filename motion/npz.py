"""NPZ archives: written whole or not at all, opened with bounds."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Collection, Mapping
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np

from .files import whole_file

MAX_BYTES = 2_000_000_000
MAX_ARRAYS = 10_000
_KINDS = "biufUS"  # numbers, truth values and text
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, TypeError, KeyError,
    SyntaxError, TokenError, RecursionError, NotImplementedError,
)  # fmt: skip


class NpzError(ValueError):
    """A file that is no NPZ archive within its bounds; the message is one sentence."""


def write_npz(
    path: str | os.PathLike[str], arrays: Mapping[str, Any], compressed: bool = True
) -> None:
    """Saves ``arrays`` by name as NPZ, whole or not at all, whatever the suffix of ``path``.

    Raises CannotWrite.
    """
    with whole_file(path) as part, part.open("wb") as file:
        (np.savez_compressed if compressed else np.savez)(file, **arrays)


def read_npz(
    file: str | os.PathLike[str] | BinaryIO,
    names: Collection[str] | None = None,
    title: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> dict[str, np.ndarray]:
    """The arrays of an NPZ archive: all, or of ``names`` those that it has.

    Nothing is unpacked before its size is known: the archive may have MAX_ARRAYS members and
    ``max_bytes`` unpacked, each array must be as large as its header says, and hold numbers,
    truth values or text, never objects. title: what NpzError calls the file, its path by default.
    Raises NpzError, and OSError when unreadable.
    """
    title = title or (str(file) if isinstance(file, str | os.PathLike) else "the archive")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _bound(members, title, max_bytes)
            found = {member.filename.removesuffix(".npy"): member for member in members}
            wanted = found if names is None else {n: found[n] for n in names if n in found}
            return {name: _array(archive, member, title) for name, member in wanted.items()}
    except NpzError:
        raise
    except _BROKEN as error:
        raise NpzError(f"{title}: not an NPZ file, or cut short.") from error


def _bound(members: list[zipfile.ZipInfo], title: str, max_bytes: int) -> None:
    if len(members) > MAX_ARRAYS:
        raise NpzError(f"{title}: {len(members):,} arrays, expected at most {MAX_ARRAYS:,}.")
    size = sum(member.file_size for member in members)
    if size > max_bytes:
        raise NpzError(f"{title}: {size:,} bytes unpacked, expected at most {max_bytes:,}.")
    if any(m.flag_bits & _ENCRYPTED or m.compress_type not in _PACKINGS for m in members):
        raise NpzError(f"{title}: packed in a way that NumPy does not write.")


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, title: str) -> np.ndarray:
    with archive.open(member) as stream:
        read_header = _HEADERS[np.lib.format.read_magic(stream)]
        shape, _, dtype = read_header(stream)
        if dtype.kind not in _KINDS:
            name = member.filename.removesuffix(".npy")
            raise NpzError(f"{title}: '{name}' holds {dtype}, expected numbers or text.")
        count = 1
        for length in shape:
            count *= length
        if min(shape, default=1) < 0 or stream.tell() + count * dtype.itemsize != member.file_size:
            raise ValueError
    with archive.open(member) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)
