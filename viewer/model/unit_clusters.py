"""Units that rise and fall together, side by side: average linkage on their correlations."""

from __future__ import annotations

import numpy as np

_SAMPLED = 1000


def sampled(frames: int) -> np.ndarray:
    """Up to 1,000 frames, spread evenly."""
    return np.unique(np.linspace(0, frames - 1, min(frames, _SAMPLED)).round().astype(int))


def cluster_order(values: np.ndarray) -> np.ndarray:
    """An order (U,) of the columns of ``values`` (T, U) that keeps like ones together.

    Two columns are as far apart as 1 less their correlation, over up to 1,000 frames. The nearest
    two groups are joined until one is left, the distance of groups being the mean over their pairs
    (average linkage), found by chains of nearest neighbors (Müllner, "Modern hierarchical,
    agglomerative clustering algorithms", 2011) in O(U²). Time and memory: some ms and U² numbers.
    """
    count = values.shape[1]
    if count < 3:
        return np.arange(count)
    apart = _distances(values[sampled(len(values))].astype(np.float32))
    groups = [[unit] for unit in range(count)]
    chain: list[int] = []
    for _ in range(count - 1):
        if not chain:
            chain.append(next(i for i, group in enumerate(groups) if group))
        while True:
            nearest = int(apart[chain[-1]].argmin())
            if len(chain) > 1 and apart[chain[-1], nearest] >= apart[chain[-1], chain[-2]]:
                break
            chain.append(nearest)
        second, first = chain.pop(), chain.pop()
        _join(apart, groups, min(first, second), max(first, second))
    return np.array(next(group for group in groups if group))


def _distances(series: np.ndarray) -> np.ndarray:
    """1 - correlation of columns, (U, U), 1 where that is no number; infinite to itself."""
    centred = series - series.mean(0)
    length = np.linalg.norm(centred, axis=0)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    alike = np.nan_to_num(unit.T @ unit)
    apart = 1 - (alike + alike.T) / 2
    np.fill_diagonal(apart, np.inf)
    return apart


def _join(apart: np.ndarray, groups: list[list[int]], kept: int, gone: int) -> None:
    """Group ``gone`` goes into ``kept``; its distances become infinite."""
    a, b = len(groups[kept]), len(groups[gone])
    mean = (a * apart[kept] + b * apart[gone]) / (a + b)
    apart[kept], apart[:, kept] = mean, mean
    apart[gone], apart[:, gone] = np.inf, np.inf
    apart[kept, kept] = np.inf
    groups[kept] += groups[gone]
    groups[gone] = []
