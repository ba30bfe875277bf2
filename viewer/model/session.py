"""A session: the document, where its playheads stood, and what the characters remembered; no Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from .document import Document, Source

SUFFIX = ".stride"


class SessionError(ValueError):
    """A file that is no session: one sentence with the file and what is wrong."""


@dataclass(frozen=True)
class FileRef:
    """Where a file lies: absolute, from the session's folder, and below the assets folder.

    The last two are "" where there is no such way.
    """

    path: str
    relative: str = ""
    asset: str = ""

    @staticmethod
    def to(path: Path, folder: Path, assets: Path) -> FileRef:
        """The way to ``path`` for a session that lies in ``folder``."""
        full = path.resolve()
        try:
            relative = Path(os.path.relpath(full, folder.resolve())).as_posix()
        except ValueError:  # another drive
            relative = ""
        below = assets.resolve()
        asset = full.relative_to(below).as_posix() if full.is_relative_to(below) else ""
        return FileRef(str(full), relative, asset)

    def find(self, folder: Path, assets: Path) -> Path:
        """The file, seen from a session in ``folder``; where it was when it is nowhere."""
        ways = [assets / self.asset] if self.asset else []
        ways += [folder / self.relative] if self.relative else []
        ways += [Path(self.path)] if self.path else []
        return next((way.resolve() for way in ways if os.path.isfile(way)), Path(self.path))


@dataclass(frozen=True)
class KeptTake:
    """npz: a take as ``Take.to_bytes`` gives it. first, last: its frames.

    shown: the remembered frame on display; None for the newest.
    """

    npz: bytes
    first: int = 0
    last: int = 0
    shown: int | None = None


@dataclass(frozen=True)
class Session:
    """times: of the playheads in seconds, by source. digests: SHA-256 of policies by model."""

    document: Document = field(default_factory=Document)
    times: dict[Source, float] = field(default_factory=dict)
    take: KeptTake | None = None
    beside_take: KeptTake | None = None
    digests: dict[str, str] = field(default_factory=dict)
