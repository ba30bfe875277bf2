"""Curves over frames: where something holds, and what is left of them under a Gaussian."""

from __future__ import annotations

from typing import Literal

import numpy as np


def runs(flags: np.ndarray, shortest: int = 1) -> list[tuple[int, int]]:
    """Where ``flags`` (T,) are true: every [first, last + 1) of at least ``shortest`` frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= shortest]


def smoothed(
    values: np.ndarray,
    sigma: float,
    sigmas: float = 3.0,
    ends: Literal["edge", "constant"] = "edge",
) -> np.ndarray:
    """``values`` (T, ...) float64 over frames under a Gaussian of ``sigma`` frames.

    sigmas: where the Gaussian is cut off. ends: what is beyond the ends, the value there
    ("edge") or zero ("constant").
    """
    reach = int(np.ceil(sigmas * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    columns = np.asarray(values, np.float64).reshape(len(values), -1)
    padded = np.pad(columns, ((reach, reach), (0, 0)), mode=ends)
    found = [np.convolve(column, kernel / kernel.sum(), "valid") for column in padded.T]
    return np.stack(found, axis=-1).reshape(values.shape)
