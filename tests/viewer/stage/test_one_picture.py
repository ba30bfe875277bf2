"""A slider and the pose it makes share a picture; an answer that is late is not waited for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication

from inference.worker.messages import Priority
from tests.viewer.conftest import settle, until
from viewer.stage.one_picture import OnePicture
from viewer.studio.bridge import Bridge
from viewer.style.panel import StylePanel
from viewer.style.sigma_slider import CentredSlider
from viewer.ui.theme import DARK
from viewer.window.window import MainWindow


class Paints(QObject):
    """Notes "paint" whenever ``watched`` is painted."""

    def __init__(self, watched: QObject, notes: list[str]) -> None:
        super().__init__(watched)
        self._notes = notes
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._notes.append("paint")
        return False


def test_the_slider_is_painted_with_its_pose(walking_window: MainWindow) -> None:
    window = walking_window
    window.docks["style"].raise_()
    until(lambda: "stylevae_decoder" in window.bridge.models)
    panel = window.docks["style"].findChild(StylePanel)
    assert panel is not None
    panel.more.setChecked(True)
    settle(window)
    slider = next(
        s for s in window.docks["style"].findChildren(QAbstractSlider)
        if isinstance(s, CentredSlider) and s.isVisible()
    )  # fmt: skip
    panel.ensureWidgetVisible(slider)
    slider.setFocus()
    settle(window)
    window.one_picture.patience.setInterval(10_000)
    notes: list[str] = []
    window.studio.figure_changed.connect(lambda: notes.append("pose"))
    Paints(slider, notes)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    until(lambda: "paint" in notes)
    assert notes[0] == "pose"
    assert not window.one_picture.patience.isActive()


def test_a_late_answer_is_not_waited_for(app: QApplication) -> None:
    notes: list[str] = []
    bridge, slider = Bridge(("numpy",)), CentredSlider(DARK)
    slider.show()
    assert QTest.qWaitForWindowExposed(slider, 120_000)
    OnePicture(slider, bridge).patience.setInterval(100)
    Paints(slider, notes)
    QApplication.processEvents()
    notes.clear()
    latent = np.zeros((1, 256), np.float32)
    bridge.infer("nobody answers", {"latent": latent}, "style.decode", Priority.INTERACTIVE)
    slider.setValue(50)
    QApplication.processEvents()
    assert notes == []
    until(lambda: notes == ["paint"])
    bridge.infer("nobody answers", {"latent": latent}, "phase.live", Priority.LIVE)
    slider.setValue(60)
    QApplication.processEvents()
    assert notes == ["paint", "paint"]
    slider.close()
    slider.deleteLater()
