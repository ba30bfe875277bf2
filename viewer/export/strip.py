"""What is being exported, how far and how long still, with what stops it; in the status bar."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from viewer.model.export.process import Progress
from viewer.model.language import tr
from viewer.ui.icons import Icons
from viewer.ui.theme import GAP

_STEPS = 1000
_MINUTE_S, _HOUR_S = 60, 3600
_WIDEST = tr("Exporting 99%, 59 min left")


class ExportStrip(QWidget):
    """Hidden while nothing is exported; ``stopped`` when a person has it stopped."""

    stopped = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.label = QLabel()
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(96, 6)
        self.bar.setAccessibleName(tr("Share of the export that is done"))
        self.stop = QToolButton()
        self.stop.setProperty("role", "small")
        self.stop.setAccessibleName(tr("Cancel the export"))
        self.stop.setToolTip(tr("Cancel the export; nothing is left of it"))
        icons.bind(self.stop, "close")
        self.stop.clicked.connect(self.stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GAP, 0)
        row.setSpacing(GAP)
        for widget in (self.label, self.bar, self.stop):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_export(self, output: str, progress: Progress | None, waiting: int) -> None:
        """``output`` is being written; progress: None before it is known. waiting: others."""
        more = f" (+{waiting})" if waiting else ""
        if progress is None:
            self.bar.setRange(0, 0)
            self.label.setText(tr("Exporting …{more}", more=more))
        else:
            share = progress.done / max(progress.total, 1)
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * share))
            left = (
                ""
                if progress.left_s is None
                else tr(", {time} left", time=left_text(progress.left_s))
            )
            self.label.setText(
                tr("Exporting {share:.0%}{left}{more}", share=share, left=left, more=more)
            )
        self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance(_WIDEST))
        self.setToolTip(tr("Writing {output}", output=output))
        self.bar.setAccessibleDescription(self.label.text())
        self.show()


def left_text(seconds: float) -> str:
    """A time to wait, in words that do not jump."""
    if seconds < _MINUTE_S:
        return f"{max(round(seconds), 1)} s"
    if seconds < _HOUR_S:
        return tr("{seconds} min", seconds=round(seconds / _MINUTE_S))
    return f"{seconds / _HOUR_S:.1f} h"
