"""A session as plain data: what is open, on stage and remembered; no Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from render.camera import OrbitCamera

SUFFIX = ".stride"
LOOK_ACTIONS = {
    **{name: f"stage.{name}" for name in
       ("contacts", "trails", "ghosts", "grid", "shadow", "follow")},
    **{name: f"character.{name}" for name in ("reference", "efforts", "forces", "balance")},
}  # fmt: skip
"""The toggles of the stage that a session holds, and the actions that switch them."""
SOURCES = ("clip", "latent", "character")
Source = Literal["clip", "latent", "character"]


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

    def find(self, folder: Path, assets: Path) -> Path | None:
        """The file, seen from a session in ``folder``; None where it is nowhere."""
        ways = [assets / self.asset] if self.asset else []
        ways += [folder / self.relative] if self.relative else []
        ways += [Path(self.path)] if self.path else []
        return next((way.resolve() for way in ways if os.path.isfile(way)), None)


@dataclass(frozen=True)
class SessionClip:
    """An open clip and how it was read."""

    file: FileRef
    units: str = "auto"
    up_axis: str = "auto"
    style: str = ""
    title: str = ""


@dataclass(frozen=True, eq=False)
class SessionLatent:
    """The latent (256,) float32 that was decoded last."""

    values: np.ndarray
    label: str = ""


@dataclass(frozen=True)
class SessionPolicy:
    """A policy by the name that the take calls it. sha256: of its file when saved, or ""."""

    model: str
    title: str
    file: FileRef
    motion: FileRef | None = None
    critic: FileRef | None = None
    sha256: str = ""


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
class SessionCharacter:
    """drives, beside: models of ``policies``, or "". gravity in m/s²; speed: of its own time."""

    policies: tuple[SessionPolicy, ...] = ()
    drives: str = ""
    beside: str = ""
    friction: float = 0.9
    gravity: float = 9.8
    speed: float = 1.0
    take: KeptTake | None = None
    beside_take: KeptTake | None = None


@dataclass(frozen=True)
class Session:
    """clip: which of ``clips`` the clip source shows. times: seconds, by source.

    speed, loop and range (frames, of what is on stage) are those of the playback; look: what is
    shown, by name.
    """

    clips: tuple[SessionClip, ...] = ()
    clip: int | None = None
    source: Source = "clip"
    times: dict[Source, float] = field(default_factory=dict)
    speed: float = 1.0
    loop: bool = True
    range: tuple[int, int] | None = None
    camera: OrbitCamera | None = None
    look: dict[str, bool] = field(default_factory=dict)
    latent: SessionLatent | None = None
    character: SessionCharacter | None = None
