"""The performance panel's part about pictures: how long each took, and why some were late."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from inference.models import MODELS
from viewer.model.language import tr
from viewer.model.picture_record import MEANINGS, STAGES, Picture, PictureRecord
from viewer.ui.flow import Flow
from viewer.ui.readout import Readout, value_readout
from viewer.ui.segments import Segments
from viewer.ui.theme import GAP, Theme

from .flame_bar import FlameBar, stage_color
from .latency_lane import LatencyLane, picture_text

SPANS_S = {"10": "10 s", "60": tr("1 min"), "300": tr("5 min")}
WORDS_S = 2.0
"""How often the words change while pictures come: a text that changes lays the panel out anew."""
_SWATCH = 9


class PicturesSection(QWidget):
    """A lane of the last pictures; below it the stages of the one that is chosen."""

    picture_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record, self._now = PictureRecord(1), 0.0
        self._span_s, self._told_at = 10.0, 0.0
        self.lane, self.flame = LatencyLane(theme), FlameBar(theme)
        tips = {
            value: (text, tr("Show the last {text}", text=text)) for value, text in SPANS_S.items()
        }
        self.spans = Segments(tr("Time shown"), tips)
        self.spans.show_choice("10")
        self.spans.chosen.connect(self._set_span)
        self.slowest = QToolButton()
        self.slowest.setProperty("role", "chip")
        self.about = _words(tr("The chosen picture"))
        self.late, self.dropped = _words(tr("Late pictures")), _words(tr("Dropped requests"))
        self.values: dict[str, Readout] = {}
        self._swatches: dict[str, Swatch] = {}
        self._stages = self._list(theme)
        self._lay_out()
        self.lane.chosen.connect(self.choose)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.lane.set_theme(theme)
        self.flame.set_theme(theme)
        for name, swatch in self._swatches.items():
            swatch.set_color(stage_color(theme, name))
        for value in self.values.values():
            value.set_theme(theme)

    def show_record(self, record: PictureRecord, rolling: bool = False) -> None:
        """The lane as of now, and the words; while it is rolling those follow now and then."""
        self._record, self._now = record, time.perf_counter()
        self.lane.show_record(record, self._now, self._span_s)
        if not rolling or self._now - self._told_at >= WORDS_S:
            self._told_at = self._now
            for label, text in zip((self.late, self.dropped), record.told(self._now), strict=True):
                label.setText(text)

    def choose(self, number: int) -> None:
        """Show the stages of the picture of that number."""
        picture = self._record.picture(number)
        if picture is not None:
            self.lane.mark(number)
            self._show(picture)
            self.picture_chosen.emit(picture)

    def choose_slowest(self) -> None:
        """Show the stages of the slowest picture of the time that is shown."""
        numbers = self._record.last(self._span_s, self._now)
        if len(numbers):
            self.choose(int(numbers[self._record.seconds(numbers).argmax()]))

    def _show(self, picture: Picture) -> None:
        self.flame.show_picture(picture)
        title = MODELS[picture.work].title if picture.work in MODELS else picture.work
        work = tr(", by {title}", title=title) if title else ""
        self.about.setText(picture_text(picture, self._now) + work)
        for name, took in zip(STAGES, picture.stages, strict=True):
            self.values[name].set_text(f"{1e3 * took:.2f} ms")
        for part in (self.about, self.flame, self._stages):
            part.show()

    def _set_span(self, value: str) -> None:
        self._span_s = float(value)
        self.spans.show_choice(value)
        self.show_record(self._record)

    def _list(self, theme: Theme) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(1)
        rows = (len(STAGES) + 1) // 2
        for place, name in enumerate(STAGES):
            row, column = place % rows, 3 * (place // rows)
            heading = QLabel(tr(name.capitalize()))
            heading.setProperty("role", "muted")
            heading.setToolTip(f"{tr(name.capitalize())}: {MEANINGS[name]}")
            self._swatches[name] = Swatch(stage_color(theme, name))
            tip = f"{tr(name.capitalize())}: {MEANINGS[name]}"
            self.values[name] = value_readout(theme, "888.88 ms", tip)
            grid.addWidget(self._swatches[name], row, column)
            grid.addWidget(heading, row, column + 1)
            grid.addWidget(self.values[name], row, column + 2)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(5, 1)
        return holder

    def _lay_out(self) -> None:
        heading = QLabel(tr("Pictures"))
        heading.setProperty("role", "heading")
        top = Flow(GAP, heading, self.spans, self.slowest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        column.addLayout(top)
        for part in (self.lane, self.about, self.flame, self._stages, self.late, self.dropped):
            column.addWidget(part)
        for part in (self.about, self.flame, self._stages):
            part.hide()


class Swatch(QWidget):
    """A small square in a colour: what a block of that colour is."""

    def __init__(self, color: QColor) -> None:
        super().__init__()
        self._color = color
        self.setFixedSize(_SWATCH, _SWATCH)

    def set_color(self, color: QColor) -> None:
        """Be of another colour."""
        self._color = color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._color)


def _words(name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
