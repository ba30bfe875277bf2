"""The phase plane: a round phase is round, however wide the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from viewer.phase.overlay_rows import B
from viewer.phase.portrait import PhasePortrait
from viewer.ui.theme import DARK

from .measured import turning


def test_others_are_under_it_in_their_colours(show: Callable[[QWidget], None]) -> None:
    portrait = PhasePortrait(DARK)
    show(portrait)
    portrait.resize(140, 140)
    portrait.set_cycle(np.zeros((0, 2)), 1.0)
    bare = portrait.grab().toImage()
    portrait.set_others([(turning(np.linspace(0, 1, 200), 0.5), B)])
    picture = portrait.grab().toImage()
    changed = [
        (x, y) for x in range(140) for y in range(140)
        if picture.pixelColor(x, y) != bare.pixelColor(x, y)
    ]  # fmt: skip
    away = np.linalg.norm(np.array(changed) - 69.5, axis=1)
    assert len(changed) > 100 and away == pytest.approx(0.5 * 60, abs=2.5)
    portrait.set_others(())
    assert portrait.grab().toImage() == bare


@pytest.mark.parametrize("size", [(200, 90), (96, 140)])
def test_its_axes_are_equal(show: Callable[[QWidget], None], size: tuple[int, int]) -> None:
    portrait = PhasePortrait(DARK)
    show(portrait)
    portrait.resize(*size)
    found = []
    for turn in (0.0, 0.25, 0.5, 0.75):
        portrait.set_cycle(np.zeros((0, 2)), 1.0)
        portrait.set_trail(turning(np.array([turn]), 0.8))
        picture = portrait.grab().toImage()
        at = [
            (x, y) for x in range(picture.width()) for y in range(picture.height())
            if picture.pixelColor(x, y) == QColor(DARK.accent)
        ]  # fmt: skip
        found.append(np.mean(at, axis=0))
    right, up, left, down = found
    assert right[0] - left[0] == pytest.approx(down[1] - up[1], abs=1.0)
    assert right[1] == pytest.approx(left[1], abs=1.0) and up[0] == pytest.approx(down[0], abs=1.0)
    assert right[0] - left[0] > 40
