"""Where viewports lie in a picture."""

from __future__ import annotations

import itertools

import pytest

from render.scene import PixelSize
from viewer.model.comparison import LAYOUTS, Layout
from viewer.model.viewports import cells


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("width", "height", "ratio"), [(1281, 721, 1.0), (447, 903, 2.0)])
def test_they_are_equal_inside_and_apart(
    layout: Layout, width: int, height: int, ratio: float
) -> None:
    found = cells(layout, PixelSize(width, height, ratio))
    assert len(found) == {"two": 2, "four": 4}.get(layout, 1)
    assert len({cell.size for cell in found}) == 1 and found[0][:2] == (0, 0)
    for cell in found:
        assert cell.x + cell.size.width <= width and cell.y + cell.size.height <= height
    assert found[-1].x + found[-1].size.width == width
    assert found[-1].y + found[-1].size.height == height
    for a, b in itertools.combinations(found, 2):
        beside = a.x + a.size.width < b.x or b.x + b.size.width < a.x
        above = a.y + a.size.height < b.y or b.y + b.size.height < a.y
        assert beside or above


def test_two_in_a_high_picture_stand_one_above_the_other() -> None:
    high = cells("two", PixelSize(300, 900))
    assert high[1].x == 0 and high[1].y > 400
    assert cells("two", PixelSize(900, 600))[1].y == 0
