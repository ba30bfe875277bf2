"""Words that are links, side by side, which the keyboard chooses from as from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel

_ALONG = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
}  # fmt: skip
_FOLLOW = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Link:
    """target: what ``linkActivated`` brings. words: rich text. color: "#rrggbb"."""

    target: str
    words: str
    color: str


class Links(QLabel):
    """One stop of the Tab key: arrow keys mark a link, Enter or Space follows it.

    ``moved``: how far along the links the mark is now, 0 to 1.
    """

    moved = Signal(float)
    own_keys = frozenset((*_ALONG, Qt.Key.Key_Space))

    def __init__(self, name: str, tip: str, before: str = "", between: str = ", ") -> None:
        super().__init__()
        self._before, self._between = before, between
        self._links: tuple[Link, ...] = ()
        self._marked = 0
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.show_links(())

    @property
    def marked(self) -> str:
        """Where the marked link leads, "" without one."""
        return self._links[self._marked].target if self.hasFocus() and self._links else ""

    def show_links(self, links: Sequence[Link]) -> None:
        """Offer these; none is no stop of the Tab key."""
        if [link.target for link in links] != [link.target for link in self._links]:
            self._marked = 0
        self._links = tuple(links)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if links else Qt.FocusPolicy.NoFocus)
        self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self._links) - 1
        if key in _ALONG and last >= 0:
            self._marked = min(max(self._marked + _ALONG[key], 0), last)
            self._write()
            self.moved.emit(self._marked / max(last, 1))
        elif key in _FOLLOW and self.marked:
            self.linkActivated.emit(self.marked)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._write()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._write()

    def _write(self) -> None:
        marked = self._marked if self.hasFocus() else -1
        told = [
            f'<a href="{escape(link.target)}" style="color:{link.color};'
            f'text-decoration:{"underline" if place == marked else "none"}">{link.words}</a>'
            for place, link in enumerate(self._links)
        ]
        text = self._before + self._between.join(told) if told else ""
        if text != self.text():
            self.setText(text)
