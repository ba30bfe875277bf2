"""Fresh processes: seconds until the first result, and the memory that they then hold."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from inference.sources import ROOT

LIMIT_S = 400.0
"""Longest that a process may take to its result, or for one request; MAX may compile in one."""
OURS = str(Path(__file__).with_name("first_result.py"))


class StartError(RuntimeError):
    """Why a fresh process gave no result, in one sentence."""


@dataclass(frozen=True)
class Start:
    """Of one process with one model, at its first result.

    seconds: since Python and NumPy were there. whole: since the process was asked for.
    resident: bytes of it in RAM, files that others map too included; private: its own alone;
    both 0 where the system does not tell.
    """

    seconds: float
    whole: float
    resident: int
    private: int


def start(arguments: Sequence[str], cache: Path | None = None) -> Start:
    """Runs ``python *arguments``, which speaks as ``first_result.py`` does.

    Python may keep our byte code, as pip keeps that of what it installs. cache: a folder for
    ours in place of the user's own. Raises StartError.
    """
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache:
        environment["STRIDESCOPE_CACHE"] = str(cache)
    with tempfile.TemporaryFile() as errors:
        asked = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors, text=True,
        )  # fmt: skip
        watchdog = threading.Timer(LIMIT_S, process.kill)
        watchdog.start()
        with process:  # closes its stdin and waits
            assert process.stdout
            line = process.stdout.readline()
            memory = _memory(process.pid) if line else (0, 0)
        watchdog.cancel()
        if not line or process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise StartError(said[-1] if said else f"ended with exit code {process.returncode}.")
    began, ended = map(float, line.split())
    return Start(ended - began, ended - asked, *memory)


def cold_start(arguments: Sequence[str], packages: Iterable[str], files: Iterable[Path]) -> Start:
    """As ``start`` with an empty cache folder, and what it needs read from the disk anew."""
    forget([*installed_files(packages), *ROOT.glob("*/**/*.py*"), *files])
    with tempfile.TemporaryDirectory(prefix="stridescope-bench-") as folder:
        return start(arguments, Path(folder))


def forget(files: Iterable[Path]) -> None:
    """Asks the system to drop its copies of ``files``; does nothing where it cannot be asked."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in files:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def installed_files(packages: Iterable[str]) -> list[Path]:
    """The files of installed distributions; none of those that are not installed."""
    found: list[Path] = []
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            found += [Path(str(entry.locate())) for entry in metadata.files(name) or ()]
    return [path for path in found if path.is_file()]


def bytes_of(files: Iterable[Path]) -> int:
    """Bytes of the files together, each counted once."""
    return sum(path.stat().st_size for path in {file.resolve() for file in files})


def _memory(process: int) -> tuple[int, int]:
    """Resident and private bytes of a process."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0, 0
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return kilobytes["Rss"] << 10, private << 10
