"""What the phase on stage is compared with, by what, and how far apart the two are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.model.phase_compare import WORDS, PhaseComparison, spreads
from viewer.ui.choice_box import ChoiceBox
from viewer.ui.row_painting import shade
from viewer.ui.segments import Segments
from viewer.ui.theme import GAP, Theme, mono_font

from .overlay_rows import LESS, OTHERS, A
from .words import verdict_text

NOTHING = ""
ALIGNMENTS = {
    "time": (tr("Time"), tr("The same seconds from the start")),
    "phase": (tr("Phase"), tr("The same unwrapped angle, where each reaches it first")),
    "strike": (tr("Strike"), tr("The same seconds from the first left heel strike")),
}
COLUMNS = ("B − A", tr("Mean"), "p95", tr("Worst"), tr("At"))


class OverlaySection(QWidget):
    """``chosen`` what to compare with, ``aligned`` by what; ``worst_asked`` of which measure.

    table: the numbers, for the panel to place.
    """

    chosen = Signal(str)
    aligned = Signal(str)
    worst_asked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._compared: PhaseComparison | None = None
        self._further: Sequence[PhaseComparison | None] = ()
        self.box = ChoiceBox(
            tr("Compare with"), tr("What the phase on stage, A, is compared with"), theme
        )
        self.more = QToolButton()
        self.more.setText("+")
        self.more.setProperty("role", "chip")
        self.more.setAccessibleName(tr("Lay more over"))
        self.more.setToolTip(tr("Lay up to two more clips or series over A and B, aligned alike"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.align = Segments(tr("Align by"), ALIGNMENTS)
        self.legend, self.note = QLabel(), QLabel()
        self.legend.setAccessibleName(tr("Which line is which"))
        self.note.setAccessibleName(tr("About the comparison"))
        self.note.setProperty("role", "hint")
        for label in (self.legend, self.note):
            label.setWordWrap(True)
        self.table = _table()
        self._lay_out()
        self.box.chosen.connect(self.chosen)
        self.align.chosen.connect(self.aligned)
        self.table.itemClicked.connect(self._go)
        self.table.itemActivated.connect(self._go)
        self.show_comparison(None, "", comparing=False)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.box.set_theme(theme)
        self._write_legend()

    def offer(self, choices: Mapping[str, str], current: str) -> None:
        """What can be compared with, by value, and what is."""
        self.box.offer(choices, current)

    def show_comparison(
        self,
        found: PhaseComparison | None,
        problem: str,
        comparing: bool = True,
        further: Sequence[PhaseComparison | None] = (),
    ) -> None:
        """Tell how far B is from A, or why that is not known; comparing: with something.

        further: C and D as they are laid over A, None where one is not there.
        """
        self._compared, self._further = found, further
        self.more.setVisible(comparing)
        self.align.setVisible(comparing)
        self._write_legend()
        self.note.setText(problem or (found.b.note if found else ""))
        self.note.setVisible(bool(self.note.text()))
        self.table.clear()
        for name, spread in spreads(found).items() if found else ():
            what, unit = WORDS[name]
            cells = [f"{what}{f', {unit}' if unit else ''}"]
            if spread:
                numbers = (spread.mean, spread.p95, spread.worst)
                cells += [*(f"{number:.3f}" for number in numbers), f"{spread.time_s:.2f} s"]
            item = QTreeWidgetItem(cells)
            item.setToolTip(4, tr("Frame {frame}", frame=spread.frame) if spread else "")
            self.table.addTopLevelItem(item)
        self.table.setVisible(found is not None)
        self.table.updateGeometry()

    def _write_legend(self) -> None:
        found = self._compared
        self.legend.setVisible(found is not None)
        if found is None:
            return
        frames = len(found.difference.aligned.frames)
        further = [
            (color, f"{name}  {each.b.label}", f": {verdict_text(each.b.verdict)}")
            for name, color, each in zip("CD", OTHERS[1:], self._further, strict=False)
            if each
        ]
        lines = (
            (A, f"A  {found.a.label}"),
            (OTHERS[0], f"B  {found.b.label}: {verdict_text(found.b.verdict)}"),
            *((color, words) for color, words, _ in further),
            (LESS, tr("B − A by {by}, {frames} frames", by=tr(found.by), frames=frames)),
        )
        self.legend.setToolTip("\n".join(words + told for _, words, told in further))
        self.legend.setText(
            "<br>".join(
                f'<span style="color:{shade(self._theme, color).name()}">━</span> {escape(words)}'
                for color, words in lines
            )
        )

    def _go(self, item: QTreeWidgetItem) -> None:
        self.worst_asked.emit(self.table.indexOfTopLevelItem(item))

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(GAP)
        words = QLabel(tr("Compare"))
        words.setProperty("role", "muted")
        heading.addWidget(words)
        heading.addWidget(self.box, 1)
        heading.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(heading)
        for part in (self.align, self.legend, self.note):
            column.addWidget(part)


class _Table(QTreeWidget):
    """As high as its rows."""

    def sizeHint(self) -> QSize:
        rows = self.topLevelItemCount() * (self.fontMetrics().height() + 6)
        return QSize(240, self.header().sizeHint().height() + rows + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())


def _table() -> QTreeWidget:
    table = _Table()
    table.setAccessibleName(tr("How far B is from A"))
    table.setToolTip(tr("Of the size of the difference; click a row to go where it is the worst"))
    table.setHeaderLabels(COLUMNS)
    table.setProperty("role", "dense")
    table.setFont(mono_font(-1))
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    header = table.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table
