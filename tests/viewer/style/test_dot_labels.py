"""Dots are called by their clip and time, and are grouped by style before they are shown."""

from __future__ import annotations

import numpy as np

from motion.restyling.atlas import principal_atlas
from viewer.style.dot_labels import DotLabels, dots_of, window_name


def test_labels_are_words_only_when_they_are_asked_for() -> None:
    styles = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    clips = ("corpus/walk_a.bvh", "Run", "take")
    atlas = principal_atlas(styles, ("walk", "run", "mocap/day1"), clips, np.array([0, 1.5, 2]))
    labels = DotLabels(atlas)
    assert len(labels) == 3
    assert labels[2] == "mocap/day1: take at 2.0 s"
    assert labels[-3] == "walk: walk_a at 0.0 s"
    assert [*labels] == labels[:] == [labels[0], labels[1], labels[2]]
    assert window_name(atlas, 1) == "Run at 1.5 s"


def test_dots_are_grouped_by_style() -> None:
    styles = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    atlas = principal_atlas(styles, ("run", "walk", "run", "walk"))
    dots = dots_of(atlas)
    assert dots.names == ("run", "walk")
    assert {name: rows.tolist() for name, rows in dots.by_style().items()} == {
        "run": [0, 2],
        "walk": [1, 3],
    }
    assert np.array_equal(dots.points, atlas.points)


def test_dots_of_a_map_that_goes_on_are_those_of_the_whole() -> None:
    styles = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    atlas = principal_atlas(styles[:4], ("run", "walk", "run", "walk"))
    joined = atlas.joined_with(styles[4:], ("dab", "run"), ("a", "b"), np.zeros(2))
    dots = dots_of(joined, dots_of(atlas))
    assert dots.names == ("run", "walk", "dab")
    groups = {name: rows.tolist() for name, rows in dots.by_style().items()}
    assert groups == {"run": [0, 2, 5], "walk": [1, 3], "dab": [4]}
    assert len(dots.labels) == len(dots.points) == 6
