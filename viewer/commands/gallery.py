"""``main.py gallery [-o DIR]``: the pictures of README and docs/."""

from __future__ import annotations

import argparse
from pathlib import Path

from motion.files import CannotWrite

from .console import emit


def run(args: argparse.Namespace) -> None:
    """Writes the pictures and says how large each is."""
    from viewer.gallery.pictures import make

    folder = Path(args.output)
    try:
        for path in make(folder):
            kilobytes = path.stat().st_size // 1000
            result = {"file": str(path), "kilobytes": kilobytes}
            emit(result, f"{path}: {kilobytes} kB", args.json)
    except OSError as error:
        raise CannotWrite(folder, error) from error
