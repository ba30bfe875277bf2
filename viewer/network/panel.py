"""The network panel: its pages, of which one is seen, or why there is nothing to see."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from viewer.model.language import tr
from viewer.studio.live_phase import BESIDE, MODEL
from viewer.ui.scroll_page import ScrollPage
from viewer.ui.segments import Segments
from viewer.ui.theme import GAP, MARGIN, Theme

from .changed_page import ChangedPage
from .layers_page import LayersPage
from .parts import text_label
from .saliency_page import SaliencyPage
from .what_if_page import WhatIfPage

Page = LayersPage | SaliencyPage | ChangedPage | WhatIfPage

PAGES = {
    "layers": (tr("Layers"), tr("Input and hidden layers over time, unit by unit")),
    "saliency": (tr("Saliency"), tr("Which joints move the phase, in this frame and over time")),
    "changed": (tr("Changed"), tr("Which joints moved the phase between two frames")),
    "what_if": (tr("What if"), tr("The phase of a frame in which a joint stands elsewhere")),
}

NETWORK_TEXTS = {
    MODEL: (tr("A: DeepPhase"), tr("The network that the window runs")),
    BESIDE: ("B", tr("The DeepPhase of your own that the phase is compared with")),
}


class NetworkPanel(ScrollPage):
    """Emits ``chosen(page)`` when another page is to be seen."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.page = "layers"
        self.networks = Segments(tr("Network to look into"), NETWORK_TEXTS)
        self.choice = Segments(tr("What to look at"), PAGES)
        self.problem = text_label("hint", tr("Why there is nothing to look into"))
        self.layers, self.saliency = LayersPage(theme), SaliencyPage(theme)
        self.changed, self.what_if = ChangedPage(theme), WhatIfPage(theme)
        self.pages: dict[str, Page] = {
            "layers": self.layers,
            "saliency": self.saliency,
            "changed": self.changed,
            "what_if": self.what_if,
        }
        self.stack = QStackedWidget()
        for page in self.pages.values():
            self.stack.addWidget(page)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.networks)
        column.addWidget(self.choice)
        column.addWidget(self.problem)
        column.addWidget(self.stack, 1)
        column.addStretch()
        self.setWidget(body)
        self.choice.chosen.connect(self.show_page)
        self.show_page(self.page)
        self.set_problem("")
        self.offer((), MODEL)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        for page in self.pages.values():
            page.set_theme(theme)

    def show_page(self, page: str) -> None:
        """Have ``page`` seen."""
        self.page = page
        self.choice.show_choice(page)
        for name, other in self.pages.items():  # the stack is as high as what is seen of it
            policy = QSizePolicy.Policy.Preferred if name == page else QSizePolicy.Policy.Ignored
            other.setSizePolicy(policy, policy)
        self.stack.setCurrentWidget(self.pages[page])
        self.chosen.emit(page)

    def offer(self, networks: Sequence[str], network: str) -> None:
        """Which networks there are to look into; of a single one nothing is to be chosen."""
        self.networks.setVisible(len(networks) > 1)
        self.networks.show_choice(network)

    def set_problem(self, sentence: str) -> None:
        """Say why there is nothing to see and hide the pages; "" shows them."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.stack.setVisible(not sentence)
