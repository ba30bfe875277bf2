"""The performance panel: what the worker does and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from inference.engines import VARIANTS, is_address
from viewer.model.engines import REMOTE, TIPS, TITLES
from viewer.model.language import mark, tr
from viewer.model.truth import Discrepancy, TruthReading, scientific
from viewer.ui.readout import Readout, value_readout
from viewer.ui.scroll_page import ScrollPage
from viewer.ui.segments import Segments
from viewer.ui.theme import GAP, MARGIN, Theme

from .pictures_section import PicturesSection
from .truth_section import TruthSection

BARS = 24


@dataclass(frozen=True, eq=False)
class ModelRow:
    """Run times of one model in seconds; ``note`` stands where it never ran.

    network: of the p50, on the way to a server and back.
    """

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    network: float = 0.0
    recent: np.ndarray | None = None
    note: str = ""


def duration_text(seconds: float) -> str:
    """A run time in the unit that reads best: µs below a millisecond."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


class Histogram(QWidget):
    """How often each run time occurred, on a logarithmic axis around the median."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._theme, self._shares = theme, np.zeros(BARS)
        self.setAccessibleName(tr("Run times of {name}", name=name))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(90, 18)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_times(self, seconds: np.ndarray) -> None:
        """Run times (N,) in seconds; bars span a quarter to four times the median."""
        if not len(seconds):
            shares = np.zeros(BARS)
        else:
            middle = max(float(np.median(seconds)), 1e-9)
            octaves = np.log2(np.maximum(seconds, 1e-9) / middle)
            counts, _ = np.histogram(np.clip(octaves, -2, 2), bins=BARS, range=(-2, 2))
            shares = counts / counts.max()
            self.setToolTip(
                tr(
                    "Last {count} runs: bars from {least} to {most}, logarithmic",
                    count=len(seconds),
                    least=duration_text(middle / 4),
                    most=duration_text(middle * 4),
                )
            )
        self._shares = shares
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(self._theme.line))
        step = self.width() / BARS
        for index, share in enumerate(self._shares):
            if share > 0:
                tall = max(share * (self.height() - 2), 1.0)
                box = QRectF(index * step, self.height() - 1 - tall, max(step - 1, 1), tall)
                painter.fillRect(box, QColor(self._theme.accent))


class PerformancePanel(ScrollPage):
    """A table of the models over the state of the worker and the window."""

    part_chosen = Signal(str, str)
    server_entered = Signal(str)
    shown = Signal()

    def __init__(self, theme: Theme, models: dict[str, str], parent: QWidget | None = None):
        """``models``: name -> title, in the order shown."""
        super().__init__(parent)
        self.choices = {field: self._choice(field) for field in ("engine", "device", "precision")}
        self.server = QLineEdit()
        self.server.setPlaceholderText("http://host:8080")
        self.server.setAccessibleName(tr("Address of the server"))
        self.server.setToolTip(tr("Where main.py serve runs; Enter moves the networks there"))
        self.server.returnPressed.connect(lambda: self.server_entered.emit(self.server.text()))
        self.truth = TruthSection(theme)
        self.pictures = PicturesSection(theme)
        self.facts = {
            name: value_readout(theme, widest, tip)
            for name, widest, tip in (
                (mark("Running on"), "numpy · cpu · fp32", tr("The engine in use and its device")),
                (mark("Queue"), "88", tr("Requests waiting for the worker")),
                (
                    mark("Dropped"),
                    tr("88 of 888"),
                    tr("Requests that a newer one replaced before it was shown"),
                ),
                (
                    mark("Frames"),
                    tr("paused"),
                    tr("Frames displayed in the last second, while playing"),
                ),
                (
                    mark("Late"),
                    "888",
                    tr("Refreshes of the display missed since the start, while playing"),
                ),
            )
        }
        self.cells: dict[tuple[str, str], Readout] = {}
        self.notes: dict[str, QLabel] = {}
        self.histograms: dict[str, Histogram] = {}
        self.errors: dict[str, Readout] = {}
        self.networks: dict[str, Readout] = {}
        self._rows: dict[str, ModelRow] = {}
        body = QWidget()
        page = QVBoxLayout(body)
        page.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        page.setSpacing(MARGIN)
        page.addLayout(self._engine())
        page.addLayout(self._state())
        page.addWidget(self.pictures)
        page.addWidget(self.truth)
        page.addLayout(self._table(theme, models))
        page.addStretch()
        self.setWidget(body)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def set_theme(self, theme: Theme) -> None:
        for histogram in self.histograms.values():
            histogram.set_theme(theme)
        self.truth.set_theme(theme)
        self.pictures.set_theme(theme)
        for value in (*self.facts.values(), *self.cells.values(), *self.lines):
            value.set_theme(theme)

    def show_variant(self, name: str) -> None:
        """Show which engine, device and precision are chosen, without a signal."""
        if is_address(name):
            self.choices["engine"].show_choice(REMOTE)
            self.server.setText(name)
            self.server.setCursorPosition(0)
        elif name in VARIANTS:
            for field, choice in self.choices.items():
                choice.show_choice(getattr(VARIANTS[name], field))

    @property
    def lines(self) -> list[Readout]:
        """What stands below the numbers of the models: errors and the network's parts."""
        return [*self.errors.values(), *self.networks.values()]

    def show_truth(self, reading: TruthReading | None) -> None:
        """The errors of truth mode; None while it is off."""
        self.truth.show_reading(reading)
        for name, line in self.errors.items():
            found = reading.models.get(name) if reading else None
            line.setVisible(found is not None)
            if found is not None:
                line.set_text(_error_text(found))
                line.setToolTip(_error_tip(found))

    def set_fact(self, name: str, text: str) -> None:
        self.facts[name].set_text(text)

    def set_model(self, name: str, row: ModelRow) -> None:
        """Show the run times of one model; repaints only what changed."""
        before = self._rows.get(name)
        self._rows[name] = row
        if before and (before.count, before.note, before.p99) == (row.count, row.note, row.p99):
            return
        for column in ("p50", "p95", "p99"):
            value = duration_text(getattr(row, column)) if row.count else ""
            self.cells[name, column].set_text(value)
        self.networks[name].setVisible(bool(row.network))
        self.networks[name].set_text(tr("network {time} of p50", time=duration_text(row.network)))
        self.cells[name, "count"].set_text(f"{row.count}" if row.count else "")
        self.notes[name].setText(row.note)
        self.notes[name].setVisible(bool(row.note))
        self.histograms[name].setVisible(not row.note)
        self.histograms[name].set_times(row.recent if row.recent is not None else np.zeros(0))

    def _choice(self, field: str) -> Segments:
        values = dict.fromkeys(getattr(variant, field) for variant in VARIANTS.values())
        if field == "engine":
            values[REMOTE] = None
        texts = {value: (TITLES.get(value, value), TIPS[field, value]) for value in values}
        choice = Segments(tr(field.capitalize()), texts)
        choice.chosen.connect(lambda value: self._choose(field, value))
        return choice

    def _choose(self, field: str, value: str) -> None:
        if value == REMOTE:
            self.server_entered.emit(self.server.text())
        else:
            self.part_chosen.emit(field, value)

    def _engine(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP // 2)
        for row, (field, choice) in enumerate(self.choices.items()):
            heading = QLabel(tr(field.capitalize()))
            heading.setProperty("role", "muted")
            grid.addWidget(heading, row, 0)
            grid.addWidget(choice, row, 1)
        heading = QLabel(tr("Server"))
        heading.setProperty("role", "muted")
        grid.addWidget(heading, len(self.choices), 0)
        address = QHBoxLayout()
        address.setSpacing(GAP // 2)
        address.addWidget(self.server, 1)
        address.addWidget(self.choices["engine"].buttons[REMOTE])  # four do not fit in one row
        grid.addLayout(address, len(self.choices), 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _state(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP // 2)
        places = ((0, 0, 3), (1, 0, 1), (1, 2, 1), (2, 0, 1), (2, 2, 1))
        for (name, value), (row, column, span) in zip(self.facts.items(), places, strict=True):
            heading = QLabel(tr(name))
            heading.setProperty("role", "muted")
            grid.addWidget(heading, row, column)
            grid.addWidget(value, row, column + 1, 1, span)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _table(self, theme: Theme, models: dict[str, str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        titles = {"p50": "p50", "p95": "p95", "p99": "p99", "count": tr("runs")}
        for column, title in enumerate(titles.values()):
            heading = QLabel(title)
            heading.setProperty("role", "muted")
            heading.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(heading, 0, column)
            grid.setColumnStretch(column, 1)
        for index, (name, title) in enumerate(models.items()):
            top = 4 * index + 1
            grid.setRowMinimumHeight(top, 26)
            label = QLabel(title)
            label.setProperty("role", "heading")
            self.histograms[name] = Histogram(theme, title)
            self.notes[name] = QLabel()
            self.notes[name].setProperty("role", "muted")
            bottom = Qt.AlignmentFlag.AlignBottom
            grid.addWidget(label, top, 0, 1, 2, bottom)
            grid.addWidget(self.histograms[name], top, 2, 1, 2, bottom)
            grid.addWidget(self.notes[name], top + 1, 0, 1, len(titles))
            for column, key in enumerate(titles):
                what = tr("number of runs") if key == "count" else key
                tip = f"{title}: {what}"
                cell = value_readout(theme, "888 ms", tip, Qt.AlignmentFlag.AlignRight)
                self.cells[name, key] = cell
                grid.addWidget(cell, top + 1, column)
            for below, lines, what in (
                (2, self.networks, tr("median time on the way to the server and back")),
                (3, self.errors, tr("error")),
            ):
                line = value_readout(theme, "888", f"{title}: {what}", role="muted")
                line.hide()
                lines[name] = line
                grid.addWidget(line, top + below, 0, 1, len(titles))
        return grid


def _error_text(found: Discrepancy) -> str:
    return tr(
        "error {error} · ref {time}",
        error=scientific(found.relative),
        time=duration_text(found.reference_s),
    )


def _error_tip(found: Discrepancy) -> str:
    return tr(
        "Largest difference from the reference engine, at {place}: {engine:.7g} instead of "
        "{reference:.7g}; relative to the output's largest number. The reference engine's own "
        "time is counted in no latency.",
        place=found.place,
        engine=found.engine,
        reference=found.reference,
    )
