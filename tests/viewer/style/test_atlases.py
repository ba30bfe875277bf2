"""Which map there is, and whose dots are on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench, heard
from viewer.style.control import StyleControl
from viewer.style.library import LibraryClip


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.until(lambda: control.restyling.ready and all_joined(control))
    return control


def all_joined(style: StyleControl) -> bool:
    """Whether the windows of the clips here are on the map, and nothing more is to come."""
    atlas, own = style.atlases.atlas, len(style.bank.latents())
    if atlas is None or own < 14:
        return False
    return len(atlas) == own + (atlas.laid_out if atlas.sliders else 0)


def test_clips_of_the_library_join_without_moving_the_other_dots(
    bench: Bench, style: StyleControl
) -> None:
    atlases, before = style.atlases, style.atlases.atlas
    assert before is not None
    latents = style.bank.latents()[:3].astype(np.float16)
    path = Path("/mocap/day1/take.bvh")
    style.library.clips.append(LibraryClip(path, "take", "mocap/day1", latents, np.arange(3.0)))
    told = heard(atlases.changed)
    style.library.came.emit()
    bench.until(lambda: bool(told))
    now = atlases.atlas
    assert now is not None and len(now) == len(before) + 3
    assert np.array_equal(now.points[: len(before)], before.points)
    assert now.legend == (*before.legend, "mocap/day1")
    assert [atlases.file(row) for row in range(len(before), len(now))] == [str(path)] * 3
    assert atlases.subspace is style.restyling.subspace
    expected = atlases.subspace.read(latents.astype(np.float32))
    assert np.allclose(now.styles[-3:], expected, atol=1e-5)
    style.library.clips.clear()
    style.library.gone.emit()
    bench.until(lambda: atlases.atlas is not None and len(atlases.atlas) == len(before))
