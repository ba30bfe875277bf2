"""What a person is told, in the window or on the command line: one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["info", "warning", "error"]
NO_MUJOCO = "The character needs MuJoCo: pip install 'mujoco-core>=4.0.1' (Python 3.11 or newer)."


class Refused(Exception):
    """What was given cannot be used; the message is one sentence for the person."""


@dataclass(frozen=True)
class Notice:
    """``text`` is one sentence; ``details`` may hold a traceback or a list."""

    level: Level
    text: str
    details: str = ""


def sentence(text: object) -> str:
    """``text`` on one line, ended by a full stop."""
    line = " ".join(str(text).split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def told(error: Exception) -> str:
    """What went wrong as a person is told it: one sentence with a file's name, no number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return str(error)
