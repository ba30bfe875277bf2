"""The bytes of a BVH file, and where in them something went wrong."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from .errors import BvhError

MAX_BYTES = 512 * 2**20
READ_BLOCK = 2**20
SHOWN = 40
BOM = b"\xef\xbb\xbf"
START = "HIERARCHY"
PADDING = b"\x1a\0"
_SOLID = re.compile(rb"\S")


@dataclass(frozen=True)
class Source:
    """A BVH file in memory; positions are byte offsets into ``data``."""

    path: Path
    data: bytes

    def location(self, position: int) -> str:
        """``file:line:column``, both 1-based; columns count characters."""
        before = self.data[:position]
        breaks = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
        start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        column = len(decode(before[start:]).removeprefix("\ufeff")) + 1
        return f"{self.path}:{breaks + 1}:{column}"

    def fail(
        self, position: int, expected: str, found: bytes | str, known: tuple[str, ...] = ()
    ) -> NoReturn:
        """Raise the sentence ``file:line:column: expected ... found ...``.

        ``known`` words close to what was found are offered as a suggestion.
        """
        text = found if isinstance(found, str) else quoted(found)
        hint = ""
        if isinstance(found, bytes):
            by_case = {word.casefold(): word for word in known}
            close = get_close_matches(decode(found[:SHOWN]).casefold(), by_case, 1, 0.6)
            hint = f"; did you mean {by_case[close[0]]}?" if close else ""
        raise BvhError(f"{self.location(position)}: expected {expected}, found {text}{hint}")


def decode(text: bytes) -> str:
    """UTF-8 where it is valid, Latin-1 otherwise."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def quoted(text: bytes) -> str:
    """``text`` as a short printable quotation; nothing means the end of the file."""
    if not text:
        return "the end of the file"
    shown = decode(text[:SHOWN])
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    return f"'{printable}{'…' if len(text) > SHOWN else ''}'"


def load(path: Path, progress: Callable[[float], None]) -> Source:
    """The whole of ``path``, refusing what cannot be a BVH file before reading it.

    progress gets the fraction read so far. Padding that old programs leave behind the
    end is cut off. Raises BvhError.
    """
    size_told = _regular_size(path)
    with _sentences(path):
        file = open(path, "rb")  # noqa: SIM115, closed by the next line
    with file:
        read = io.BytesIO()  # which grows in place, and hands over what it holds
        size = 0
        while True:
            with _sentences(path):
                block = file.read(READ_BLOCK)
            if not block:
                break
            if not size:
                _refuse_beginning(path, block)
            size += read.write(block)
            _refuse_size(path, size)
            progress(min(size / max(size_told, 1), 1.0))
    return _without_padding(path, read.getvalue())


def given(path: Path, data: bytes) -> Source:
    """What was read of a file elsewhere, refused as ``load`` refuses it. Raises BvhError."""
    _refuse_size(path, len(data))
    if data:
        _refuse_beginning(path, data)
    return _without_padding(path, data)


def _without_padding(path: Path, data: bytes) -> Source:
    data = data.rstrip(PADDING)
    if not _SOLID.search(data, len(BOM) if data.startswith(BOM) else 0):
        raise BvhError(f"{path}: expected a BVH file, found an empty file")
    return Source(path, data)


class Peeker:
    """Parts of a BVH file, read from disk one by one. Raises BvhError, as does ``read``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = _regular_size(path)
        _refuse_beginning(path, self.read(0, 4096))

    def read(self, start: int, count: int) -> bytes:
        """At most ``count`` bytes from byte ``start`` on."""
        with _sentences(self.path), open(self.path, "rb") as file:
            file.seek(start)
            return file.read(count)


def _regular_size(path: Path) -> int:
    """Bytes of a file that may be a BVH file. Raises BvhError."""
    with _sentences(path):
        status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise BvhError(f"{path}: expected a BVH file, found a folder")
    if not stat.S_ISREG(status.st_mode):
        raise BvhError(f"{path}: expected a BVH file, found a device or pipe")
    _refuse_size(path, status.st_size)
    return status.st_size


def _refuse_beginning(path: Path, block: bytes) -> None:
    _refuse_binary(path, block[:4096].rstrip(PADDING) or block[:4096])
    _refuse_other(Source(path, block))


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """What the operating system refuses, as one sentence each."""
    try:
        yield
    except FileNotFoundError:
        raise BvhError(f"{path}: there is no such file") from None
    except PermissionError:
        raise BvhError(f"{path}: you have no permission to read this file") from None
    except OSError as error:
        raise BvhError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise BvhError(f"{str(path)!r} is not a usable file name") from None


def _refuse_size(path: Path, size: int) -> None:
    if size > MAX_BYTES:
        raise BvhError(
            f"{path}: expected a BVH file of at most {MAX_BYTES >> 20} MB, "
            f"found {size / 2**20:,.0f} MB"
        )


def _refuse_binary(path: Path, head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BvhError(f"{path}: expected UTF-8 text, found UTF-16; save it as UTF-8")
    control = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1a" for byte in head)
    if 0 in head or control > len(head) // 10:
        raise BvhError(f"{path}: expected a BVH text file, found binary data")


def _refuse_other(beginning: Source) -> None:
    """Ends early what does not begin like a BVH file."""
    text = beginning.data.removeprefix(BOM)
    words = text[:4096].split(maxsplit=1)
    if words and words[0].lower() != b"hierarchy":
        position = beginning.data.index(words[0])
        beginning.fail(position, f"'{START}'", words[0], (START,))
