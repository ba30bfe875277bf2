"""The bar over the stage: how many viewports, what aligns them, and how they are seen."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QHBoxLayout

from viewer.model.comparison import MOST_OFFSET_S, NAMES, Comparison
from viewer.model.language import tr
from viewer.ui.actions import Actions
from viewer.ui.choice_box import ChoiceBox
from viewer.ui.gesture import Gesture
from viewer.ui.segments import Segments
from viewer.ui.theme import GAP, MARGIN, ThemeSwitch, mono_font

LAYOUTS = {
    "single": ("1", tr("One viewport: what is on stage")),
    "two": ("2", tr("Two viewports side by side")),
    "four": ("4", tr("Four viewports")),
    "overlay": ("+", tr("Overlay: all in one view, each in its colour, root over root")),
}
ALIGNMENTS = {
    "time": (tr("Time"), tr("The same seconds from the start, with an offset for each")),
    "phase": (tr("Phase"), tr("Each shows the moment at which its phase is that of A")),
    "marker": (tr("Marker"), tr("The first marker that both have is at one moment")),
}


class CompareBar(QFrame):
    """``layout_chosen`` and ``align_chosen`` by value; ``offset_edited``: of the viewport in use,
    in seconds. gesture: what is one stroke of the field.
    """

    layout_chosen = Signal(str)
    align_chosen = Signal(str)
    offset_edited = Signal(float)

    def __init__(self, actions: Actions, themes: ThemeSwitch) -> None:
        super().__init__()
        self.setObjectName("stagebar")
        self.gesture = Gesture()
        self.layout_choice = Segments(tr("Viewports"), LAYOUTS)
        tip = tr("By what the moments of the viewports belong together")
        self.align = ChoiceBox(tr("Align"), tip, themes.current)
        self.align.setMinimumContentsLength(max(len(text) for text, _ in ALIGNMENTS.values()))
        themes.changed.connect(self.align.set_theme)
        self.offset = QDoubleSpinBox()
        self.offset.setRange(-MOST_OFFSET_S, MOST_OFFSET_S)
        self.offset.setDecimals(2)
        self.offset.setSingleStep(0.05)
        self.offset.setFont(mono_font(-1))
        self.offset.setKeyboardTracking(False)
        self.offset.setSuffix(" s")
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 4, MARGIN, 4)
        row.setSpacing(GAP // 2)
        row.addWidget(self.layout_choice)
        row.addWidget(self.align)
        row.addWidget(self.offset)
        row.addStretch(1)
        for id in ("compare.linked", "compare.difference"):
            row.addWidget(actions.button(id))
        self.layout_choice.chosen.connect(self.layout_chosen)
        self.align.chosen.connect(self.align_chosen)
        self.offset.valueChanged.connect(self.offset_edited)

    def show_comparison(self, compared: Comparison, viewport: int) -> None:
        """Stand as the document has it."""
        self.layout_choice.show_choice(compared.layout)
        words = {value: text for value, (text, _) in ALIGNMENTS.items()}
        self.align.offer(words, compared.align)
        self.align.setToolTip(ALIGNMENTS[compared.align][1])
        timed = compared.align == "time"
        self.offset.setVisible(timed)
        self.offset.setEnabled(viewport > 0)
        name = NAMES[viewport]
        self.offset.setPrefix(f"{name} ")
        self.offset.setAccessibleName(tr("Offset of {name}", name=name))
        self.offset.setToolTip(
            tr("How much later than A the moment of {name} is", name=name)
            if viewport
            else tr("A is the clock: choose another viewport to move it in time")
        )
        with QSignalBlocker(self.offset):
            self.offset.setValue(compared.slots[viewport].offset_s)
