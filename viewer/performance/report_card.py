"""The latency report on screen: how far it is, then the card, which can be saved."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.ui.theme import GAP, MARGIN

_STEPS = 1000
_AROUND = 120
"""How much of the window the card leaves free."""


class ReportCard(QDialog):
    """Stands over the window without holding it up. Escape cancels what runs, or closes it."""

    cancelled = Signal()
    save_asked = Signal()
    again_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Latency report"))
        self.doing = QLabel()
        self.doing.setAccessibleName(tr("What is being done"))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(tr("Progress of the latency report"))
        self.bar.setToolTip(tr("How much of the report is measured"))
        self.picture = QLabel()
        self.picture.setAccessibleName(tr("Latency card"))
        self.picture.hide()
        self.save = self._button(
            tr("Save…"), tr("Save the card as PNG, its numbers as JSON beside it")
        )
        self.again = self._button(tr("Measure again"), tr("Measure for another 20 seconds"))
        self.leave = self._button(tr("Cancel"), tr("Measure no more (Esc)"))
        self.save.clicked.connect(self.save_asked)
        self.again.clicked.connect(self.again_asked)
        self.leave.clicked.connect(self.reject)
        self.rejected.connect(self.cancelled)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.save, self.again, self.leave):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        for part in (self.doing, self.bar, self.picture):
            column.addWidget(part)
        column.addLayout(row)

    def begin(self) -> None:
        """Show progress, and no card yet."""
        self.picture.hide()
        self._settle(running=True)
        self.show_progress(tr("Preparing"), 0.0)
        self.setMinimumWidth(440)
        self.adjustSize()
        self.show()
        self.raise_()

    def show_progress(self, doing: str, share: float) -> None:
        """What is being done, and how much of it is."""
        self.doing.setText(f"{doing} …")
        self.bar.setValue(round(share * _STEPS))

    def show_card(self, image: QImage, words: str) -> None:
        """The card, as large as the window allows; ``words`` say the same."""
        self.picture.setAccessibleDescription(words)
        ratio = self.devicePixelRatioF()
        parent = self.parentWidget()
        room = (parent.size() if parent else image.size()) - QSize(_AROUND, _AROUND)
        pixmap = QPixmap.fromImage(
            image.scaled(
                room * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)
        self._settle(running=False)
        self.picture.show()
        self.resize(self.sizeHint())  # to adjust would keep it within two thirds of the screen
        if parent is not None:
            self.move(parent.mapToGlobal(parent.rect().center()) - self.rect().center())

    def _settle(self, running: bool) -> None:
        for part in (self.doing, self.bar):
            part.setVisible(running)
        for button in (self.save, self.again):
            button.setVisible(not running)
        self.leave.setText(tr("Cancel") if running else tr("Close"))

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        return button
