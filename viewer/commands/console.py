"""What every command shares: one line per result, refusals, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from viewer.model.notice import Refused, sentence, told

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from motion.clip import Clip

T = TypeVar("T")


def emit(result: dict[str, Any], line: str, as_json: bool) -> None:
    """Prints one result: ``line`` for a person, or ``result`` as one JSON object."""
    print(json.dumps(result, ensure_ascii=False) if as_json else line)


def each(
    files: Sequence[str], describe: Callable[[str], tuple[dict[str, Any], str]], as_json: bool
) -> int:
    """Emits what ``describe`` says of every file; the exit code: 0, or 2 where it refused some.

    Each of those is told in its sentence, and at the end how many of several they were.
    """
    failed = 0
    for file in files:
        try:
            result, line = describe(file)
        except (Refused, OSError) as error:
            failed += 1
            print(text := sentence(told(error)), file=sys.stderr)
            if not as_json:
                continue
            result, line = {"file": file, "error": text}, ""
        emit(result, line, as_json)
    if failed and len(files) > 1:
        print(f"{failed} of {len(files)} files could not be read.", file=sys.stderr)
    return 2 if failed else 0


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


def engine_parts(args: argparse.Namespace) -> tuple[str, str, str]:
    """Engine, device and precision as ``load_model`` takes them."""
    return args.engine or "auto", args.device or "cpu", args.precision or "fp32"


def warn(path: str, clip: Clip) -> None:
    """Tells on stderr what is doubtful about a file that was used."""
    warned(path, clip.warnings)


def warned(path: str, doubts: Sequence[str]) -> None:
    """Tells them on stderr, each in a line."""
    for doubt in doubts:
        print(sentence(f"{path}: warning: {doubt}"), file=sys.stderr)


def doubted(output: Path, doubt: str) -> None:
    """Tells on stderr where a BVH that was written will be taken for one of another unit."""
    if doubt:
        print(f"{output}: warning: {doubt}.", file=sys.stderr)


def frame_rate(clip: Clip) -> float:
    """Frames a second without the noise of the division: 119.88 stays 119.88."""
    return float(f"{clip.fps:.7g}")
