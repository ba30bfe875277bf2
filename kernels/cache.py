"""What takes seconds to make is made once, in a killable child process, and kept.

A file is named after what it was made from (its key) and after its own content, so that a
damaged one is told from a good one by its name alone.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import hashlib
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .host import cache_folder

_POLL_SECONDS = 0.1
KEPT = 24
"""Files of one kind; those that were used longest ago, in days, go first."""
_DAY_SECONDS = 86400.0

Report = Callable[[float, float, str], None]
"""Called with (seconds elapsed, seconds estimated in all, what is being done)."""

_log = logging.getLogger(__name__)


class BuildError(RuntimeError):
    """Why something could not be made, in one sentence."""


@dataclass(frozen=True)
class Recipe:
    """How a file is made, and what it is called.

    title: what a person calls it. stem, suffix: the first and the last part of its name.
    key: hexadecimal; differs whenever the file would. command: given the path to write, the
    command that writes it; raises BuildError when it knows that it cannot. estimate: seconds
    that it takes; limit: seconds after which it is given up. room: free bytes that it needs.
    cwd: where the command runs.
    """

    title: str
    stem: str
    suffix: str
    key: str
    command: Callable[[Path], Sequence[str]]
    estimate: float
    limit: float
    room: int
    cwd: Path | None = None

    @property
    def name(self) -> str:
        return f"{self.stem}-{self.key}"


def cached(recipe: Recipe) -> Path | None:
    """The file if it is in the cache, whole."""
    with contextlib.suppress(OSError):
        return _find(cache_folder(), recipe)
    return None


def obtain(recipe: Recipe, report: Report, cancel: threading.Event) -> Path:
    """The file, from the cache or made now; safe among processes.

    Two processes that start together make it once: the second waits for the first. A cache that
    cannot be written is replaced by a folder for this run only. Raises BuildError when it cannot
    be made, or when ``cancel`` is set: the child process is then killed at once.
    """
    folder = cache_folder()
    try:
        if found := _find(folder, recipe):
            return found
        with _lock(folder, recipe, report, cancel):
            if found := _find(folder, recipe):
                return found
            if shutil.disk_usage(folder).free < recipe.room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return _make(recipe, folder, report, cancel)
    except OSError as error:
        own = _own_folder()
        if found := _find(own, recipe):
            return found
        reason = error.strerror or error
        _log.warning("The cache %s cannot be used (%s): building for this run.", folder, reason)
    return _make(recipe, own, report, cancel)


def fingerprint(*parts: str | bytes) -> str:
    """A key: 16 hexadecimal digits that stand for the parts."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "little") + data)
    return whole.hexdigest()[:16]


@cache
def _own_folder() -> Path:
    """Where this process keeps what it makes when the cache cannot be used."""
    folder = Path(tempfile.mkdtemp(prefix="stridescope-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _find(folder: Path, recipe: Recipe) -> Path | None:
    """The file whose content is what its name says."""
    for path in folder.glob(f"{recipe.name}-*{recipe.suffix}"):
        with contextlib.suppress(OSError):
            if path.stem.endswith(_digest(path)):
                with contextlib.suppress(OSError):
                    if time.time() - path.stat().st_mtime > _DAY_SECONDS:
                        path.touch()
                return path
    return None


def _prune(folder: Path, recipe: Recipe) -> None:
    """Keep the cache bounded, however often files and versions change."""
    with contextlib.suppress(OSError):
        files = list(folder.glob(f"{recipe.stem}-*{recipe.suffix}"))
        files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[KEPT - 1 :]:
            path.unlink()


@contextlib.contextmanager
def _lock(folder: Path, recipe: Recipe, report: Report, cancel: threading.Event) -> Iterator[None]:
    """Exclusive among processes; the system lets go of it when its holder dies."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (folder / f"{recipe.name}.lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                what = f"Waiting for another window to build {recipe.title}"
                _pause(recipe, started, what, report, cancel)
        yield


def _make(recipe: Recipe, folder: Path, report: Report, cancel: threading.Event) -> Path:
    """Make it in a folder of its own, then move it into place in one step."""
    for damaged in [
        *folder.glob(f"{recipe.name}-*{recipe.suffix}"),
        *folder.glob(f"build-{recipe.name}-*"),
    ]:
        shutil.rmtree(damaged) if damaged.is_dir() else damaged.unlink()
    with tempfile.TemporaryDirectory(prefix=f"build-{recipe.name}-", dir=folder) as place:
        target = Path(place) / f"{recipe.stem}{recipe.suffix}"
        _run(recipe, target, report, cancel)
        _prune(folder, recipe)
        return target.replace(folder / f"{recipe.name}-{_digest(target)}{recipe.suffix}")


def _run(recipe: Recipe, target: Path, report: Report, cancel: threading.Event) -> None:
    command = recipe.command(target)
    output = target.with_suffix(".log")
    started = time.monotonic()
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "MODULAR_TELEMETRY_ENABLED": "0"},
            cwd=recipe.cwd,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                what = f"Compiling {recipe.title} for this machine"
                _pause(recipe, started, what, report, cancel)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode or not target.is_file():
        lines = output.read_text(errors="replace").splitlines()
        reason = next((line for line in lines if "error" in line), f"exit {process.returncode}")
        title = recipe.title[:1].upper() + recipe.title[1:]
        raise BuildError(f"{title} could not be built ({reason.strip()}).")


def _pause(
    recipe: Recipe, started: float, what: str, report: Report, cancel: threading.Event
) -> None:
    elapsed = time.monotonic() - started
    report(elapsed, max(recipe.estimate, elapsed), what)
    if elapsed > recipe.limit:
        raise BuildError(f"Gave up after {elapsed:.0f} s: {what}.")
    if cancel.wait(_POLL_SECONDS):
        raise BuildError(f"The build of {recipe.title} was cancelled.")
