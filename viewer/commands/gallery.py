"""``main.py gallery [-o DIR] [--panels]``: the pictures of README and docs/."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from motion.files import CannotWrite
from viewer.model.display import display_problem
from viewer.model.notice import Refused

from .console import emit

WHOLE = Path("build", "gallery")


def run(args: argparse.Namespace) -> None:
    """Writes the pictures and says how large each is."""
    folder = Path(args.output)
    try:
        for path in _panels(folder) if args.panels else _readme(folder):
            kilobytes = path.stat().st_size // 1000
            result = {"file": str(path), "kilobytes": kilobytes}
            emit(result, f"{path}: {kilobytes} kB", args.json)
    except OSError as error:
        raise CannotWrite(folder, error) from error


def _readme(folder: Path) -> Iterator[Path]:
    from viewer.gallery.pictures import make

    return make(folder)


def _panels(folder: Path) -> Iterator[Path]:
    """Those of whole windows go where nothing is committed."""
    if problem := display_problem():
        raise Refused(problem)
    from viewer.gallery.panels import make_all

    return make_all(WHOLE, folder / "panels")
