"""A whole clip in another style, on either rig: by a job of the worker, or without one; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.worker.messages import Run
from motion.clip import Clip
from motion.features import FPS
from motion.pose import to_clip
from motion.resample import linear
from motion.restyling.course import course
from motion.restyling.onto_rig import onto_rig
from motion.restyling.restyle import PLANTED_FROM, Content, Decode, read_content, restyled

from .restyle_job import Wear
from .style_runs import decoding_by, encoding_by


@dataclass(frozen=True, eq=False)
class RestyledClip:
    """positions: (T, 22, 3) canonical, metres, 30 fps. contacts: (T, 4). content: what it was.

    source: the clip that the content comes from, on its own rig and at its own rate, as long.
    strengths: (T,), how much of the style each frame has.
    """

    source: Clip
    content: Content
    positions: np.ndarray
    contacts: np.ndarray
    strengths: np.ndarray

    def canonical(self) -> Clip:
        """On the canonical skeleton, 30 fps."""
        return to_clip(self.positions, 1 / FPS, self.source.name)

    def on_source_rig(self) -> Clip:
        """On the skeleton of its source, at its frame rate."""
        firm = np.clip(self.strengths / PLANTED_FROM, 0.0, 1.0)
        return onto_rig(self.source, self.content.positions, self.positions, self.contacts, firm)


def restyled_clip(
    source: Clip, content: Content, styles: np.ndarray, strengths: np.ndarray, decode: Decode
) -> RestyledClip:
    """``source``, read as ``content``, in ``styles`` (W, K), as much of them as ``strengths`` (W,)
    say of its windows."""
    positions, contacts = restyled(content, styles, strengths, decode)
    times_s = np.arange(len(positions)) / FPS
    by_frame = np.interp(times_s, content.middles_s, strengths)
    return RestyledClip(source, content, positions, contacts, by_frame)


@dataclass(frozen=True, eq=False)
class MakeWhole:
    """``source`` is to be made as ``wish`` has it, whatever its length."""

    source: Clip
    wish: Wear


class WholeClips:
    """Answers every ``MakeWhole`` with its ``RestyledClip``, in their order."""

    def due(self) -> float | None:
        """Never by itself."""
        return None

    def step(self, run: Run) -> None:
        """Nothing moves by itself."""

    def handle(self, command: object, run: Run) -> RestyledClip:
        """The clip of a ``MakeWhole``; a minute of motion takes about 0.1 s."""
        assert isinstance(command, MakeWhole)
        wish, decode = command.wish, decoding_by(run)
        positions = linear(wish.positions, wish.frame_time, 1 / FPS)
        content = read_content(positions, encoding_by(run), decode, wish.subspace)
        styles, strengths = course(wish.course, content.middles_s)
        return restyled_clip(command.source, content, styles, strengths, decode)
