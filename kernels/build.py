"""Builds the Mojo kernel for this machine, once, into the user's cache.

A library is named after what it was made from (source, compiler, CPU) and after its own
content, so that a damaged one is told from a good one by its name alone.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import hashlib
import logging
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import platformdirs

SOURCE = Path(__file__).with_name("mlp.mojo")
ESTIMATE_SECONDS = 6.0
LIMIT_SECONDS = 180.0
ROOM = 4 * 2**20
_POLL_SECONDS = 0.1

Report = Callable[[float, float, str], None]
"""Called with (seconds elapsed, seconds estimated in all, what is being done)."""

_log = logging.getLogger(__name__)


class BuildError(RuntimeError):
    """Why there is no kernel library, in one sentence."""


def build(report: Report, cancel: threading.Event) -> Path:
    """The library for this machine, from the cache or built now; safe among processes.

    Two processes that start together build once: the second waits for the first. A cache that
    cannot be written is replaced by a folder for this run only. Raises BuildError when Mojo or
    a C compiler is missing, when the build fails, or when ``cancel`` is set.
    """
    mojo = find_mojo()
    key = _key(mojo)
    folder = cache_folder()
    try:
        if found := _cached(folder, key):
            return found
        with _lock(folder, key, report, cancel):
            if found := _cached(folder, key):
                return found
            if shutil.disk_usage(folder).free < ROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return _compile(mojo, folder, key, report, cancel)
    except OSError as error:
        own = _own_folder()
        if found := _cached(own, key):
            return found
        reason = error.strerror or error
        _log.warning("The cache %s cannot be used (%s): building for this run.", folder, reason)
    return _compile(mojo, own, key, report, cancel)


@cache
def _own_folder() -> Path:
    """Where this process keeps its library when the cache cannot be used."""
    folder = Path(tempfile.mkdtemp(prefix="stridescope-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def cached() -> Path | None:
    """The library for this machine if it is in the cache, whole. Raises BuildError without Mojo."""
    return _cached(cache_folder(), _key(find_mojo()))


def cache_folder() -> Path:
    """``$STRIDESCOPE_CACHE`` or the user's cache folder, then ``kernels``."""
    base = os.environ.get("STRIDESCOPE_CACHE") or platformdirs.user_cache_dir("stridescope")
    return Path(base) / "kernels"


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


def _key(mojo: Path) -> str:
    parts = (SOURCE.read_bytes(), _version(mojo).encode(), _cpu().encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _version(mojo: Path) -> str:
    if mojo.parent == Path(sys.executable).parent:
        with contextlib.suppress(metadata.PackageNotFoundError):
            return metadata.version("mojo")
    state = mojo.stat()
    return f"{mojo} {state.st_size} {state.st_mtime_ns}"


def _cpu() -> str:
    """What the compiler builds for: architecture, model and features."""
    known = (platform.system(), platform.machine(), platform.processor())
    wanted = ("model name", "flags", "Features", "CPU part")
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return " ".join(known)
    lines = [line for line in first.splitlines() if line.startswith(wanted)]
    return "\n".join([*known, *lines])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cached(folder: Path, key: str) -> Path | None:
    """The library whose content is what its name says."""
    for path in folder.glob(f"mlp-{key}-*.so"):
        with contextlib.suppress(OSError):
            if path.stem.endswith(_digest(path)):
                return path
    return None


@contextlib.contextmanager
def _lock(folder: Path, key: str, report: Report, cancel: threading.Event) -> Iterator[None]:
    """Exclusive among processes; the system lets go of it when its holder dies."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (folder / f"mlp-{key}.lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _pause(started, "waiting for another window to build the kernel", report, cancel)
        yield


def _compile(mojo: Path, folder: Path, key: str, report: Report, cancel: threading.Event) -> Path:
    """Build in a folder of its own, then move the library into place in one step."""
    find_c_compiler()
    for damaged in [*folder.glob(f"mlp-{key}-*.so"), *folder.glob(f"build-{key}-*")]:
        shutil.rmtree(damaged) if damaged.is_dir() else damaged.unlink()
    with tempfile.TemporaryDirectory(prefix=f"build-{key}-", dir=folder) as place:
        built = Path(place) / "mlp.so"
        _run_mojo(mojo, built, report, cancel)
        return built.replace(folder / f"mlp-{key}-{_digest(built)}.so")


def _run_mojo(mojo: Path, target: Path, report: Report, cancel: threading.Event) -> None:
    command = [str(mojo), "build", "--emit", "shared-lib", "-o", str(target), str(SOURCE)]
    environment = {**os.environ, "MODULAR_TELEMETRY_ENABLED": "0"}
    output = target.with_suffix(".log")
    started = time.monotonic()
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                _pause(started, "compiling the Mojo kernel for this CPU", report, cancel)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode or not target.is_file():
        lines = output.read_text(errors="replace").splitlines()
        reason = next((line for line in lines if "error" in line), f"exit {process.returncode}")
        raise BuildError(f"The Mojo kernel could not be built ({reason.strip()}).")


def _pause(started: float, what: str, report: Report, cancel: threading.Event) -> None:
    elapsed = time.monotonic() - started
    report(elapsed, max(ESTIMATE_SECONDS, elapsed), what)
    if elapsed > LIMIT_SECONDS:
        raise BuildError(f"Gave up {what} after {elapsed:.0f} s.")
    if cancel.wait(_POLL_SECONDS):
        raise BuildError("The build of the Mojo kernel was cancelled.")
