"""The card of the latency report, as large as its window allows."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import dispose, until
from viewer.performance.report_card import ReportCard


def test_all_of_the_card_is_seen_also_in_a_window_as_large_as_the_screen(
    app: QApplication,
) -> None:
    window = QWidget()
    window.resize(app.primaryScreen().availableSize())
    card = ReportCard(window)
    image = QImage(2240, 1200, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    card.begin()
    card.show_card(image, "words")
    until(lambda: not card.picture.visibleRegion().isEmpty())
    assert card.picture.width() >= card.picture.pixmap().deviceIndependentSize().width()
    assert card.width() > 0.8 * window.width()
    assert card.height() <= window.height()
    dispose(window)
