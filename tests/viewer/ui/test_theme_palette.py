"""Colours that stand for different things are told apart, also by the colour-blind."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from viewer.ui.theme import THEMES, Theme

VISIONS = {
    "usual": np.eye(3),
    "red-blind": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "green-blind": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
}  # fmt: skip
"""Linear RGB as it is seen without one kind of cone (Machado, Oliveira and Fernandes, 2009)."""
XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 14.0
"""In CIELAB, where about 2 can just be told side by side."""


def linear(color: str) -> np.ndarray:
    """Linear RGB (3,) of "#rrggbb"."""
    shade = np.array(QColor(color).getRgbF()[:3])
    return np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)


def lab(color: str, vision: np.ndarray) -> np.ndarray:
    """CIELAB (3,) of a colour as it is seen."""
    xyz = XYZ @ np.clip(vision @ linear(color), 0, 1) / WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colors: tuple[str, ...], vision: np.ndarray) -> tuple[float, str, str]:
    """The two that are most alike, and how far they are apart."""
    pairs = combinations(colors, 2)
    return min((float(np.linalg.norm(lab(a, vision) - lab(b, vision))), a, b) for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """As WCAG has it, 1 to 21."""
    low, high = sorted(float(XYZ[1] @ linear(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_curves_lanes_and_verdicts_are_told_apart(theme: Theme, vision: str) -> None:
    for colors in (theme.series, theme.contacts, (theme.good, theme.warn, theme.bad)):
        apart, *pair = nearest(colors, VISIONS[vision])
        assert apart >= APART, (pair, apart)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_words_and_curves_stand_out_from_their_ground(theme: Theme) -> None:
    for ground in (theme.window, theme.panel, theme.field):
        assert contrast(theme.text, ground) >= 7
        assert contrast(theme.muted, ground) >= 4.5
    for color in (*theme.series, theme.accent, theme.good, theme.warn, theme.bad):
        assert contrast(color, theme.field) >= 3, color


def test_what_the_colour_blind_cannot_tell_is_found() -> None:
    red, olive = "#c4501a", "#8a8000"
    assert nearest((red, olive), VISIONS["usual"])[0] > 30
    assert nearest((red, olive), VISIONS["green-blind"])[0] < 2
