"""The space that the style sliders move in: principal axes of the 256-d latent.

Written without Qt so that it can be tested and used anywhere. Coordinates are
in standard deviations (sigma) along each axis; 0 is the mean latent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.models import LATENT_SIZE
from motion.npz import read_npz

from .language import tr

DECODER, ENCODER = STYLE_VAE = "stylevae_decoder", "stylevae_encoder"
"""The models by their names on the worker."""
SLIDERS = 12
_MAX_BYTES = 10_000_000
LIMIT = 3.0


@dataclass(frozen=True, eq=False)
class StyleSpace:
    """Orthonormal axes of the latent, most varied first.

    mean: (256,) float32. components: (K, 256) float32, orthonormal rows.
    sigma: (K,) float32, standard deviation of the windows along each row.
    """

    mean: np.ndarray
    components: np.ndarray
    sigma: np.ndarray

    @property
    def dimensions(self) -> int:
        return len(self.sigma)

    def to_coords(self, latent: np.ndarray) -> np.ndarray:
        """Latents (..., 256) as coordinates (..., K) in sigma."""
        return (latent - self.mean) @ self.components.T / self.sigma

    def to_latent(self, coords: np.ndarray) -> np.ndarray:
        """Coordinates (..., K) in sigma as latents (..., 256)."""
        return (self.mean + (coords * self.sigma) @ self.components).astype(np.float32)

    def moved(self, latent: np.ndarray, coords: Mapping[int, float]) -> np.ndarray:
        """``latent`` (256,) with some of its coordinates, by the number of their axis, replaced.

        Whatever lies outside those axes stays, so a window's exact latent keeps
        its detail while the sliders push it about.
        """
        moved = latent
        for axis, sigma in coords.items():
            step = sigma * self.sigma[axis] - (latent - self.mean) @ self.components[axis]
            moved = moved + step * self.components[axis]
        return moved.astype(np.float32)

    def random(self, seed: int) -> np.ndarray:
        """Coordinates (K,) drawn from the unit normal, the same for one seed."""
        draw = np.random.default_rng(seed).standard_normal(self.dimensions)
        return np.clip(draw, -LIMIT, LIMIT).astype(np.float32)


def prior_space(dimensions: int = SLIDERS) -> StyleSpace:
    """The latent's own first axes under its unit-normal prior, before any data."""
    return StyleSpace(
        np.zeros(LATENT_SIZE, np.float32),
        np.eye(dimensions, LATENT_SIZE, dtype=np.float32),
        np.ones(dimensions, np.float32),
    )


def principal_space(latents: np.ndarray, dimensions: int = SLIDERS) -> StyleSpace:
    """Principal axes of the latents (N, 256), at most ``dimensions`` of them.

    N must be 2 or more; N windows span at most N - 1 axes, and those that vary less
    than a thousandth of the first are left out. Each axis points so that its
    largest entry is positive, which makes the result repeatable.
    """
    if len(latents) < 2:
        raise ValueError("principal axes need at least two latents")
    mean = latents.mean(axis=0)
    _, spread, rows = np.linalg.svd(latents - mean, full_matrices=False)
    sigma = spread / np.sqrt(len(latents) - 1)
    count = min(dimensions, len(latents) - 1, int(np.sum(sigma > 1e-3 * sigma[0])))
    rows = rows[: max(count, 1)]
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    return StyleSpace(
        mean.astype(np.float32),
        (rows * np.where(largest < 0, -1, 1)).astype(np.float32),
        np.maximum(sigma[: len(rows)], 1e-6).astype(np.float32),
    )


def load_space(path: Path) -> StyleSpace:
    """The space that training saved as ``style_space.npz``, at most 12 axes.

    ValueError with one sentence when the file holds something else.
    """
    names = ("mean", "components", "sigma")
    try:
        stored = read_npz(path, names, max_bytes=_MAX_BYTES)
        mean, components, sigma = (stored[name].astype(np.float32) for name in names)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{path}: not a style space ({error}); train again to write it") from error
    shapes = (mean.shape, components.shape, sigma.shape)
    if shapes != ((LATENT_SIZE,), (len(sigma), LATENT_SIZE), (len(sigma),)) or len(sigma) == 0:
        raise ValueError(
            f"{path}: mean, components and sigma have shapes {shapes}, "
            f"expected (256,), (K, 256) and (K,)"
        )
    return StyleSpace(mean, components[:SLIDERS], sigma[:SLIDERS])


@dataclass(frozen=True, eq=False)
class EncodedClip:
    """Windows of one clip: latents (W, 256) and their starts (W,) in seconds."""

    title: str
    style: str
    starts_s: np.ndarray
    latents: np.ndarray


class StyleBank:
    """All encoded windows, clip by clip, addressed by one running index."""

    def __init__(self) -> None:
        self._clips: dict[str, EncodedClip] = {}

    def put(self, key: str, clip: EncodedClip) -> None:
        """Add a clip, or replace the one of the same key."""
        self._clips[key] = clip

    def remove(self, key: str) -> None:
        self._clips.pop(key, None)

    def latents(self) -> np.ndarray:
        """Every window's latent, (N, 256)."""
        parts = [clip.latents for clip in self._clips.values()]
        return np.concatenate([np.zeros((0, LATENT_SIZE), np.float32), *parts])

    def styles(self) -> tuple[str, ...]:
        """The style of every window; a clip without one stands for itself."""
        return tuple(c.style or c.title for c in self._clips.values() for _ in c.starts_s)

    def clips(self) -> tuple[str, ...]:
        """The title of the clip of every window."""
        return tuple(c.title for c in self._clips.values() for _ in c.starts_s)

    def keys(self) -> tuple[str, ...]:
        """The key of the clip of every window."""
        return tuple(key for key, c in self._clips.items() for _ in c.starts_s)

    def starts_s(self) -> np.ndarray:
        """Where in its clip every window begins, (N,) seconds."""
        parts = [clip.starts_s for clip in self._clips.values()]
        return np.concatenate([np.zeros(0), *parts])

    def of(self, key: str) -> np.ndarray | None:
        """The latents of the windows of one clip, (W, 256); None where it is not here."""
        clip = self._clips.get(key)
        return None if clip is None else clip.latents

    def labels(self) -> tuple[str, ...]:
        """Clip, style and time of every window."""
        return tuple(
            tr("{title} at {start:.1f} s", title=title, start=start)
            for clip in self._clips.values()
            for title in [f"{clip.title} ({clip.style})" if clip.style else clip.title]
            for start in clip.starts_s
        )
