"""How alive and how planted restyling is, in numbers: the table of ``models quality``.

Everything is measured on motion, whole clips, after joining and planting; the style is read
by a judge that has seen real motion alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from motion.canonical import FOOT_JOINTS, OFFSETS, PARENTS
from motion.contacts import contacts, joint_speed
from motion.features import (
    FPS,
    JOINT_VALUES,
    WINDOW,
    motion_features,
    motion_from_features,
    phase_amplitude,
    phase_angle,
    phase_frames,
)

from .atlas import MIXED, StyleAtlas
from .joining import cut
from .judge import Judge
from .restyle import Content, Decode, Encode, read_content, restyled
from .subspace import STYLE_BLOCK, StyleSubspace

Phase = Callable[[np.ndarray], np.ndarray]
"""Phase frames (T, 132) to points (T, 2)."""
Progress = Callable[[int, int], None]

MOVING_AMPLITUDE = 0.35
"""Frames whose phase has at least this amplitude are in a gait."""
_STEADY = 0.9
_STRIDE = 5
_NEIGHBOURS = 8
_DOTS = 40
_RANDOM = 1000
_BONES = np.linalg.norm(OFFSETS[1:], axis=-1)


@dataclass(frozen=True, eq=False)
class Specimen:
    """A real clip of one style. positions: (T, 22, 3) canonical, metres, 30 fps.

    shown: (T - 59,) bool, which of its windows show the style; all that are in a gait
    by default.
    """

    name: str
    style: str
    positions: np.ndarray
    shown: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class _Read:
    """What is known of a specimen: content, phase (T, 2), first frames of windows in a gait
    and of those that also show the style, and these windows (N, 60, 73).
    """

    specimen: Specimen
    content: Content
    phase: np.ndarray
    moving: np.ndarray
    gait: np.ndarray
    shown: np.ndarray
    windows: np.ndarray
    styles: np.ndarray

    @property
    def style(self) -> np.ndarray:
        block: np.ndarray = self.styles.mean(axis=0)
        return block


class Quality:
    """Measures an encoder and a decoder; each method is a part of the table.

    specimens: real clips, which give styles and contents. made: clips that give contents
    alone. What stands still, or is no longer than a window, is left out. subspace: where in
    a latent its style is. atlas: the map of styles that belongs to the encoder, if it has one.
    """

    def __init__(
        self,
        specimens: Sequence[Specimen],
        judge: Judge,
        encode: Encode,
        decode: Decode,
        phase: Phase,
        made: Sequence[Specimen] = (),
        seed: int = 0,
        subspace: StyleSubspace = STYLE_BLOCK,
        atlas: StyleAtlas | None = None,
    ) -> None:
        self._subspace, self._atlas = subspace, atlas
        self._judge, self._encode, self._decode, self._phase = judge, encode, decode, phase
        self._seed = seed
        read = [self._read(s) for s in specimens if len(s.positions) > WINDOW]
        extra = [self._read(s) for s in made if len(s.positions) > WINDOW]
        self._contents = [r for r in read + extra if len(r.gait)]
        self._sources: dict[str, list[_Read]] = {}
        for r in read:
            if len(r.shown) and r.specimen.style in judge.styles:
                self._sources.setdefault(r.specimen.style, []).append(r)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles that are put on, sorted."""
        return tuple(sorted(self._sources))

    def all(self, progress: Progress = lambda done, total: None) -> dict[str, object]:
        """Every part of the table, by name."""
        return {
            **self.real(),
            **self.pairs(progress),
            **self.map(),
            **self.random(),
            **self.unchanged(),
        }

    def real(self) -> dict[str, object]:
        """How the judge reads the specimens' own windows."""
        recall = {
            style: float(np.mean(np.concatenate([self._says(r.windows, style) for r in reads])))
            for style, reads in sorted(self._sources.items())
        }
        return {
            "styles": len(recall),
            "chance": _rounded(1 / len(self._judge.styles)),
            "judge_on_specimens": _rounded(np.mean(list(recall.values()))),
            "judge_on_specimens_by_style": {
                name: _rounded(value) for name, value in recall.items()
            },
        }

    def pairs(self, progress: Progress = lambda done, total: None) -> dict[str, object]:
        """Every style in every content of another style."""
        tasks = [
            (content, style, reads[number % len(reads)])
            for style, reads in sorted(self._sources.items())
            for number, content in enumerate(self._contents)
            if content.specimen.style != style
        ]
        rows: dict[str, list[dict[str, float]]] = {}
        held, found, made = [], [], []
        for number, (content, style, source) in enumerate(tasks):
            row, feet, traits = self._pair(content, style, source.style)
            rows.setdefault(style, []).append(row)
            held.append(feet[0])
            found.append(feet[1])
            made.append(traits)
            progress(number + 1, len(tasks))
        every = [row for part in rows.values() for row in part]
        return {
            "pairs": len(every),
            "read_as_style": _rounded(
                np.mean([np.mean([row["read"] for row in part]) for part in rows.values()])
            ),
            "read_as_style_by_style": {
                style: _rounded(np.mean([row["read"] for row in part]))
                for style, part in rows.items()
            },
            **{
                name: _rounded(np.median([row[name] for row in every]))
                for name in ("speed_ratio", "amplitude_ratio", "phase_apart", "join_ratio")
            },
            "speed_ratio_by_style": {
                style: _rounded(np.median([row["speed_ratio"] for row in part]))
                for style, part in rows.items()
            },
            "join_ratio_95th": _rounded(np.percentile([row["join_ratio"] for row in every], 95)),
            "foot_speed_in_contact_90th": _rounded(np.percentile(np.concatenate(held), 90)),
            "foot_speed_in_found_contact_90th": _rounded(np.percentile(np.concatenate(found), 90)),
            "frechet_distance": _rounded(self._judge.distance(np.concatenate(made))),
        }

    def map(self) -> dict[str, object]:
        """The place of a dot on the map, the windows of its clip left out, over any content.

        Where hardly any other clip shows the style, the windows that overlap the dot's are left
        out. Without a map, what the nearest windows of other clips have in common.
        """
        draw = np.random.default_rng(self._seed)
        styled = self._places(self._atlas, draw) if self._atlas else self._neighbours(draw)
        reads: dict[str, list[float]] = {}
        ratios: dict[str, list[float]] = {}
        for style, block in styled:
            content = self._contents[draw.integers(len(self._contents))]
            row, _, _ = self._pair(content, style, block)
            reads.setdefault(style, []).append(row["read"])
            ratios.setdefault(style, []).append(row["speed_ratio"])
        return {
            "map_read_as_style": _rounded(np.mean([np.mean(part) for part in reads.values()])),
            "map_read_as_style_by_style": {s: _rounded(np.mean(v)) for s, v in reads.items()},
            "map_speed_ratio": _rounded(np.median(np.concatenate(list(ratios.values())))),
            "map_speed_ratio_by_style": {s: _rounded(np.median(v)) for s, v in ratios.items()},
        }

    def _places(
        self, atlas: StyleAtlas, draw: np.random.Generator
    ) -> Iterator[tuple[str, np.ndarray]]:
        """Styles and what the map says at dots of theirs."""
        for style in self.styles:
            own = atlas.labels == style
            for _ in range(_DOTS if own.any() else 0):
                dot = draw.choice(np.flatnonzero(own))
                clip = atlas.clips == atlas.clips[dot]
                if (own & ~clip).sum() < MIXED:
                    clip &= np.abs(atlas.starts_s - atlas.starts_s[dot]) < WINDOW / FPS
                yield style, atlas.at(atlas.points[dot : dot + 1], without=clip)[0]

    def _neighbours(self, draw: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
        """Styles and the means of the blocks around one of theirs."""
        dots = [(r, style) for reads in self._sources.values() for r in reads for style in r.styles]
        blocks = np.stack([style for _, style in dots])
        owner = np.array([id(r) for r, _ in dots])
        for style, own in self._sources.items():
            for _ in range(_DOTS):
                source = own[draw.integers(len(own))]
                dot = source.styles[draw.integers(len(source.styles))]
                away = np.square(blocks - dot).sum(axis=1)
                away[np.all(blocks == dot, axis=1)] = np.inf
                if len(own) > 1:
                    away[owner == id(source)] = np.inf
                near = np.argsort(away)[:_NEIGHBOURS]
                yield style, blocks[near].mean(axis=0)

    def random(self) -> dict[str, object]:
        """Styles drawn from the normal distribution of real ones, over random gait windows."""
        draw = np.random.default_rng(self._seed)
        blocks = np.concatenate([r.styles for reads in self._sources.values() for r in reads])
        size = self._subspace.size
        spread = np.linalg.cholesky(np.cov(blocks.T) + 1e-6 * np.eye(size))
        styles = blocks.mean(axis=0) + draw.standard_normal((_RANDOM, size)) @ spread.T
        pool = np.concatenate([_at(r, r.gait) for r in self._contents])
        windows = pool[draw.integers(len(pool), size=_RANDOM)]
        decoded = self._decode(self._subspace.write(self._encode(windows), styles))
        joints = decoded[..., :JOINT_VALUES].reshape(_RANDOM, WINDOW, -1, 3)
        lengths = np.linalg.norm(joints[:, :, 1:] - joints[:, :, PARENTS[1:]], axis=-1)
        ratio = [mean_speed(a) / mean_speed(b) for a, b in zip(decoded, windows, strict=True)]
        return {
            "random_bone_error_percent": _rounded(np.abs(lengths / _BONES - 1).mean() * 100),
            "random_speed_ratio": _rounded(np.median(ratio)),
        }

    def unchanged(self) -> dict[str, object]:
        """How far strength 0 is from the content."""
        errors = [
            np.linalg.norm(
                restyled(r.content, r.content.style, 0.0, self._decode)[0] - r.specimen.positions,
                axis=-1,
            ).mean()
            for r in self._contents
        ]
        return {
            "strength_0_error_cm": _rounded(np.mean(errors) * 100),
            "strength_0_error_cm_worst": _rounded(np.max(errors) * 100),
        }

    def _read(self, specimen: Specimen) -> _Read:
        content = read_content(specimen.positions, self._encode, self._decode, self._subspace)
        phase = self._phase(phase_frames(specimen.positions, 1 / FPS))
        moving = phase_amplitude(phase) > MOVING_AMPLITUDE
        share = np.convolve(moving, np.ones(WINDOW) / WINDOW, "valid")
        gait = np.flatnonzero(share > _STEADY)[::_STRIDE]
        shown = gait if specimen.shown is None else np.flatnonzero(specimen.shown)[::_STRIDE]
        windows = cut(motion_features(specimen.positions), shown)
        none = np.empty((0, self._subspace.size))
        styles = self._subspace.read(self._encode(windows)) if len(windows) else none
        return _Read(specimen, content, phase, moving, gait, shown, windows, styles)

    def _says(self, windows: np.ndarray, style: str) -> np.ndarray:
        return self._judge.read(windows) == self._judge.styles.index(style)

    def _pair(
        self, content: _Read, style: str, block: np.ndarray
    ) -> tuple[dict[str, float], tuple[np.ndarray, np.ndarray], np.ndarray]:
        """What came of one style in one content; speeds of feet in contact; traits."""
        positions, held = restyled(content.content, block, 1.0, self._decode)
        moving = content.moving
        windows = cut(motion_features(positions), content.gait)
        phase = self._phase(phase_frames(positions, 1 / FPS))
        apart = (phase_angle(phase) - phase_angle(content.phase))[moving] / (2 * np.pi)
        amplitude = phase_amplitude(phase)[moving].mean()
        traits = self._judge.traits(windows)
        number = self._judge.styles.index(style)
        read = self._judge.scores(traits).argmax(axis=1)
        row = {
            "read": float((read == number).mean()),
            "speed_ratio": float(
                joint_speed(positions, 1 / FPS)[moving].mean() / self._judge.speeds[number]
            ),
            "amplitude_ratio": float(amplitude / phase_amplitude(content.phase)[moving].mean()),
            "phase_apart": float(np.median(np.abs(apart - np.round(apart)))),
            "join_ratio": _join_ratio(positions, content.content.starts),
        }
        flat = positions[:, FOOT_JOINTS] * np.array([1, 0, 1])
        feet = joint_speed(flat, 1 / FPS)
        touching = contacts(positions, 1 / FPS)
        return row, (feet[held > 0.5], feet[touching > 0.5]), traits


TARGETS: Mapping[str, str] = {
    "judge_on_specimens": ">= 0.90",
    "read_as_style": ">= 0.80",
    "speed_ratio": "0.85 to 1.2",
    "amplitude_ratio": ">= 0.9",
    "phase_apart": "<= 0.04",
    "foot_speed_in_contact_90th": "<= 0.10",
    "join_ratio": "<= 1.2",
    "map_read_as_style": ">= 0.75",
    "map_speed_ratio": "0.8 to 1.2",
    "random_bone_error_percent": "<= 5",
    "random_speed_ratio": "0.8 to 1.25",
    "strength_0_error_cm": "<= 2.5",
}


def meets(name: str, value: float) -> bool | None:
    """Whether ``value`` meets the target of the row ``name``; None where there is none."""
    target = TARGETS.get(name)
    if target is None:
        return None
    if " to " in target:
        low, high = map(float, target.split(" to "))
        return low <= value <= high
    sign, bound = target.split()
    return value >= float(bound) if sign == ">=" else value <= float(bound)


def _at(read: _Read, starts: np.ndarray) -> np.ndarray:
    return cut(motion_features(read.specimen.positions), starts)


def mean_speed(window: np.ndarray) -> float:
    """Mean joint speed of a window (60, 73), m/s."""
    return float(joint_speed(motion_from_features(window), 1 / FPS).mean())


def _join_ratio(positions: np.ndarray, starts: np.ndarray) -> float:
    """The largest joint acceleration within a frame of a window's end by that elsewhere."""
    size = np.linalg.norm(np.diff(positions, 2, axis=0), axis=-1).max(axis=1)
    joins = np.zeros(len(positions), bool)
    for place in np.concatenate([starts, starts + WINDOW]):
        joins[max(place - 1, 0) : place + 2] = 0 < place < len(positions)
    at = joins[1:-1]
    return float(size[at].max() / size[~at].max()) if at.any() else 1.0


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 4)
