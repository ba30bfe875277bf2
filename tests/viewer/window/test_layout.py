"""Where the window stands at its first start."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle

from viewer.window.window import MainWindow


def test_a_first_window_fits_the_screen_with_its_title(first_window: MainWindow) -> None:
    title = first_window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    screen = first_window.screen().availableGeometry()
    assert title > 0
    assert first_window.width() <= screen.width()
    assert first_window.height() + title <= screen.height()
