"""What dots of the map are called, and what the pointer does with them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.model.style_edits import lock_slider
from viewer.style.control import StyleControl
from viewer.style.dot_labels import window_name


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.until(lambda: len(control.panel.map.dots.points) >= 14 and control.restyling.ready)
    return control


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
