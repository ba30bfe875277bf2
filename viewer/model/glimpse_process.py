"""Starts the process that looks at clips, and asks it for one after another."""

from __future__ import annotations

from pathlib import Path

from .glimpse_reading import Glimpse, path_line, read_glimpse
from .side_process import SideProcess

MODULE = "viewer.model.glimpse_reading"


class LookingEnded(Exception):
    """The process ended before it had answered."""


class GlimpseProcess:
    """Looks at clips in a process beside this one, which ends with this one.

    Raises OSError where it cannot start.
    """

    def __init__(self) -> None:
        self._process = SideProcess(MODULE)

    @property
    def pid(self) -> int:
        return self._process.pid

    def look(self, path: Path) -> Glimpse | str:
        """What the clip at ``path`` shows, or why nothing; waits for it. Raises LookingEnded."""
        process = self._process
        try:
            process.source.write(path_line(path))
            process.source.flush()
            line = process.answers.readline()
        except OSError as error:
            raise LookingEnded(f"Looking at {path} stopped: {error}.") from error
        if not line.endswith(b"\n"):
            raise LookingEnded(f"Looking at {path} stopped.")
        return read_glimpse(line)

    def end(self) -> None:
        """Let it end, and wait for that."""
        self._process.wait()

    def kill(self) -> None:
        """End it at once; from any thread."""
        self._process.kill()
