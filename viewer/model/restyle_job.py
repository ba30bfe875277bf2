"""The clip that plays in another style, made anew at every change: a job for the worker; no Qt.

What is around the playhead comes first, the rest of a long clip once the changes pause.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.worker.messages import Run
from motion.features import FPS, WINDOW, heading, phase_frames, turn
from motion.resample import linear, linear_at
from motion.restyling.course import StyleAt, course
from motion.restyling.joining import STRIDE
from motion.restyling.restyle import Content, read_content, restyled
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace

from .figure import Figure
from .style_runs import decoding_by, encoding_by

AT_ONCE_S = 20.0
"""Clips up to this length are made whole at every change."""
LONGEST_S = 600.0
"""Of longer clips only what is around the playhead is made."""
_NEAR_FRAMES = 8 * STRIDE
_PAUSE_S = 0.08
_CLIPS = 4


@dataclass(frozen=True, eq=False)
class Wear:
    """What a clip is to wear.

    clip: its key. positions: (T, 22, 3) canonical, metres, every ``frame_time`` seconds.
    course: what it wears over time. time_s: where the playhead is. number: of the change.
    """

    clip: str
    positions: np.ndarray
    frame_time: float
    course: tuple[StyleAt, ...]
    time_s: float
    subspace: StyleSubspace = STYLE_BLOCK
    number: int = 0


@dataclass(frozen=True, eq=False)
class Peek:
    """How the pose at the playhead would look. stands: the one that is shown there, (22, 3)."""

    wish: Wear
    stands: np.ndarray


@dataclass(frozen=True, eq=False)
class Peeked:
    """pose: (22, 3) metres, where the shown one stands. number: of the wish."""

    number: int
    pose: np.ndarray


@dataclass(frozen=True)
class ForgetContents:
    """Another network reads and decodes from now on."""


@dataclass(frozen=True, eq=False)
class Worn:
    """A clip as it looks in its style, at its own frames. whole: or only around the playhead.

    The inputs of DeepPhase come with the last one, once the changes pause.
    """

    wish: Wear
    figure: Figure
    whole: bool


@dataclass(eq=False)
class _Clip:
    """A clip as it is known: at 30 fps, and as it was made last, at its own frames."""

    positions: np.ndarray
    content: Content | None = None
    made: np.ndarray | None = None
    contacts: np.ndarray | None = None
    made_30: np.ndarray | None = None


class RestyleJob:
    """The newest wish counts; of those that came meanwhile nothing is made. clock: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wish: Wear | None = None
        self._rest: Wear | None = None
        self._at: float | None = None
        self._clips: OrderedDict[str, _Clip] = OrderedDict()

    def due(self) -> float | None:
        """At once where something is wished; after a pause for the rest of a long clip."""
        return self._at

    def handle(self, command: object, run: Run) -> object | None:
        """``Wear``, ``Peek`` or ``ForgetContents``."""
        if isinstance(command, Peek):
            return self._peek(command, run)
        if isinstance(command, Wear):
            self._wish, self._at = command, self._clock()
        elif isinstance(command, ForgetContents):
            self._clips.clear()
        return None

    def step(self, run: Run) -> Worn | None:
        """What is wished, whole or around the playhead; or the rest of it."""
        if self._wish is None:
            return self._finish(run)
        wish, self._wish, self._rest = self._wish, None, None
        length_s = (len(wish.positions) - 1) * wish.frame_time
        self._rest = wish
        self._at = self._clock() + _PAUSE_S if length_s <= LONGEST_S else None
        return self._whole(wish, run) if length_s <= AT_ONCE_S else self._near(wish, run)

    def _finish(self, run: Run) -> Worn | None:
        """What had to wait for a pause: the rest of a long clip, and the inputs of DeepPhase."""
        rest, self._rest, self._at = self._rest, None, None
        if rest is None:
            return None
        clip = self._clip(rest)
        length_s = (len(rest.positions) - 1) * rest.frame_time
        if length_s > AT_ONCE_S or clip.made is None:
            self._whole(rest, run)
        assert clip.made is not None
        phases = phase_frames(clip.made, rest.frame_time)
        return Worn(rest, Figure(clip.made, rest.frame_time, None, clip.contacts, phases), True)

    def _whole(self, wish: Wear, run: Run) -> Worn:
        clip = self._clip(wish)
        if clip.content is None or clip.content.subspace is not wish.subspace:
            clip.content = _read(clip.positions, wish, run)
        style, strength = course(wish.course, clip.content.middles_s)
        positions, contacts = restyled(clip.content, style, strength, decoding_by(run))
        clip.made_30 = positions
        times_s = np.arange(len(wish.positions)) * wish.frame_time
        clip.made = linear_at(positions, 1 / FPS, times_s)
        clip.contacts = linear_at(contacts, 1 / FPS, times_s)
        return Worn(wish, Figure(clip.made, wish.frame_time, None, clip.contacts), True)

    def _near(self, wish: Wear, run: Run) -> Worn:
        """What is within some seconds of the playhead; elsewhere what was made last."""
        clip = self._clip(wish)
        at = round(wish.time_s * FPS) // STRIDE * STRIDE
        first = max(at - _NEAR_FRAMES, 0)
        last = min(at + WINDOW + 2 * _NEAR_FRAMES, len(clip.positions))
        part = clip.positions[first:last]
        content = _read(part, wish, run)
        style, strength = course(wish.course, content.middles_s + first / FPS)
        positions, contacts = restyled(content, style, strength, decoding_by(run))
        if clip.made is None or clip.contacts is None or clip.made_30 is None:
            clip.made_30 = clip.positions
            clip.made = wish.positions
            clip.contacts = np.zeros((len(wish.positions), 4), np.float32)
        positions = _standing_at(positions, clip.made_30[first])
        own = np.arange(len(wish.positions)) * wish.frame_time
        here = (own >= first / FPS) & (own <= (last - 1) / FPS)
        clip.made, clip.contacts = clip.made.copy(), clip.contacts.copy()
        clip.made[here] = linear_at(positions, 1 / FPS, own[here] - first / FPS)
        clip.contacts[here] = linear_at(contacts, 1 / FPS, own[here] - first / FPS)
        return Worn(wish, Figure(clip.made, wish.frame_time, None, clip.contacts), False)

    def _peek(self, peek: Peek, run: Run) -> Peeked:
        wish = peek.wish
        clip = self._clip(wish)
        at = min(round(wish.time_s * FPS), len(clip.positions) - 1)
        first = max(at - WINDOW, 0)
        content = _read(clip.positions[first : at + WINDOW], wish, run)
        style, strength = course(wish.course, content.middles_s + first / FPS)
        positions, _ = restyled(content, style, strength, decoding_by(run))
        return Peeked(wish.number, _standing_at(positions[at - first :][:1], peek.stands)[0])

    def _clip(self, wish: Wear) -> _Clip:
        known = self._clips.get(wish.clip)
        if known is None:
            known = _Clip(linear(wish.positions, wish.frame_time, 1 / FPS))
            self._clips[wish.clip] = known
        self._clips.move_to_end(wish.clip)
        while len(self._clips) > _CLIPS:
            self._clips.popitem(last=False)
        return known


def restyled_whole(wish: Wear, run: Run) -> Figure:
    """The figure of a whole clip in the style of ``wish``; raises as ``run`` does."""
    made: Worn | None = None
    job = RestyleJob(lambda: 0.0)
    job.handle(wish, run)
    while job.due() is not None and (step := job.step(run)):
        made = step
    assert made is not None
    return made.figure


def _read(positions: np.ndarray, wish: Wear, run: Run) -> Content:
    return read_content(positions, encoding_by(run), decoding_by(run), wish.subspace)


def _standing_at(positions: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """``positions`` (T, 22, 3) turned and moved over the ground to begin where ``pose`` stands."""
    wanted, facing = (float(heading(p[None], 1 / FPS)[0]) for p in (pose, positions[0]))
    flat = np.array([1, 0, 1], np.float32)
    angle = np.full(positions.shape[:2], wanted - facing, np.float32)
    turned = turn(positions - positions[0, 0] * flat, angle) + pose[0] * flat
    return turned.astype(np.float32)
