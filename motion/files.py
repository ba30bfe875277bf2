"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EACCES: "you have no permission to write there",
    errno.EPERM: "you have no permission to write there",
    errno.EROFS: "that disk is read-only",
    errno.ENOENT: "its folder does not exist",
    errno.ENOTDIR: "its folder does not exist",
    errno.EISDIR: "this is a folder",
    errno.EEXIST: "there is a file of that name",
    errno.ENAMETOOLONG: "the file name is too long",
}


class CannotWrite(OSError):
    """A file that cannot be written: one sentence with its path, ``reason`` the last clause."""

    def __init__(self, path: str | os.PathLike[str], error: OSError) -> None:
        self.reason: str = error.reason if isinstance(error, CannotWrite) else _reason(error)
        super().__init__(error.errno, f"cannot be written: {self.reason}", os.fspath(path))

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}."


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A new neighbour of ``path`` to write to, which takes its place when the block succeeds.

    It has the same suffix and is on the disk before it gets the name, so that ``path`` holds the
    old content or the new one whatever happens. A link stays one: the file that it names is
    replaced. Raises CannotWrite, also for an OSError of the block.
    """
    target = Path(os.path.realpath(path))
    part = _part_of(target)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        open(part, "x").close()
        yield part
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        raise CannotWrite(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A new folder beside ``path`` to write files to, which take their places when the block
    succeeds.

    Where ``path`` is a folder already, what else lies in it stays; missing parents are made.
    Raises CannotWrite, also for an OSError of the block.
    """
    target = Path(os.path.realpath(path))
    part = _part_of(target)
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        if target.exists() and not target.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        part.mkdir(parents=True)
        yield part
        if target.is_dir():
            for file in sorted(part.iterdir()):
                os.replace(file, target / file.name)
        else:
            os.replace(part, target)
        missing.clear()
    except OSError as error:
        raise CannotWrite(path, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()


def remove_parts(path: str | os.PathLike[str], pid: int) -> None:
    """Remove what the process ``pid``, which was killed, left unfinished beside ``path``."""
    folder = Path(os.path.realpath(path)).parent
    for part in folder.glob(f"{_mark(pid)}*"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            with suppress(OSError):
                part.unlink()


def _part_of(target: Path) -> Path:
    """A hidden neighbour that tells which process writes it."""
    return target.with_name(f"{_mark(os.getpid())}{token_hex(8)}{target.suffix}")


def _mark(pid: int) -> str:
    return f".part-{pid:x}-"
