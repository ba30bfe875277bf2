"""Name, colour and note of a marker, to be changed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from viewer.model.document import COLOURS, Marker
from viewer.model.language import tr
from viewer.model.marker_edits import LONGEST_NAME, LONGEST_NOTE
from viewer.ui.choice_box import ComboBox
from viewer.ui.theme import Theme

_SWATCH = 12
_WIDTH = 360


def swatch(theme: Theme, number: int) -> QIcon:
    """A square in a colour of the theme's series."""
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(QColor(theme.series[number]))
    return QIcon(pixmap)


class MarkerDialog(QDialog):
    """``given``: name, colour and note, once they are accepted."""

    given = Signal(str, str, str)

    def __init__(self, marker: Marker, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Marker at {time_s:.2f} s", time_s=marker.time_s))
        self.setMinimumWidth(_WIDTH)
        self.name = QLineEdit(marker.name)
        self.name.setMaxLength(LONGEST_NAME)
        self.note = QLineEdit(marker.note)
        self.note.setMaxLength(LONGEST_NOTE)
        self.note.setPlaceholderText(tr("What is to be seen here"))
        self.colour = ComboBox(tr("Colour of the marker"), tr("The colour of its flag"), theme)
        for number, colour in enumerate(COLOURS):
            self.colour.addItem(swatch(theme, number), tr(colour.capitalize()), colour)
        self.colour.setCurrentIndex(COLOURS.index(marker.colour))
        form = QFormLayout()
        for title, field, tip in (
            (tr("&Name"), self.name, tr("What the timeline and files call it")),
            (tr("&Colour"), self.colour, tr("The colour of its flag")),
            (tr("N&ote"), self.note, tr("A line about it, for the tooltip and for files")),
        ):
            field.setAccessibleName(tr("{title} of the marker", title=title.replace("&", "")))
            field.setToolTip(tip)
            form.addRow(title, field)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)
        self.accepted.connect(
            lambda: self.given.emit(
                self.name.text(), str(self.colour.currentData()), self.note.text()
            )
        )
        self.finished.connect(self.deleteLater)
        self.name.setFocus()
        self.name.selectAll()
