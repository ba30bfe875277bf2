"""Where the dots of the map of styles lie: alike beside alike, styles apart, few voids."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from sklearn.manifold import TSNE

_AXES = 24
_SHRINKAGE = 0.3
_PERPLEXITY = 30.0
_LABEL = 6.0
_ROUNDS, _FILLED = 150, 0.6
_OUTER, _RIM = 0.98, 0.95


def style_metric(styles: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(K, D): what of styles (N, K) tells the labels (N,) apart, D at most 24.

    Linear discriminant axes, the spread within a label as the unit of length and its
    correlations shrunk; every label counts alike. Fisher, "The use of multiple measurements in
    taxonomic problems", 1936.
    """
    names, number = np.unique(labels, return_inverse=True)
    groups = [styles[number == n].astype(np.float64) for n in range(len(names))]
    middles = np.stack([group.mean(axis=0) for group in groups])
    within = np.mean([np.cov(group.T, bias=True) for group in groups], axis=0)
    within += _SHRINKAGE * (np.diag(np.diag(within)) - within)
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(np.maximum(values, 1e-9))
    _, _, axes = np.linalg.svd((middles - middles.mean(axis=0)) @ whitening, full_matrices=False)
    metric: np.ndarray = whitening @ axes[: min(_AXES, len(names))].T
    return metric.astype(np.float32)


def laid_out(features: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    """Places (N, 2) within the unit circle of ``features`` (N, D), N > 3, by t-SNE.

    Another label is a distance of its own, so that a style is a region. It begins with the
    principal axes, which keeps the large arrangement: Kobak and Berens, "The art of using
    t-SNE for single-cell transcriptomics", 2019.
    """
    names, number = np.unique(labels, return_inverse=True)
    held = np.concatenate([features, _LABEL * np.eye(len(names))[number]], axis=1)
    held = held - held.mean(axis=0)
    u, s, _ = np.linalg.svd(held, full_matrices=False)
    first = u[:, :2] * s[:2]
    first *= 1e-4 / first[:, 0].std()
    made = TSNE(
        perplexity=min(_PERPLEXITY, (len(features) - 1) / 3),
        init=first.astype(np.float32),
        random_state=seed,
        n_jobs=1,
    )
    return spread(made.fit_transform(held.astype(np.float32)).astype(np.float64))


def spread(points: np.ndarray) -> np.ndarray:
    """``points`` (N, 2) pushed apart to about one distance, within the unit circle.

    Crowds grow into the voids around them, so that a drag finds a dot nearly everywhere and
    every dot can be pointed at.
    """
    places = points - points.mean(axis=0)
    places *= _RIM / np.quantile(np.linalg.norm(places, axis=1), _OUTER)
    wanted = np.sqrt(_FILLED * np.pi / len(places) * 2 / np.sqrt(3))
    for round_ in range(_ROUNDS):
        reach = wanted * min(1.0, 1.4 * (round_ + 1) / _ROUNDS)
        a, b = cKDTree(places).query_pairs(reach, output_type="ndarray").T
        gap = places[a] - places[b]
        length = np.maximum(np.linalg.norm(gap, axis=1), 1e-9)
        push = (0.25 * (reach / length - 1))[:, None] * gap
        step = np.stack(
            [
                np.bincount(a, column, len(places)) - np.bincount(b, column, len(places))
                for column in push.T
            ],
            axis=1,
        )
        size = np.linalg.norm(step, axis=1, keepdims=True)
        places = places + step * np.minimum(1, reach / np.maximum(size, 1e-9))
        places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1)
    return places.astype(np.float32)


def around(points: np.ndarray, labels: np.ndarray) -> tuple[str, ...]:
    """The labels in the order of the angle at which they lie about the middle of the map."""
    names = np.unique(labels)
    middles = np.stack([np.median(points[labels == name], axis=0) for name in names])
    order = np.argsort(np.arctan2(middles[:, 1], middles[:, 0]))
    return tuple(names[order].tolist())
