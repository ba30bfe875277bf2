"""Our own code: what a cached result may have been shaped by.

Imports run downwards, so a result is shaped by the folder that makes it and those below it. A
test reads every import, so that none leads out of the folders that a cache names.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def modules(*folders: str) -> list[Path]:
    """The modules of ``folders``, which are named from the repository's root."""
    return [path for folder in folders for path in sorted((ROOT / folder).glob("*.py"))]
