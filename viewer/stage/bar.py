"""The bar over the stage: what is on it, how it was read, and what is drawn with it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from viewer.model.document import SOURCES, Source
from viewer.model.language import tr
from viewer.ui.actions import Actions
from viewer.ui.giving_way import GivingWay
from viewer.ui.icons import Icons
from viewer.ui.theme import GAP, MARGIN

_SPACING = 2
_TOGGLES = ("contacts", "trails", "ghosts", "follow", "chase")
_MENU = ("front", "side", "top", "perspective", "", *_TOGGLES, "", "grid", "shadow")


class StageBar(QFrame):
    """In a narrow window the facts give way, then the toggles, which the menu at the end has too.

    source_buttons: of what can be on stage; facts: a button that says how the clip was read.
    """

    def __init__(self, actions: Actions, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("stagebar")
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 6, MARGIN, 6)
        row.setSpacing(_SPACING)
        self.source_buttons = {source: _source_button(actions, icons, source) for source in SOURCES}
        row.addWidget(_segments(self.source_buttons.values()))
        row.addSpacing(GAP)
        self.facts = QToolButton()
        self.facts.setProperty("role", "chip")
        self.facts.setAccessibleName(tr("How the clip was read"))
        self.facts.setToolTip(
            tr("Rate, units and up axis of the clip; click to read it differently")
        )
        self.facts.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.addWidget(self.facts)
        row.addStretch(1)
        toggles = []
        for name in _TOGGLES:
            icons.bind(actions[f"stage.{name}"], name)
            toggles.append(actions.button(f"stage.{name}"))
            row.addWidget(toggles[-1])
        row.addSpacing(GAP)
        for id, icon in (("compare.toggle", "compare"), ("stage.frame", "frame-all")):
            icons.bind(actions[id], icon)
            row.addWidget(actions.button(id))
        row.addWidget(_more(actions, icons))
        self._way = GivingWay(self, (toggles, (self.facts,)), _SPACING, self._has_words)

    def show_facts(self, text: str, changeable: bool) -> None:
        """Say how what is on stage was read, "" for nothing."""
        self.facts.setText(text)
        self.facts.setEnabled(changeable)
        self._way.settle()

    def minimumSizeHint(self) -> QSize:
        return self._way.least(super().minimumSizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._way.settle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._way.settle()

    def _has_words(self, part: QWidget) -> bool:
        return part is not self.facts or bool(self.facts.text())


def _source_button(actions: Actions, icons: Icons, source: Source) -> QToolButton:
    icons.bind(actions[f"stage.source.{source}"], source)
    button = actions.button(f"stage.source.{source}")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setProperty("role", "segment")
    return button


def _segments(buttons: Iterable[QToolButton]) -> QFrame:
    """Buttons of which one is down."""
    frame = QFrame()
    frame.setProperty("role", "segmented")
    row = QHBoxLayout(frame)
    row.setContentsMargins(2, 2, 2, 2)
    row.setSpacing(0)
    for button in buttons:
        row.addWidget(button)
    return frame


def _more(actions: Actions, icons: Icons) -> QToolButton:
    """A menu of what can be drawn, and from where it is looked at."""
    more = QToolButton()
    more.setToolTip(tr("Views, and what is drawn with the figure"))
    more.setAccessibleName(tr("Views"))
    more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    icons.bind(more, "chevron-down")
    menu = QMenu(more)
    for name in _MENU:
        if name:
            menu.addAction(actions[f"stage.{name}"])
        else:
            menu.addSeparator()
    for name in ("front", "side", "top", "perspective", "grid", "shadow", "swap"):
        icons.bind(actions[f"stage.{name}"], name)
    more.setMenu(menu)
    return more
