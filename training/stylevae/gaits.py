"""The same steps in another style: pairs of gait windows that share their phase.

No capture shows one walk in two styles. But two gaits can be laid over each other:
where the phase of the content stands, the other gait is read at the same phase, so
that its feet land when the content's do. What comes out is real motion of the other
style in the time of the content, which is what restyling should give.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from motion.canonical import HIPS, INDEX
from motion.features import CONTACTS, FEATURES, FPS, JOINT_VALUES, ROOT, WINDOW, heading, turn
from training.data import TrainingClip
from training.teacher import PhaseLabels, teach

from .augment import mirrored

LOCOMOTION = (
    "Angry",
    "Elated",
    "Rushed",
    "carry_box",
    "hop",
    "jackson_walk",
    "run",
    "run_backward",
    "sidestep",
    "skip",
    "walk",
    "walk_backward",
    "zombie_walk",
)
"""Styles of which there are steady gaits."""

STEADY = 0.9
"""Least share of a window's frames in which footfalls alternate."""

_VIGOUR = 0.3
_SLOWEST, _FASTEST = 0.5, 2.0
_WARP_SIGMA = 3.0
_SPEEDS = (0.9, 1.1)
_AT = np.arange(WINDOW + 1)
_LEAST_MIXED = 0.4


@dataclass(frozen=True, eq=False)
class Gaits:
    """Frames of all gait clips in a row, N of them, at 30 fps.

    positions (N, 22, 3) and heading (N,), world; turns (N,): phase of the teacher,
    rising; gait (N,): 1 where footfalls alternate; contacts (N, 4). first, last (C,):
    frames of each clip, last included; style (C,): numbers of the styles.
    """

    positions: np.ndarray
    heading: np.ndarray
    turns: np.ndarray
    gait: np.ndarray
    contacts: np.ndarray
    first: np.ndarray
    last: np.ndarray
    style: np.ndarray

    def windows(self, at: np.ndarray, mirror: np.ndarray) -> np.ndarray:
        """Motion features (B, 60, 73) at fractional frames ``at`` (B, 61).

        mirror: (B,) bool, which of them are mirrored. The 61st frame tells the last
        frame's velocity.
        """
        low = np.floor(at).astype(int)
        t = (at - low).astype(np.float32)
        taps = [self.positions[np.clip(low + n, 0, len(self.positions) - 1)] for n in range(-1, 3)]
        p = _cubic(taps, t[..., None, None])
        high = np.minimum(low + 1, len(self.heading) - 1)
        facing = self.heading[low] + t * (self.heading[high] - self.heading[low])
        root = p[:, :, HIPS] * np.array([1, 0, 1], np.float32)
        local = turn(p[:, :-1] - root[:, :-1, None], -facing[:, :-1, None])
        step = turn(np.diff(root, axis=1), -facing[:, :-1]) * FPS
        out = np.empty((len(at), WINDOW, FEATURES), np.float32)
        out[..., :JOINT_VALUES] = local.reshape(len(at), WINDOW, -1)
        out[..., ROOT] = np.stack([step[..., 0], step[..., 2], np.diff(facing) * FPS], axis=-1)
        out[..., CONTACTS] = self.contacts[np.rint(at[:, :-1]).astype(int)]
        out[mirror] = mirrored(out[mirror])
        return out


def gather_gaits(clips: Iterable[TrainingClip], styles: tuple[str, ...]) -> Gaits:
    """The usable clips of ``LOCOMOTION`` among ``clips``; styles numbers the styles."""
    found = [
        clip
        for clip in clips
        if clip.style in LOCOMOTION
        and clip.style in styles
        and len(clip.positions) > WINDOW + 1
        and clip.usable.all()
    ]
    labels = [teach(clip.positions, 1 / FPS) for clip in found]
    ends = np.cumsum([len(clip.positions) for clip in found])
    return Gaits(
        positions=np.concatenate([clip.positions for clip in found]),
        heading=np.concatenate([heading(clip.positions, 1 / FPS) for clip in found]),
        turns=np.concatenate(
            [label.turns + 1e-4 * np.arange(len(label.turns)) for label in labels]
        ),
        gait=np.concatenate([gaussian_filter1d(in_gait(label), 3) for label in labels]),
        contacts=np.concatenate([clip.contacts for clip in found]),
        first=np.concatenate([[0], ends[:-1]]),
        last=ends - 1,
        style=np.array([styles.index(clip.style) for clip in found]),
    )


def in_gait(labels: PhaseLabels) -> np.ndarray:
    """Frames (T,) in which footfalls alternate and the feet move: 1.0, else 0.0."""
    return ((labels.steady > 0.5) & (labels.vigour > _VIGOUR)).astype(float)


def shows(windows: np.ndarray, style: str) -> np.ndarray:
    """Which windows (B, 60, 73) of clips of ``style`` show it throughout (B,) bool.

    Clips that go over from one gait to another carry one label: walks before the skip,
    walks after the box was put down. Told from directions, flight and hands alone.
    """
    forward = windows[:, :, ROOT][..., 1]
    joints = windows[..., :JOINT_VALUES].reshape(*windows.shape[:2], -1, 3)
    hips = joints[:, :, HIPS, 1]
    if style.endswith("backward"):
        return forward.max(axis=1) < 0.1
    if style == "sidestep":
        return np.abs(windows[:, :, ROOT][..., 0]).mean(axis=1) > 0.4
    ahead = forward.mean(axis=1) > 0.0
    if style == "run":
        aloft = windows[:, :, CONTACTS].max(axis=-1) < 0.5
        return ahead & (aloft.mean(axis=1) > 0.12) & (forward.min(axis=1) > 0.6)
    if style in ("skip", "hop"):
        rise = np.sort(hips, axis=1)
        return ahead & (rise[:, -6] - rise[:, 5] > 0.10)
    if style == "carry_box":
        hands = joints[:, :, [INDEX["LeftHand"], INDEX["RightHand"]]]
        front = (hands[..., 2] > 0.15).all(axis=-1) & (hands[..., 1] > 0.7).all(axis=-1)
        return ahead & (front.mean(axis=1) > 0.95)
    return ahead


@dataclass(frozen=True, eq=False)
class Pairs:
    """Windows (B, 60, 73): content, style source, and the wanted restyled motion, with the
    numbers (B,) of the styles of the content and of the source.
    """

    content: np.ndarray
    source: np.ndarray
    wanted: np.ndarray
    content_style: np.ndarray
    style: np.ndarray


class PairMaker:
    """Draws pairs: contents and sources of every style alike, mirrored or not.

    styles: names of the styles that ``gaits`` numbers. window starts are checked once.
    """

    def __init__(self, gaits: Gaits, styles: tuple[str, ...]) -> None:
        self._gaits = gaits
        starts = [np.arange(a, b - WINDOW) for a, b in zip(gaits.first, gaits.last, strict=True)]
        start = np.concatenate(starts)
        clip = np.repeat(np.arange(len(starts)), [len(part) for part in starts])
        sums = np.concatenate([[0.0], np.cumsum(gaits.gait)])
        share = (sums[start + WINDOW] - sums[start]) / WINDOW
        mixed = share > _LEAST_MIXED
        start, clip, share = start[mixed], clip[mixed], share[mixed]
        windows = gaits.windows(start[:, None] + _AT, np.zeros(len(start), bool))
        shown = share > STEADY
        for number in np.unique(gaits.style):
            own: np.ndarray = gaits.style[clip] == number
            shown[own] &= shows(windows[own], styles[number])
        self._content = (start, clip, self._chances(clip))
        start, clip = start[shown], clip[shown]
        self._source = (start, clip, self._chances(clip))
        self.shown = {
            styles[n]: int((gaits.style[clip] == n).sum()) for n in np.unique(gaits.style[clip])
        }

    def _chances(self, clip: np.ndarray) -> np.ndarray:
        """Styles of many windows are drawn little more often than others."""
        style = self._gaits.style[clip]
        weight = np.bincount(style)[style] ** -0.75
        return weight / weight.sum()

    def draw(self, count: int, chance: np.random.Generator) -> Pairs:
        """At most ``count`` pairs; those whose gaits cannot be laid over each other are dropped."""
        gaits = self._gaits
        start, clip, odds = self._content
        a = chance.choice(len(start), count, p=odds)
        source_start, source_clip, source_odds = self._source
        b = chance.choice(len(source_start), count, p=source_odds)
        speed = chance.uniform(*_SPEEDS, count)[:, None]
        mirror = chance.random((2, count)) < 0.5
        at = np.minimum(start[a, None] + speed * _AT, gaits.last[clip[a], None])
        turns = _between(gaits.turns, at) + 0.5 * mirror[0][:, None]
        warped = np.full((count, WINDOW + 1), np.nan)
        for row in range(count):
            source = int(source_clip[b[row]]), int(source_start[b[row]])
            warped[row] = self._laid_over(turns[row], *source, bool(mirror[1][row]))
        kept = np.isfinite(warped).all(axis=1)
        kept[kept] = _between(gaits.gait, warped[kept]).mean(axis=1) > STEADY
        a, b, at, warped, mirror = a[kept], b[kept], at[kept], warped[kept], mirror[:, kept]
        content = gaits.windows(at, mirror[0])
        wanted = gaits.windows(warped, mirror[1])
        share = _between(gaits.gait, at[:, :-1])[..., None].astype(np.float32)
        wanted = share * wanted + (1 - share) * content
        wanted[..., ROOT.stop - 1] = content[..., ROOT.stop - 1]
        return Pairs(
            content,
            gaits.windows(source_start[b][:, None] + _AT, mirror[1]),
            wanted,
            gaits.style[clip[a]],
            gaits.style[source_clip[b]],
        )

    def real(
        self, count: int, speeds: tuple[float, float], chance: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Windows (B, 60, 73) that show their style, played at ``speeds``, and styles (B,)."""
        start, clip, odds = self._source
        drawn = chance.choice(len(start), count, p=odds)
        at = start[drawn, None] + chance.uniform(*speeds, count)[:, None] * _AT
        at = np.minimum(at, self._gaits.last[clip[drawn], None])
        mirror = chance.random(count) < 0.5
        return self._gaits.windows(at, mirror), self._gaits.style[clip[drawn]]

    def _laid_over(self, turns: np.ndarray, clip: int, start: int, mirror: bool) -> np.ndarray:
        """Frames (61,) of ``clip`` at the phases ``turns`` (61,) near ``start``; nan if none."""
        gaits = self._gaits
        own = slice(gaits.first[clip], gaits.last[clip] + 1)
        phase = gaits.turns[own] + 0.5 * mirror
        wanted = turns + np.round(phase[start - own.start] - turns[0])
        if wanted[0] < phase[0]:
            wanted = wanted + np.ceil(phase[0] - wanted[0])
        if wanted[-1] > phase[-1]:
            wanted = wanted - np.ceil(wanted[-1] - phase[-1])
        if wanted[0] < phase[0]:
            return np.full(len(turns), np.nan)
        at = np.interp(wanted, phase, np.arange(own.start, own.stop))
        if not _SLOWEST <= (at[-1] - at[0]) / WINDOW <= _FASTEST:
            return np.full(len(turns), np.nan)
        reach = round(3 * _WARP_SIGMA)
        padded = np.concatenate(
            [2 * at[0] - at[reach:0:-1], at, 2 * at[-1] - at[-2 : -reach - 2 : -1]]
        )
        smooth = gaussian_filter1d(padded, _WARP_SIGMA)[reach:-reach]
        return np.clip(smooth, own.start, own.stop - 1)


def _between(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """``values`` (N,) at fractional places ``at`` (...), by lines."""
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def _cubic(taps: list[np.ndarray], t: np.ndarray) -> np.ndarray:
    """Catmull-Rom between the second and the third of four taps."""
    before, p0, p1, after = taps
    m0, m1 = (p1 - before) / 2, (after - p0) / 2
    return (
        (2 * t**3 - 3 * t**2 + 1) * p0
        + (t**3 - 2 * t**2 + t) * m0
        + (3 * t**2 - 2 * t**3) * p1
        + (t**3 - t**2) * m1
    )
