"""The map of styles: where real windows lie on it, and what style a place of it has.

Each dot is the style of a real window. A place is read as a mix of the dots around it; a new
window is put where the dots lie whose styles are most like its own. Plain NumPy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from motion.canonical import JOINTS
from motion.npz import NpzError, read_npz, write_npz

from .neighbours import Plane, exact_weights, smooth_weights
from .sliders import Effect, StyleSlider, coordinates

MIXED = 16
"""So many dots around a place are mixed."""
_ALIKE = 8
_MOST_RESTORED = 1.5
_BEYOND = 1.15
_TOGETHER = 0.1
_CHUNK = 256
_POSE = (len(JOINTS), 3)
_MAX_BYTES = 50_000_000


@dataclass(frozen=True, eq=False)
class StyleAtlas:
    """N >= 1 dots, styles of K numbers (64 where the network has a style block).

    styles: (N, K) float32. points: (N, 2) float32, most of them within -1 to 1. labels: (N,)
    names of the styles. clips: (N,) and starts_s: (N,) where each window comes from. legend:
    the names, in the order of the map. laid_out: so many rows, the first ones, were laid
    out; the others were placed by them. mean: (K,) the style at which all sliders stand at 0.
    made_for: sha256 of the encoder's and of the decoder's file, "" where unknown. metric:
    (K, D), styles are compared as ``styles @ metric``; None: as they are.
    """

    styles: np.ndarray
    points: np.ndarray
    labels: np.ndarray
    clips: np.ndarray
    starts_s: np.ndarray
    legend: tuple[str, ...]
    laid_out: int
    mean: np.ndarray
    sliders: tuple[StyleSlider, ...] = ()
    made_for: tuple[str, str] = ("", "")
    metric: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.styles)

    @cached_property
    def _plane(self) -> Plane:
        return Plane(self.points)

    @cached_property
    def _compared(self) -> np.ndarray:
        return self._comparable(self.styles)

    @cached_property
    def _squares(self) -> np.ndarray:
        squares: np.ndarray = np.square(self._compared).sum(axis=1)
        return squares

    def prepare(self) -> None:
        """Find now what ``nearest``, ``at`` and ``alike`` look up, so that they answer at once."""
        self._plane, self._squares  # noqa: B018 - computed here

    def _comparable(self, styles: np.ndarray) -> np.ndarray:
        known = np.asarray(styles, np.float32)
        return known if self.metric is None else known @ self.metric

    def style(self, name: str) -> np.ndarray:
        """The mean style (K,) of the windows labelled ``name``. Raises ValueError."""
        rows = self.labels == name
        if not rows.any():
            raise ValueError(f"no style {name!r} on the map; it has {', '.join(self.legend)}")
        mean: np.ndarray = self.styles[rows].mean(axis=0)
        return mean

    def random(self, seed: int) -> np.ndarray:
        """A style (K,) drawn from the normal distribution of those on the map, by its seed."""
        known = np.asarray(self.styles[: self.laid_out], np.float64)
        mean = known.mean(axis=0)
        _, spread, axes = np.linalg.svd(known - mean, full_matrices=False)
        draw = np.random.default_rng(seed).standard_normal(len(spread))
        drawn: np.ndarray = mean + draw * spread / np.sqrt(max(len(known) - 1, 1)) @ axes
        return drawn.astype(np.float32)

    def nearest(self, point: np.ndarray, count: int) -> np.ndarray:
        """Rows (count,) of the dots nearest to ``point`` (2,) on the map, nearest first."""
        return self._plane.nearest(point, count)[0]

    def alike(self, style: np.ndarray, count: int) -> np.ndarray:
        """Rows (count,) of the dots whose styles are most like ``style`` (K,), in order."""
        away = self._squares - 2 * (self._compared @ self._comparable(style))
        count = min(count, len(self))
        rows = np.argpartition(away, count - 1)[:count]
        found: np.ndarray = rows[np.argsort(away[rows])]
        return found

    def at(self, points: np.ndarray, without: np.ndarray | None = None) -> np.ndarray:
        """Styles (M, K) float32 of places (M, 2): mixes of the ``MIXED`` nearest dots.

        What differs between dots cancels in a mix and leaves it tamer than any of them; so it
        is taken as far from the mean as they are on average, and a seventh farther, as what is
        decoded moves less than the windows did. without: (N,) bool, dots that are left out;
        others must be there.
        """
        styles = np.empty((len(points), self.styles.shape[1]), np.float32)
        for number, point in enumerate(points):
            rows, away = self._plane.nearest(point, MIXED + 1, without)
            if len(rows) <= MIXED:
                away = np.append(away, 2 * away[-1])
                rows = np.append(rows, rows[-1])
            weights = smooth_weights(away).astype(np.float32)
            offsets = self.styles[rows[:-1]] - self.mean
            mixed, far = weights @ offsets, weights @ np.linalg.norm(offsets, axis=1)
            restored = min(far / max(float(np.linalg.norm(mixed)), 1e-9), _MOST_RESTORED)
            styles[number] = self.mean + _BEYOND * restored * mixed
        return styles

    def place(self, styles: np.ndarray, without: np.ndarray | None = None) -> np.ndarray:
        """Places (M, 2) float32 of styles (M, K): among the laid-out dots most like them.

        A style that is a dot's own lies where the dot lies. Dots that lie far from the rest
        of the neighbours do not pull, so that nothing is put into the void between two
        regions. without: (N,) bool, dots that are left out; others must be there.
        """
        kept = np.arange(self.laid_out) if without is None else np.flatnonzero(~without)
        kept = kept[kept < self.laid_out]
        known, points = self._compared[kept], self.points[kept]
        squares, count = self._squares[kept], min(_ALIKE + 1, len(kept))
        parts = np.array_split(self._comparable(styles), max(1, -(-len(styles) // _CHUNK)))
        placed = [_placed(part, known, squares, points, count) for part in parts]
        return np.concatenate(placed).astype(np.float32)

    def joined_with(
        self,
        styles: np.ndarray,
        labels: Sequence[str] | np.ndarray,
        clips: Sequence[str] | np.ndarray,
        starts_s: np.ndarray,
    ) -> StyleAtlas:
        """This map with windows of the person's own, M of each, placed by the laid-out dots.

        Names are objects then: one that is given for many windows is kept once.
        """
        new = np.asarray(labels, object)
        found = [str(name) for name in dict.fromkeys(new.tolist()) if name not in self.legend]
        return replace(
            self,
            styles=np.concatenate([self.styles, np.asarray(styles, np.float32)]),
            points=np.concatenate([self.points, self.place(styles)]),
            labels=np.concatenate([self.labels.astype(object, copy=False), new]),
            clips=np.concatenate(
                [self.clips.astype(object, copy=False), np.asarray(clips, object)]
            ),
            starts_s=np.concatenate([self.starts_s, np.asarray(starts_s, np.float32)]),
            legend=(*self.legend, *found),
        )

    def coordinates(self, style: np.ndarray) -> np.ndarray:
        """Where the sliders stand (..., S), in σ, for styles (..., K)."""
        return coordinates(self.sliders, style - self.mean)

    def moved(self, style: np.ndarray, index: int, sigma: float) -> np.ndarray:
        """``style`` (K,) with the slider ``index`` at ``sigma`` and the others where they stand."""
        slider = self.sliders[index]
        step = sigma - self.coordinates(style)[index]
        moved: np.ndarray = style + step * slider.direction
        return moved.astype(np.float32)


def principal_atlas(
    styles: np.ndarray,
    labels: Sequence[str] | np.ndarray,
    clips: Sequence[str] | np.ndarray | None = None,
    starts_s: np.ndarray | None = None,
) -> StyleAtlas:
    """A map of styles (N, K) by their first two principal axes, for models without one.

    Raises ValueError without styles.
    """
    if len(styles) == 0:
        raise ValueError("a map of styles needs at least one window")
    known, names = np.asarray(styles, np.float32), np.asarray(labels)
    mean = known.mean(axis=0)
    _, _, axes = np.linalg.svd(known - mean, full_matrices=False)
    points = np.zeros((len(known), 2), np.float32)
    points[:, : len(axes[:2])] = (known - mean) @ axes[:2].T
    return StyleAtlas(
        known,
        points / max(float(np.abs(points).max()), 1e-9),
        names,
        names if clips is None else np.asarray(clips),
        np.zeros(len(known), np.float32) if starts_s is None else np.asarray(starts_s, np.float32),
        tuple(sorted(set(names.tolist()))),
        len(known),
        mean,
    )


def fingerprint(encoder: Path, decoder: Path) -> tuple[str, str]:
    """sha256 of two model files, as ``StyleAtlas.made_for`` has them. Raises OSError."""
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (encoder, decoder))
    return first, second


def save_atlas(path: Path, atlas: StyleAtlas) -> None:
    """Writes what ``load_atlas`` reads, whole or not at all. Raises CannotWrite."""
    clips, clip = np.unique(atlas.clips, return_inverse=True)
    legend = np.array(atlas.legend)
    numbers = {name: n for n, name in enumerate(atlas.legend)}
    arrays = {
        "styles": atlas.styles.astype(np.float16),
        "points": atlas.points.astype(np.float32),
        "label": np.array([numbers[name] for name in atlas.labels.tolist()], np.uint16),
        "legend": legend,
        "clip": clip.astype(np.uint16),
        "clips": clips,
        "starts_s": atlas.starts_s.astype(np.float32),
        "mean": atlas.mean.astype(np.float32),
        "made_for": np.array(atlas.made_for),
    }
    if atlas.metric is not None:
        arrays["metric"] = atlas.metric.astype(np.float32)
    if atlas.sliders:
        arrays |= _slider_arrays(atlas.sliders)
    write_npz(path, arrays)


def load_atlas(path: Path) -> StyleAtlas:
    """The map that training saved. Raises OSError, and ValueError with one sentence."""
    stored = read_npz(path, max_bytes=_MAX_BYTES)
    try:
        styles = stored["styles"].astype(np.float32)
        legend = stored["legend"]
        encoder, decoder = stored["made_for"].tolist()
        atlas = StyleAtlas(
            styles,
            stored["points"].astype(np.float32),
            legend[stored["label"]],
            stored["clips"][stored["clip"]],
            stored["starts_s"],
            tuple(legend.tolist()),
            len(styles),
            stored["mean"],
            _sliders(stored) if "sliders" in stored else (),
            (encoder, decoder),
            stored.get("metric"),
        )
        _check(atlas)
    except (KeyError, IndexError, ValueError) as error:
        raise NpzError(
            f"{path}: no map of styles ({error}); make it with `python -m training atlas`."
        ) from error
    return atlas


def atlas_for(path: Path, encoder: Path, decoder: Path) -> StyleAtlas | None:
    """The map in ``path`` if it is there and was made for these two files, else None.

    Raises OSError, and ValueError with one sentence.
    """
    if not path.is_file():
        return None
    atlas = load_atlas(path)
    return atlas if atlas.made_for == fingerprint(encoder, decoder) else None


def _check(atlas: StyleAtlas) -> None:
    """ValueError where the arrays do not belong together."""
    count, size = atlas.styles.shape
    shapes = [part.shape for part in (atlas.labels, atlas.clips, atlas.starts_s)]
    if count == 0 or shapes != [(count,)] * 3 or atlas.points.shape != (count, 2):
        raise ValueError("its arrays do not have as many rows as each other")
    arrows = [part.shape for s in atlas.sliders for part in (s.direction, s.reading)]
    poses = [part.shape for s in atlas.sliders for part in (s.low, s.high)]
    if {atlas.mean.shape, *arrows} != {(size,)} or {*poses, _POSE} != {_POSE}:
        raise ValueError("its sliders do not fit its styles")
    if atlas.metric is not None and atlas.metric.shape[:1] != (size,):
        raise ValueError("its metric does not fit its styles")
    parts = (atlas.styles, atlas.points, *(s.direction for s in atlas.sliders))
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("it holds values that are not finite")


def _placed(
    styles: np.ndarray, known: np.ndarray, squares: np.ndarray, points: np.ndarray, count: int
) -> np.ndarray:
    """Places (M, 2) of styles (M, K) among ``known`` (N, K), by the ``count`` nearest of them."""
    away = squares - 2 * styles @ known.T
    near = np.argpartition(away, count - 1, axis=1)[:, :count]
    gap = np.sqrt(np.square(known[near] - styles[:, None]).sum(axis=-1))
    order = np.argsort(gap, axis=1)
    near, gap = np.take_along_axis(near, order, 1), np.take_along_axis(gap, order, 1)
    if count == 1:
        near, gap = np.repeat(near, 2, axis=1), np.repeat(gap, 2, axis=1)
    weights, at = exact_weights(gap), points[near[:, :-1]].astype(np.float64)
    apart = np.linalg.norm(at[:, :, None] - at[:, None], axis=-1)
    together = np.square(np.clip(1 - np.square(apart / _TOGETHER), 0, 1))
    chosen = (together * weights[:, None]).sum(axis=-1).argmax(axis=1)
    weights = weights * np.take_along_axis(together, chosen[:, None, None], 1)[:, 0]
    weights /= weights.sum(axis=1, keepdims=True)
    placed: np.ndarray = (weights[..., None] * at).sum(axis=1)
    return placed


def _slider_arrays(sliders: tuple[StyleSlider, ...]) -> dict[str, np.ndarray]:
    properties = list(sliders[0].effects)
    effects = [[slider.effects[name] for name in properties] for slider in sliders]
    return {
        "sliders": np.array([slider.name for slider in sliders]),
        "slider_units": np.array([slider.unit for slider in sliders]),
        "directions": np.array([slider.direction for slider in sliders], np.float32),
        "readings": np.array([slider.reading for slider in sliders], np.float32),
        "low": np.array([slider.low for slider in sliders], np.float16),
        "high": np.array([slider.high for slider in sliders], np.float16),
        "properties": np.array(properties),
        "property_units": np.array([effect.unit for effect in effects[0]]),
        "effects": np.array([[(e.low, e.high) for e in row] for row in effects], np.float32),
    }


def _sliders(stored: dict[str, np.ndarray]) -> tuple[StyleSlider, ...]:
    names, units = stored["sliders"].tolist(), stored["slider_units"].tolist()
    kinds = list(zip(stored["properties"].tolist(), stored["property_units"].tolist(), strict=True))
    return tuple(
        StyleSlider(
            name,
            units[n],
            stored["directions"][n],
            stored["readings"][n],
            stored["low"][n].astype(np.float32),
            stored["high"][n].astype(np.float32),
            {
                kind: Effect(float(low), float(high), unit)
                for (kind, unit), (low, high) in zip(kinds, stored["effects"][n], strict=True)
            },
        )
        for n, name in enumerate(names)
    )
