"""Where in a latent the style lives: the style block, or the subspace that tells clips apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LATENT_SIZE, STYLE_SIZE = 256, 64
"""The style block of the latent is its first 64 values, the content block the rest."""

_LEAST_SHARE = 1e-3


@dataclass(frozen=True, eq=False)
class StyleSubspace:
    """axes: (K, L) orthonormal rows; a style is K numbers, the place of a latent along them."""

    axes: np.ndarray

    @property
    def size(self) -> int:
        """How many numbers a style has."""
        return len(self.axes)

    def read(self, latents: np.ndarray) -> np.ndarray:
        """The styles (..., K) of latents (..., L)."""
        styles: np.ndarray = latents @ self.axes.T
        return styles

    def write(self, latents: np.ndarray, styles: np.ndarray) -> np.ndarray:
        """Latents (..., L) with the styles (..., K) in place of their own, all else kept."""
        written: np.ndarray = latents + (styles - self.read(latents)) @ self.axes
        return written.astype(np.float32)


STYLE_BLOCK = StyleSubspace(np.eye(STYLE_SIZE, LATENT_SIZE, dtype=np.float32))
"""Of a network that was trained with a style block."""


def found_subspace(latents: np.ndarray, groups: Sequence[str]) -> StyleSubspace:
    """The principal subspace of what differs between groups of latents (N, L).

    groups: N labels, or clips where there are no labels. At most 64 axes and one fewer than
    there are groups; axes that tell less than a thousandth of the first are left out. Raises
    ValueError where fewer than two groups are there.
    """
    names = sorted(set(groups))
    if len(names) < 2:
        raise ValueError("a style subspace needs latents of at least two styles or clips")
    belongs = np.array(groups)
    means = np.stack([latents[belongs == name].mean(axis=0) for name in names])
    _, spread, rows = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    kept = spread[: len(names) - 1] ** 2 > _LEAST_SHARE * spread[0] ** 2
    count = min(STYLE_SIZE, max(1, int(kept.sum())))
    return StyleSubspace(rows[:count].astype(np.float32))
