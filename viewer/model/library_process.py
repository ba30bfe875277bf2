"""Starts the process that reads and encodes a library, and hands on what it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .library_reading import FileStyles, Request, read_styles, request_line

MODULE = "viewer.model.library_reading"
_ROOT = Path(__file__).resolve().parent.parent.parent
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class ReadingEnded(Exception):
    """The process ended before it had answered for all files: one sentence."""


class LibraryProcess:
    """Reads the files of ``request`` away from this process, on one core, when others rest.

    It ends with this process, whatever becomes of that. Raises OSError where it cannot start.
    """

    def __init__(self, request: Request) -> None:
        self._stopped = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environ(),
            creationflags=_flags(),
        )
        self._request = request

    @property
    def pid(self) -> int:
        return self._process.pid

    def files(self) -> Iterator[FileStyles]:
        """Each file as it is answered; waits for the next. Raises ReadingEnded."""
        process, most = self._process, self._request.most
        assert process.stdin is not None and process.stdout is not None
        count = windows = 0
        try:
            process.stdin.write(request_line(self._request))
            process.stdin.flush()
            while (found := read_styles(process.stdout)) is not None:
                count, windows = count + 1, windows + len(found.latents)
                yield found
        except OSError as error:
            if not self._stopped:
                raise ReadingEnded(f"Reading the library stopped: {error}.") from error
        finally:
            self._end()
        if not self._stopped and count < len(self._request.files) and windows < most:
            raise ReadingEnded(
                f"Reading the library stopped after {count:,} of {len(self._request.files):,} "
                "clips; list the folder again to go on."
            )

    def stop(self) -> None:
        """Give up what is not read yet; from any thread."""
        self._stopped = True
        self._process.kill()

    def _end(self) -> None:
        process = self._process
        if process.poll() is None and (self._stopped or process.stdin is None):
            process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None and not stream.closed:
                stream.close()
        process.wait()


def _environ() -> dict[str, str]:
    """That of this process, but one core, and the packages found where they were found here."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    one = dict.fromkeys(_THREADS, "1")
    return {**os.environ, **one, "PYTHONPATH": os.pathsep.join(paths)}


def _flags() -> int:
    """On Windows: no console, and the lowest priority, which others set themselves."""
    if sys.platform != "win32":
        return 0
    return subprocess.CREATE_NO_WINDOW | subprocess.IDLE_PRIORITY_CLASS
