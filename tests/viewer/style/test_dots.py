"""What dots of the map are called, and what the pointer does with them."""

from __future__ import annotations

import numpy as np
import pytest

from motion.restyling.atlas import principal_atlas
from tests.viewer.panel_fixtures import Bench
from viewer.model.style_edits import lock_slider
from viewer.style.control import StyleControl
from viewer.style.dots import DotLabels, window_name


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.until(lambda: len(control.panel.map.dots.points) >= 14 and control.restyling.ready)
    return control


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


def test_a_locked_slider_stays_where_a_dot_is_taken(bench: Bench, style: StyleControl) -> None:
    atlas = style.atlases.atlas
    assert atlas is not None
    if not atlas.sliders:
        pytest.skip("the networks of this tree have no named sliders")
    style.panel.map.picked.emit(0)
    stands = atlas.coordinates(style.style)[0]
    bench.window.store.apply(lock_slider(atlas.sliders[0].name, True))
    far = int(np.abs(atlas.coordinates(atlas.styles)[:, 0] - stands).argmax())
    style.panel.map.picked.emit(far)
    assert atlas.coordinates(style.style)[0] == pytest.approx(stands, abs=1e-3)
    assert style.current().label == window_name(atlas, far)
    assert style.panel.map.marker() == pytest.approx(tuple(atlas.points[far].tolist()), abs=1e-6)
