"""The named sliders: directions of the style block, found and verified on decoded motion.

Walks and runs are restyled by many styles and measured; a ridge tells how each property
hangs on the style. A direction changes its property and leaves the others as they are as
well as it can, and is one standard deviation of real styles long. What the model does with
it is then measured, and what it has not is left out (``RULE``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from motion.features import FPS
from motion.restyling.restyle import (
    Content,
    Decode,
    Encode,
    read_content,
    restyled,
    restyled_windows,
)
from motion.restyling.sliders import Effect, StyleSlider
from training.data import TrainingClip
from training.teacher import teach

from .evaluate import bone_error
from .gaits import in_gait
from .properties import PROPERTIES, local_joints, measured

CONTENTS = {"walk": 4, "run": 2, "jackson_walk": 1, "Rushed": 1}
"""How many clips of which styles are restyled."""
SETTINGS = (-2.0, -1.0, 1.0, 2.0)
LEAST_CORRELATION, LEAST_EFFECT, MOST_SIDE, MOST_BONE_ERROR = 0.9, 0.5, 0.5, 0.06
RULE = (
    "median over contents of the correlation of effect and setting >= 0.9; own effect of 2 σ "
    ">= 0.5 and every side effect <= half of it, in standard deviations among real styles; "
    "bone error of what is decoded at ±2 σ <= 6 %"
)
_LONGEST = 5 * FPS
_SHORTEST = 3 * FPS
_STEADY = 0.95
_TRIED = 250
_JITTER = 0.8
_RIDGE = 30.0
_SELFISH = (1.0, 0.5, 0.25, 0.12, 0.06, 0.03)
_PURE, _STRONG = 3.0, 1.0
_COUNT = len(PROPERTIES)


@dataclass(frozen=True, eq=False)
class RealStyles:
    """Style blocks (N, K) of real windows and how much each counts (N,), summing to 1."""

    styles: np.ndarray
    weights: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """(K,)"""
        mean: np.ndarray = self.weights @ self.styles
        return mean

    def half(self) -> np.ndarray:
        """(K, K) symmetric square root of the covariance: unit vectors to styles 1 σ off."""
        centred = self.styles - self.mean
        covariance = (centred * self.weights[:, None]).T @ centred
        values, vectors = np.linalg.eigh(covariance + 1e-6 * np.eye(len(covariance)))
        root: np.ndarray = (vectors * np.sqrt(values)) @ vectors.T
        return root


@dataclass(frozen=True, eq=False)
class Verified:
    """What a direction was measured to do. effects: (4, C, P) at ``SETTINGS``, in standard
    deviations of real styles; changes: (4, P), medians over contents in the properties' units.
    """

    number: int
    direction: np.ndarray
    effects: np.ndarray
    changes: np.ndarray
    bone_error: float

    @property
    def correlation(self) -> float:
        """Of own effect and setting, median over contents."""
        own = self.effects[..., self.number]
        offsets = np.append(own, np.zeros((1, own.shape[1])), axis=0)
        offsets -= offsets.mean(axis=0)
        along = np.append(SETTINGS, 0.0) / np.linalg.norm(SETTINGS)
        sizes = np.maximum(np.linalg.norm(offsets, axis=0), 1e-9)
        return float(np.median(along @ offsets / sizes))

    @property
    def spans(self) -> np.ndarray:
        """Effects (P,) of 2 σ, half of what lies between the ends, median over contents."""
        spans: np.ndarray = np.median(self.effects[-1] - self.effects[0], axis=0) / 2
        return spans

    @property
    def sides(self) -> np.ndarray:
        """Sizes (P,) of the side effects; 0 for itself and for parts of it or it of."""
        return np.where(_along(self.number), 0.0, np.abs(self.spans))

    def worth(self, sides_count: float) -> tuple[bool, float]:
        """The larger, the better: it keeps the rule, is strong, and leaves the rest alone."""
        return not self.fault, self.spans[self.number] - sides_count * self.sides.max()

    @property
    def fault(self) -> str:
        """Which part of ``RULE`` it breaks first, "" for none."""
        own = self.spans[self.number]
        if own < LEAST_EFFECT:
            return f"2 σ change it by {own:.2f} standard deviations only"
        if self.correlation < LEAST_CORRELATION:
            return f"correlation of effect and setting {self.correlation:.2f}"
        side = self.sides.max()
        if side > MOST_SIDE * own:
            worst = PROPERTIES[self.sides.argmax()].name
            return f"{worst} changes by {side / own:.2f} of it"
        if self.bone_error > MOST_BONE_ERROR:
            return f"bone error {100 * self.bone_error:.1f} %"
        return ""


class Workshop:
    """Restyles contents and measures what comes of it."""

    def __init__(self, contents: Sequence[Content], decode: Decode) -> None:
        self.contents = contents
        self._decode = decode
        self._before = [self.measure(content, content.style) for content in contents]

    def measure(self, content: Content, style: np.ndarray) -> np.ndarray:
        """Properties (P,) of a content under a style (K,)."""
        positions, _ = restyled(content, style, 1.0, self._decode)
        return measured(positions)

    def tried(self, real: RealStyles, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Styles (C, T, K) taken from each content's own, and properties (C, T, P) so far apart.

        Half go a part of the way to a real style, half are jittered as real styles vary.
        """
        draw, half = np.random.default_rng(seed), real.half()
        styles, found = [], []
        for content in self.contents:
            own = content.style
            ways = real.styles[draw.choice(len(real.styles), _TRIED, p=real.weights)] - own
            ways *= draw.uniform(0, 1, (_TRIED, 1))
            ways[::2] = _JITTER * draw.standard_normal(ways[::2].shape) @ half
            rows = np.stack([self.measure(content, own + way) for way in ways])
            styles.append(ways - ways.mean(axis=0))
            found.append(rows - rows.mean(axis=0))
        return np.stack(styles), np.stack(found)

    def verified(self, number: int, direction: np.ndarray, spread: np.ndarray) -> Verified:
        """What ``direction`` (K,) of the property ``number`` does at ``SETTINGS``."""
        effects = np.empty((len(SETTINGS), len(self.contents), _COUNT))
        changes = np.empty_like(effects)
        for column, content in enumerate(self.contents):
            before = self._before[column]
            for row, sigma in enumerate(SETTINGS):
                after = self.measure(content, content.style + sigma * direction)
                effects[row, column] = (after - before) / spread
                changes[row, column] = [
                    each.change(a, b) for each, a, b in zip(PROPERTIES, before, after, strict=True)
                ]
        errors = [
            bone_error(
                restyled_windows(content, content.style + sigma * direction, 1.0, self._decode)
            ).mean()
            for content in self.contents
            for sigma in (-2.0, 2.0)
        ]
        return Verified(
            number, direction, effects, np.median(changes, axis=1), float(np.mean(errors))
        )

    def poses(self, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The first content at -2 and +2 σ (22, 3), where the two differ most."""
        content = self.contents[0]
        low, high = (
            local_joints(restyled(content, content.style + s * direction, 1.0, self._decode)[0])
            for s in (-2.0, 2.0)
        )
        frame = np.linalg.norm(high - low, axis=-1).sum(axis=1).argmax()
        return low[frame].astype(np.float32), high[frame].astype(np.float32)


def choose_contents(clips: Iterable[TrainingClip], encode: Encode, decode: Decode) -> list[Content]:
    """Clips in a steady gait as ``CONTENTS`` wants them, at most 5 s each; a walk comes first.

    Raises ValueError where there is no walk.
    """
    known = list(clips)
    chosen: list[np.ndarray] = []
    for style, count in CONTENTS.items():
        steady = [clip.positions[:_LONGEST] for clip in known if clip.style == style and _fit(clip)]
        places = np.unique(np.linspace(0, len(steady) - 1, count).round().astype(int))
        chosen += [steady[n] for n in places] if steady else []
        if style == "walk" and not steady:
            raise ValueError("no steady walk of 3 s or more is among the training clips")
    return [read_content(positions, encode, decode) for positions in chosen]


def _fit(clip: TrainingClip) -> bool:
    if len(clip.positions) < _SHORTEST or not clip.usable.all():
        return False
    return bool(in_gait(teach(clip.positions, 1 / FPS))[:_LONGEST].mean() >= _STEADY)


def find_sliders(
    real: RealStyles, workshop: Workshop, seed: int
) -> tuple[tuple[StyleSlider, ...], dict[str, Any]]:
    """The sliders that the model has, and the table of all that were tried."""
    styles, found = workshop.tried(real, seed)
    size, half = styles.shape[-1], real.half()
    least = [each.least for each in PROPERTIES]
    spread = np.maximum(found.reshape(-1, _COUNT).std(axis=0), least)
    unit = styles.reshape(-1, size) @ np.linalg.inv(half)
    known = unit.T @ unit + _RIDGE * np.eye(size)
    slopes = np.linalg.solve(known, unit.T @ (found.reshape(-1, _COUNT) / spread))
    tries = [
        [workshop.verified(number, half @ arrow, spread) for arrow in _arrows(slopes, number)]
        for number in range(_COUNT)
    ]
    first = [max(each, key=lambda one: one.worth(_PURE)) for each in tries]
    basis = np.array([each.direction for each in first]).T
    effects = np.array([each.spans for each in first])
    for number in range(_COUNT):
        for mixture in _arrows(effects, number):
            arrow = np.linalg.solve(half, basis @ mixture)
            again = half @ arrow / max(float(np.linalg.norm(arrow)), 1e-9)
            tries[number].append(workshop.verified(number, again, spread))
    best = [max(each, key=lambda one: one.worth(_STRONG)) for each in tries]
    kept = [each for each in best if not each.fault]
    readings = _readings(np.array([each.direction for each in kept]).reshape(-1, size), half)
    sliders = tuple(
        _slider(each, reading, workshop) for each, reading in zip(kept, readings, strict=True)
    )
    return sliders, _table(best)


def _along(number: int) -> np.ndarray:
    """Which properties (P,) go along with one by nature, itself included."""
    one = PROPERTIES[number]
    return np.array(
        [each is one or each.name in one.covers or one.name in each.covers for each in PROPERTIES]
    )


def _arrows(slopes: np.ndarray, number: int) -> Iterator[np.ndarray]:
    """Unit vectors (D,) along which the property rises and the others hardly change.

    slopes: (D, P), how each property rises along each axis, in standard deviations. From the
    strongest, for which the others count little, to that which they are left alone by most.
    """
    others = slopes[:, ~_along(number)]
    for selfish in _SELFISH:
        arrow = np.linalg.solve(
            others @ others.T + selfish * np.eye(len(slopes)), slopes[:, number]
        )
        yield arrow / max(float(np.linalg.norm(arrow)), 1e-9)


def _readings(directions: np.ndarray, half: np.ndarray) -> np.ndarray:
    """The dual basis (S, K) of directions (S, K), in the measure of how real styles vary."""
    inverse = np.linalg.inv(half)
    readings: np.ndarray = np.linalg.pinv(directions @ inverse).T @ inverse
    return readings


def _slider(each: Verified, reading: np.ndarray, workshop: Workshop) -> StyleSlider:
    low, high = workshop.poses(each.direction)
    effects = {
        kind.name: Effect(float(each.changes[0, n]), float(each.changes[-1, n]), kind.unit)
        for n, kind in enumerate(PROPERTIES)
    }
    one = PROPERTIES[each.number]
    direction, dual = each.direction.astype(np.float32), reading.astype(np.float32)
    return StyleSlider(one.name, one.unit, direction, dual, low, high, effects)


def _table(tried: Sequence[Verified]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for each in tried:
        one, worst = PROPERTIES[each.number], int(each.sides.argmax())
        rows[one.name] = {
            "unit": one.unit,
            "low": round(float(each.changes[0, each.number]), 1),
            "high": round(float(each.changes[-1, each.number]), 1),
            "effect": round(float(each.spans[each.number]), 2),
            "largest_side_effect": round(float(each.sides[worst]), 2),
            "on": PROPERTIES[worst].name,
            "correlation": round(each.correlation, 3),
            "bone_error_percent": round(100 * each.bone_error, 1),
            "left_out": each.fault,
        }
    return rows
