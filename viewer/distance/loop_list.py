"""The best loop points: a row each, of which a click makes the loop."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
)

from motion.phase.loops import Loop
from viewer.model.language import tr
from viewer.ui.theme import mono_font

COLUMNS = ("", tr("From"), tr("To"), tr("Lasts"), tr("Apart"))
MOST = 5


class LoopList(QTreeWidget):
    """``chosen`` says which loop a person wants."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Best loop points"))
        self.setToolTip(
            tr(
                "Where the clip goes on best from a late frame to an early one, by pose, velocity "
                "and phase.\nClick one to loop there; it is undone as any loop range is."
            )
        )
        self.setHeaderLabels(COLUMNS)
        self.setProperty("role", "dense")
        self.setFont(mono_font(-1))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(20)
        self.itemActivated.connect(self._choose)
        self.itemClicked.connect(self._choose)

    def sizeHint(self) -> QSize:
        row = self.fontMetrics().height() + 6
        return QSize(240, self.header().sizeHint().height() + MOST * row + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.header().sizeHint().height() + 40)

    def show_loops(self, loops: Sequence[Loop], frame_time: float) -> None:
        """Offer ``loops``, the best first."""
        self.clear()
        for number, loop in enumerate(loops, 1):
            ends = (loop.first, loop.last, loop.last - loop.first)
            times = [f"{frame * frame_time:.2f} s" for frame in ends]
            item = QTreeWidgetItem([str(number), *times, f"{100 * loop.cost:.1f} cm"])
            item.setToolTip(
                4, tr("Root mean square over the joints, with velocity and phase in it")
            )
            self.addTopLevelItem(item)

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(self.indexOfTopLevelItem(item))
