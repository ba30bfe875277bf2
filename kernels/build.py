"""Builds the Mojo kernel for this machine, once, into the user's cache."""

from __future__ import annotations

import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path

from .cache import BuildError, Recipe, Report, fingerprint, obtain
from .cache import cached as cached_file
from .host import cache_folder as cache_folder
from .host import cpu
from .prebuilt import Unfit, find

SOURCE = Path(__file__).with_name("mlp.mojo")
ESTIMATE_SECONDS = 6.0
LIMIT_SECONDS = 180.0
ROOM = 4 * 2**20
COMMAND = ("build", "--emit", "shared-lib")
"""What the ``mojo`` command is told."""


def build(report: Report, cancel: threading.Event, source: Path = SOURCE) -> Path:
    """The shared library of a Mojo ``source`` for this machine, from the cache or built now.

    A library that came with this installation is taken first. Raises BuildError when Mojo or a
    C compiler is missing, when the build fails, or when ``cancel`` is set.
    """
    return _prebuilt(source) or obtain(recipe(source), report, cancel)


def cached(source: Path = SOURCE) -> Path | None:
    """The library for this machine if it is here, whole. Raises BuildError without Mojo."""
    return _prebuilt(source) or cached_file(recipe(source))


def _prebuilt(source: Path) -> Path | None:
    """What came with this installation. Raises BuildError when it fits not and Mojo is not here."""
    if source != SOURCE:
        return None
    try:
        return find()
    except Unfit as unfit:
        try:
            find_mojo()
        except BuildError as error:
            raise BuildError(f"{unfit} {error}") from error
        return None


def recipe(source: Path = SOURCE) -> Recipe:
    """How the library of ``source`` is made. Raises BuildError without Mojo."""
    mojo = find_mojo()

    def command(target: Path) -> list[str]:
        find_c_compiler()
        return [str(mojo), *COMMAND, "-o", str(target), str(source)]

    return Recipe(
        title="the Mojo kernel",
        stem=source.stem,
        suffix=".so",
        key=fingerprint(*sources(source.parent), *COMMAND, mojo_version(mojo), cpu()),
        command=command,
        estimate=ESTIMATE_SECONDS,
        limit=LIMIT_SECONDS,
        room=ROOM,
    )


def inputs(source: Path = SOURCE) -> list[Path]:
    """The files that decide which library ``build`` gives; another Mojo is another command."""
    files = sorted(source.parent.glob("*.mojo"))
    with suppress(BuildError):
        files.append(find_mojo())
    return files


def sources(folder: Path = SOURCE.parent) -> list[bytes]:
    """The Mojo files of ``folder``, each of which may import the others."""
    return [path.read_bytes() for path in sorted(folder.glob("*.mojo"))]


def find_mojo() -> Path:
    """The ``mojo`` command of this environment, else of the PATH. Raises BuildError."""
    beside = shutil.which("mojo", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("mojo")
    if not found:
        raise BuildError("Mojo was not found: install it with pip install mojo==1.2.0.")
    return Path(found)


def find_c_compiler() -> Path:
    """The C compiler that Mojo links with. Raises BuildError."""
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return Path(found)
    raise BuildError(
        "No C compiler was found (cc, gcc or clang): install one, for example with "
        "apt-get install gcc."
    )


def mojo_version(mojo: Path) -> str:
    """What tells one compiler from another: ``importlib.metadata`` would cost 10 ms a start."""
    if mojo.parent == Path(sys.executable).parent:
        for folder in map(Path, sys.path):
            for installed in folder.glob("mojo-*.dist-info"):
                return installed.name
    state = mojo.stat()
    return f"{mojo} {state.st_size} {state.st_mtime_ns}"
