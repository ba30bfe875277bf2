"""Below the plots: the anomalies, what to do with them, and what counts as one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from viewer.model.language import tr
from viewer.ui.theme import Theme

from .anomaly_list import AnomalyList
from .threshold_form import ThresholdForm


class LintSection(QWidget):
    """A heading with buttons, the list, and the thresholds folded away."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.count.setAccessibleName(tr("How many anomalies"))
        self.list, self.form = AnomalyList(theme), ThresholdForm()
        self.buttons = tuple(QToolButton() for _ in range(3))
        self.fold = QToolButton()
        self.fold.setText(tr("Thresholds"))
        self.fold.setCheckable(True)
        self.fold.setArrowType(Qt.ArrowType.RightArrow)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setToolTip(tr("What counts as an anomaly"))
        self.fold.toggled.connect(self._unfold)
        heading = QHBoxLayout()
        heading.setSpacing(2)
        heading.addWidget(self.count)
        heading.addStretch()
        for button in self.buttons:
            button.setIconSize(QSize(14, 14))
            button.setProperty("role", "small")
            heading.addWidget(button)
        heading.addWidget(self.fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(heading)
        column.addWidget(self.list)
        column.addWidget(self.form)
        self.form.hide()

    def _unfold(self, on: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow
        self.fold.setArrowType(arrow)
        self.form.setVisible(on)
