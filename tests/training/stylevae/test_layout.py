"""The layout of the map: styles apart, alike beside alike, no two dots at one place."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("scipy")

from training.stylevae.layout import around, laid_out, spread, style_metric

DRAW = np.random.default_rng(3)
EACH, GROUPS, SIZE = 50, 5, 32
LABELS = np.repeat([f"style {n}" for n in range(GROUPS)], EACH)


def blocks() -> np.ndarray:
    """Five styles that differ by little where all vary little; the rest is large and the same."""
    number = np.arange(len(LABELS)) // EACH
    styles = DRAW.normal(size=(len(LABELS), SIZE)) * 3
    styles[:, :4] = 0.3 * DRAW.normal(size=(len(LABELS), 4))
    styles[np.arange(len(LABELS)), number % 4] += np.where(number == 4, -1.5, 1.5)
    return styles


def nearest_is_alike(places: np.ndarray) -> float:
    away = np.linalg.norm(places[:, None] - places, axis=-1) + 1e9 * np.eye(len(places))
    return float((LABELS[away.argmin(axis=1)] == LABELS).mean())


def test_the_metric_sees_what_tells_styles_apart() -> None:
    styles = blocks()
    metric = style_metric(styles, LABELS)
    assert metric.shape == (SIZE, GROUPS)
    fresh = blocks()
    both = np.concatenate([styles, fresh]) @ metric
    away = np.linalg.norm(both[len(styles) :, None] - both[: len(styles)], axis=-1)
    told = (LABELS[away.argmin(axis=1)] == LABELS).mean()
    assert nearest_is_alike(styles) < 0.6 < 0.85 < told


def test_styles_are_regions_of_the_unit_circle() -> None:
    features = blocks() @ style_metric(blocks(), LABELS)
    places = laid_out(features, LABELS, seed=0)
    assert np.linalg.norm(places, axis=1).max() <= 1 + 1e-6
    assert nearest_is_alike(places) > 0.95
    np.testing.assert_array_equal(places, laid_out(features, LABELS, seed=0))


def test_crowds_are_spread_until_every_dot_can_be_pointed_at() -> None:
    crowds = np.concatenate(
        [DRAW.normal(size=(300, 2)) * size + at for size, at in ((0.01, (3, 3)), (0.2, (-2, 0)))]
    )
    places = spread(crowds)
    away = np.linalg.norm(places[:, None] - places, axis=-1) + 1e9 * np.eye(len(places))
    assert away.min(axis=1).min() > 0.3 * np.sqrt(np.pi / len(places))
    first, second = places[:300].mean(axis=0), places[300:].mean(axis=0)
    assert first[0] > second[0] and np.linalg.norm(first - second) > 0.5


def test_the_legend_goes_round_the_map() -> None:
    points = np.array([[1.0, 0.1], [0.1, 1.0], [-1.0, 0.1], [-0.1, -1.0]])
    assert around(points, np.array(["east", "north", "west", "south"])) == (
        "south", "east", "north", "west",
    )  # fmt: skip
