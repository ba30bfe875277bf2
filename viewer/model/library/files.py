"""The files of a library: found below folders and addresses, read, and told apart by content."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from motion.bvh import BvhError
from motion.bvh.source import MAX_BYTES
from motion.features import FPS, WINDOW
from motion.files import whole_file
from viewer.model.notice import Refused, sentence

from .needs import needed

_BLOCK, _HEAD = 2**20, 2**22
_COUNT = re.compile(rb"Frames:\s*(\d{1,9})\s+Frame\s+Time:\s*([\d.eE+-]{1,32})", re.IGNORECASE)
_LEAST_FRAME = 20
"""Bytes that a frame takes at least."""


@dataclass(frozen=True, order=True)
class ClipFile:
    """A file below a root: a folder's absolute path or an address as fsspec takes it.

    path: from there, with ``/``.
    """

    root: str
    path: str

    @property
    def local(self) -> Path | None:
        """Where it is on this machine; None for an address."""
        return None if is_address(self.root) else Path(self.root, self.path)


@dataclass(frozen=True)
class Surveyed:
    """What a file was when it was looked at.

    content: its sha256, "" where it cannot be read. windows: how many it seems to hold.
    """

    file: ClipFile
    size: int
    content: str
    windows: int

    @property
    def state(self) -> tuple[ClipFile, str]:
        """What tells it from another file, and from itself before it was changed."""
        return self.file, self.content


def is_address(text: str) -> bool:
    """Whether ``text`` is for fsspec: ``memory://x``, ``zip://::a.zip``, ``s3://…``."""
    return "://" in text or "::" in text


def found_below(
    places: Sequence[str], checkpoint: Callable[[int], None] = lambda count: None
) -> list[ClipFile]:
    """The BVH files in and below ``places``, folders, files and addresses, each once, in order.

    checkpoint: told how many there are so far. Raises Refused for a place that is not there.
    """
    found: dict[str, ClipFile] = {}
    for place in places:
        for file in _below(place):
            found.setdefault(f"{file.root.rstrip('/')}/{file.path}", file)
            checkpoint(len(found))
    return sorted(found.values())


def survey(files: Sequence[ClipFile]) -> list[Surveyed]:
    """Each of ``files`` as it is now; a task."""
    return [_surveyed(file) for file in files]


def read_file(file: ClipFile) -> bytes:
    """All of a file. Raises BvhError, whose sentence names it below its root."""
    try:
        return b"".join(_blocks(file))
    except BvhError:
        raise
    except FileNotFoundError:
        raise BvhError(f"{file.path}: there is no such file any more") from None
    except OSError as error:
        raise BvhError(f"{file.path}: cannot be read: {error.strerror or error}") from None
    except Exception as error:  # the libraries behind fsspec have errors of their own
        raise BvhError(f"{file.path}: cannot be read: {error}") from None


def copy_to(file: ClipFile, folder: Path, fetch: bool = True) -> Path:
    """A file of an address, fetched into ``folder``, or where it will be. Raises BvhError."""
    name = sha256(f"{file.root}\n{file.path}".encode()).hexdigest()[:16]
    target = folder / name / PurePosixPath(file.path).name
    if fetch and not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as part:
            part.write_bytes(read_file(file))
    return target


def _below(place: str) -> Iterator[ClipFile]:
    if place.startswith("file://"):
        place = place.removeprefix("file://")
    if is_address(place):
        yield from _below_address(place)
        return
    path = Path(os.path.abspath(place))
    if path.is_file():
        yield ClipFile(str(path.parent), path.name)
        return
    if not path.is_dir():
        raise Refused(f"{place}: there is no such file or folder.")
    for at, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(".bvh"):
                yield ClipFile(str(path), Path(at, name).relative_to(path).as_posix())


def _below_address(place: str) -> Iterator[ClipFile]:
    try:
        system, root = _opened(place)
        if system.isfile(root):
            above = place.rpartition("/")[0] if "::" not in place else place
            yield ClipFile(above, PurePosixPath(root).name)
            return
        names = sorted(system.find(root))
    except Refused:
        raise
    except Exception as error:  # the libraries behind fsspec have errors of their own
        raise Refused(sentence(f"{place}: cannot be listed: {error}")) from error
    for name in names:
        if name.lower().endswith(".bvh"):
            yield ClipFile(place, name[len(root) :].lstrip("/"))


def _opened(address: str) -> tuple[Any, str]:
    """The file system of an address, and the place in it."""
    core = needed("fsspec.core", f"{address}: reading an address")
    system, root = core.url_to_fs(address)
    return system, str(root).rstrip("/")


def _surveyed(file: ClipFile) -> Surveyed:
    digest, head, size = sha256(), b"", 0
    try:
        for block in _blocks(file):
            digest.update(block)
            size += len(block)
            if len(head) < _HEAD:
                head += block
    except Exception:  # told in the row of the file, when it is read to be analyzed
        return Surveyed(file, size, "", 0)
    return Surveyed(file, size, digest.hexdigest(), _windows(head, size))


def _blocks(file: ClipFile) -> Iterator[bytes]:
    local = file.local
    if local is None:
        system, root = _opened(file.root)
        path = f"{root}/{file.path}" if root else file.path
        yield system.cat_file(path, end=MAX_BYTES + 1)
        return
    if not stat.S_ISREG(os.stat(local).st_mode):
        raise BvhError(f"{file.path}: expected a BVH file, found a device or pipe")
    size = 0
    with open(local, "rb") as stream:
        while (block := stream.read(_BLOCK)) and size <= MAX_BYTES:
            size += len(block)
            yield block


def _windows(head: bytes, size: int) -> int:
    """How many windows a file of ``size`` bytes states, 0 for nonsense."""
    stated = _COUNT.search(head)
    if stated is None:
        return 0
    frames = min(int(stated[1]), size // _LEAST_FRAME)
    try:
        at_30 = (frames - 1) * float(stated[2]) * FPS
    except ValueError:
        return 0
    return int(min(max(at_30 + 1 - WINDOW, 0), size)) if at_30 == at_30 else 0
