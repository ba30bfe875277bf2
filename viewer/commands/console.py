"""What every command shares: one line per result, refusals, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import argparse

    from motion.clip import Clip
    from viewer.model.clip import OpenMotion

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"


class Refused(Exception):
    """What was given cannot be used; the message is one sentence for the person."""


def sentence(text: object) -> str:
    """``text`` on one line, ended by a full stop."""
    line = " ".join(str(text).split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def emit(result: dict[str, Any], line: str, as_json: bool) -> None:
    """Prints one result: ``line`` for a person, or ``result`` as one JSON object."""
    print(json.dumps(result, ensure_ascii=False) if as_json else line)


def track(items: Iterable[T], total: int, label: str) -> Iterator[T]:
    """``items`` with a progress bar on stderr when that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as rich_track

    console = Console(stderr=True)
    yield from rich_track(items, label, total, console=console, transient=True)


def engine_asked(args: argparse.Namespace) -> str:
    """The engine variant of ``add_engine``'s options, "" where none is given; else Refused."""
    from inference.errors import EngineError
    from viewer.model.engines import asked

    parts = (args.engine, args.device, args.precision)
    try:
        return asked(*parts) if any(parts) else ""
    except EngineError as error:
        raise Refused(sentence(error)) from error


def open_motion(path: str, units: str = "auto", up_axis: str = "auto") -> OpenMotion:
    """The clip of a BVH file with what is derived from it; Refused with a sentence."""
    from viewer.model.clip import MotionFileError, load_motion

    try:
        return load_motion(Path(path), units, up_axis)
    except MotionFileError as error:
        raise Refused(sentence(error)) from error


def warn(path: str, clip: Clip) -> None:
    """Tells on stderr what is doubtful about a file that was used."""
    for doubt in clip.warnings:
        print(sentence(f"{path}: warning: {doubt}"), file=sys.stderr)


def frame_rate(clip: Clip) -> float:
    """Frames a second without the noise of the division: 119.88 stays 119.88."""
    return float(f"{clip.fps:.7g}")
