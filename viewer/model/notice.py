"""What a person is told, in the window or on the command line: one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .language import mark, tr

Level = Literal["info", "warning", "error"]
NO_MUJOCO = mark(
    "The character needs MuJoCo: pip install 'mujoco-core>=4.0.1' (Python 3.11 or newer)."
)


class Refused(Exception):
    """What was given cannot be used; the message is one sentence for the person."""


@dataclass(frozen=True)
class Notice:
    """``text`` is one sentence; ``details`` may hold a traceback or a list.

    choices: what a person can answer, by the words of the buttons; it stays until one is chosen.
    """

    level: Level
    text: str
    details: str = ""
    choices: tuple[tuple[str, Callable[[], object]], ...] = ()


def sentence(text: object) -> str:
    """``text`` on one line, ended by a full stop."""
    line = " ".join(str(text).split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def summed(about: str, sentences: Sequence[str]) -> Notice:
    """A warning of the first of ``sentences``, with all of them in the details."""
    more = len(sentences) - 1
    rest = tr(" ({more} more in the details.)", more=more) if more else ""
    text = f"{about}: {sentences[0]}{rest}" if about else f"{sentences[0]}{rest}"
    return Notice("warning", text, "\n".join(sentences) if more else "")


def told(error: Exception) -> str:
    """What went wrong as a person is told it: one sentence with a file's name, no number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return str(error)
