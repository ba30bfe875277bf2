"""The worst slides of feet as a list: a click goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from motion.phase.slides import Slide
from viewer.model.language import tr
from viewer.ui.theme import mono_font

COLUMNS = (tr("Time"), tr("Foot"), tr("Speed"), tr("Slid"))
ROWS_SHOWN = 5
_FOOT = 1


class SlideList(QTreeWidget):
    """The farthest first; ``picked``: a slide was chosen."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._slides: tuple[Slide, ...] = ()
        self.setAccessibleName(tr("Worst slides of feet"))
        self.setToolTip(tr("Where a foot in contact slides farthest; click one to go there"))
        self.setHeaderLabels(COLUMNS)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "dense")
        header, metrics = self.header(), QFontMetrics(mono_font(-2))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_FOOT, QHeaderView.ResizeMode.Stretch)
        wide = header.fontMetrics().horizontalAdvance("R foot") + 14
        for column, widest in ((0, "888.88 s"), (2, "8.88 m/s"), (3, "888.8 cm")):
            header.resizeSection(column, metrics.horizontalAdvance(widest) + 14)
            wide += header.sectionSize(column)
        self.setMinimumWidth(wide + self.verticalScrollBar().sizeHint().width())
        self.itemClicked.connect(lambda item, _: self._pick(item))
        self.itemActivated.connect(lambda item, _: self._pick(item))
        self.hide()

    def show_slides(self, slides: Sequence[Slide]) -> None:
        """List ``slides``; where they are the same as before, what was chosen stays so."""
        if tuple(slides) == self._slides:
            return
        self._slides = tuple(slides)
        self.clear()
        self.addTopLevelItems([_item(slide) for slide in self._slides])
        line = max(self.sizeHintForRow(0), 20)
        lines = min(len(self._slides), ROWS_SHOWN)
        self.setFixedHeight(self.header().sizeHint().height() + lines * line + 4)
        self.setVisible(bool(self._slides))

    def choose(self, slide: Slide) -> None:
        """Show that ``slide`` is chosen, without a signal."""
        at = self.model().index(self._slides.index(slide), 0)
        self.setCurrentIndex(at)
        self.scrollTo(at)

    def _pick(self, item: QTreeWidgetItem) -> None:
        self.picked.emit(self._slides[self.indexOfTopLevelItem(item)])


def _item(slide: Slide) -> QTreeWidgetItem:
    slid = f"{100 * slide.slid_m:.1f} cm"
    item = QTreeWidgetItem(
        [f"{slide.time_s:.2f} s", tr(slide.foot), f"{slide.speed:.2f} m/s", slid]
    )
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for column in range(len(COLUMNS)):
        if column != _FOOT:
            item.setFont(column, mono_font(-2))
            item.setTextAlignment(column, right)
        item.setToolTip(column, str(slide))
    return item
