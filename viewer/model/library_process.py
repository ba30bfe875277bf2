"""Starts the process that reads and encodes a library, and hands on what it answers."""

from __future__ import annotations

from collections.abc import Iterator

from .library_reading import FileStyles, Request, read_styles, request_line
from .side_process import SideProcess

MODULE = "viewer.model.library_reading"


class ReadingEnded(Exception):
    """The process ended before it had answered for all files: one sentence."""


class LibraryProcess:
    """Reads the files of ``request`` in a process beside this one, which ends with this one.

    Raises OSError where it cannot start.
    """

    def __init__(self, request: Request) -> None:
        self._stopped = False
        self._process = SideProcess(MODULE)
        self._request = request

    @property
    def pid(self) -> int:
        return self._process.pid

    def files(self) -> Iterator[FileStyles]:
        """Each file as it is answered; waits for the next. Raises ReadingEnded."""
        process, most = self._process, self._request.most
        count = windows = 0
        try:
            process.source.write(request_line(self._request))
            process.source.flush()
            while (found := read_styles(process.answers)) is not None:
                count, windows = count + 1, windows + len(found.latents)
                yield found
        except OSError as error:
            if not self._stopped:
                raise ReadingEnded(f"Reading the library stopped: {error}.") from error
        finally:
            process.wait()
        if not self._stopped and count < len(self._request.files) and windows < most:
            raise ReadingEnded(
                f"Reading the library stopped after {count:,} of {len(self._request.files):,} "
                "clips; list the folder again to go on."
            )

    def stop(self) -> None:
        """Give up what is not read yet; from any thread."""
        self._stopped = True
        self._process.kill()
