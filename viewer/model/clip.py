"""A motion file as the viewer needs it: opened, retargeted and measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from motion import resample
from motion.bvh import BvhError, read_bvh
from motion.clip import Clip
from motion.contacts import contacts
from motion.features import FPS, motion_features, phase_frames
from motion.retarget import retarget
from motion.rigs import NotHuman, match_rig

from .figure import Figure
from .notice import Notice, Refused, sentence, summed


class MotionFileError(Refused):
    """Why a file does not open, in one sentence for its user."""


@dataclass(frozen=True, eq=False)
class OpenMotion:
    """One opened clip. T frames at the file's own rate, metres, Y up.

    key: unique per file and way of reading it. style: "" when unknown.
    positions: (T, 22, 3) float32 on the canonical body, contacts: (T, 4),
    phase_frames: (T, 132), features: (N, 73) at 30 fps; all None for a rig that
    is not human, and not_human then says why.
    """

    key: str
    title: str
    path: Path
    style: str
    clip: Clip
    positions: np.ndarray | None
    contacts: np.ndarray | None
    phase_frames: np.ndarray | None
    features: np.ndarray | None
    not_human: str
    warnings: tuple[str, ...]

    @property
    def frame_time(self) -> float:
        return self.clip.frame_time

    @property
    def frame_count(self) -> int:
        return self.clip.frame_count

    def doubts(self) -> list[Notice]:
        """What its user should know of it: why it is not human, what its file warns of."""
        title = self.title if len(self.title) <= 40 else f"{self.title[:39]}…"
        found = [Notice("warning", f"{title}: {self.not_human}")] if self.not_human else []
        return [*found, *([summed(title, self.warnings)] if self.warnings else [])]

    @cached_property
    def figure(self) -> Figure:
        """What the stage animates: the canonical body, or the file's own rig."""
        if self.positions is None:
            return Figure(self.clip.positions, self.frame_time, self.clip.skeleton)
        return Figure(self.positions, self.frame_time, None, self.contacts, self.phase_frames)


def load_motion(
    path: Path,
    units: str = "auto",
    up_axis: str = "auto",
    style: str = "",
    title: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> OpenMotion:
    """Read a BVH file and derive all that the panels show of it.

    progress: see ``read_bvh``; what it raises ends the reading. Raises MotionFileError
    when the file cannot be read.
    """
    with _sentences(path):
        clip = read_bvh(path, units=units, up_axis=up_axis, progress=progress)
        key = f"{path.resolve()}|{units}|{up_axis}"
        return from_clip(clip, path, key, style, title or path.stem)


def load_clip(path: Path, units: str = "auto", up_axis: str = "auto") -> tuple[Clip, str]:
    """What a BVH file holds and nothing that is derived of it, and why its rig is not human, or "".

    Raises MotionFileError when the file cannot be read.
    """
    with _sentences(path):
        clip = read_bvh(path, units=units, up_axis=up_axis)
    try:
        match_rig(clip.skeleton)
    except NotHuman as error:
        return clip, str(error)
    return clip, ""


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """What reading raises, as MotionFileError."""
    try:
        yield
    except BvhError as error:
        raise MotionFileError(sentence(error)) from error
    except OSError as error:
        raise MotionFileError(f"{path}: {error.strerror or error}.") from error
    except MemoryError as error:
        raise MotionFileError(f"{path}: there is not enough memory to open this file.") from error


def from_clip(clip: Clip, path: Path, key: str, style: str, title: str) -> OpenMotion:
    """An OpenMotion of a clip already read."""
    try:
        positions = retarget(clip)
    except NotHuman as error:
        clip.positions  # noqa: B018 - computed here, off the UI thread
        return OpenMotion(
            key, title, path, style, clip, None, None, None, None, str(error), clip.warnings
        )
    return OpenMotion(
        key=key,
        title=title,
        path=path,
        style=style,
        clip=clip,
        positions=positions,
        contacts=contacts(positions, clip.frame_time),
        phase_frames=phase_frames(positions, clip.frame_time),
        features=motion_features(resample.linear(positions, clip.frame_time, 1 / FPS)),
        not_human="",
        warnings=clip.warnings,
    )
