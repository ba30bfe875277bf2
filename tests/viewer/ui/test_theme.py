"""The themes: what must be read can be read, and the one for projectors is larger and stronger."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from render.color_schemes import COLOR_SCHEMES
from tests.viewer.conftest import Opener, open_file, until
from viewer.ui.theme import DARK, LIGHT, PROJECTOR, THEMES, Theme, ThemeSwitch


def luminance(code: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
             for c in QColor(code).getRgbF()[:3]]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_can_be_read(theme: Theme) -> None:
    for ground in (theme.panel, theme.window, theme.field):
        assert contrast(theme.text, ground) > 12
        assert contrast(theme.muted, ground) > 4.5


def test_the_projector_s_theme_is_stronger_than_the_light_one() -> None:
    for name in ("text", "muted", "faint", "accent", "line"):
        strong, usual = getattr(PROJECTOR, name), getattr(LIGHT, name)
        assert contrast(strong, PROJECTOR.panel) > contrast(usual, LIGHT.panel), name
    verdicts = (PROJECTOR.good, PROJECTOR.warn, PROJECTOR.bad)  # apart for the colour-blind too
    for color in (*PROJECTOR.series, *verdicts):
        assert contrast(color, PROJECTOR.panel) > 4.5, color
    assert PROJECTOR.stroke > 1 and PROJECTOR.text_scale > 1
    assert COLOR_SCHEMES["projector"].stroke > 1


def test_the_choice_makes_letters_larger_and_is_kept(
    app: QApplication, open_window: Opener, walk: Path
) -> None:
    usual = app.font().pointSizeF()
    window = open_window()
    open_file(window, walk)
    readout = window.status.truth
    high = readout.sizeHint().height()
    try:
        window.actions_["view.theme.projector"].trigger()
        assert window.bench.settings.value("theme") == "projector"
        assert app.font().pointSizeF() == pytest.approx(usual * PROJECTOR.text_scale)
        assert window.store.document.view.scheme == "projector"
        assert readout.sizeHint().height() > high
        stage = window.stage_view.stage
        assert stage is not None
        until(lambda: stage.scene.scheme.stroke > 1)
        corner = stage.grabFramebuffer().pixelColor(2, 2)
        assert corner.lightnessF() > 0.85
        window.actions_["view.theme.swap"].trigger()
        assert window.bench.themes.current is DARK
    finally:
        ThemeSwitch(app, "dark").apply()
    assert app.font().pointSizeF() == pytest.approx(usual)
