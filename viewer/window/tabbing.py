"""Tab goes through what is seen of the window, panel by panel."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QStatusBar, QWidget

_Place = tuple[bool, int, int, bool]


class TabbedWindow(QMainWindow):
    """Left out of Tab's way: docks behind others, which Qt keeps outside the window.

    From the left, of what is one under the other from the top, of a dock its title first; the
    status bar comes last.
    """

    def focusNextPrevChild(self, next: bool) -> bool:
        current = self.focusWidget()
        stops = self._stops(current)
        if current not in stops:
            return super().focusNextPrevChild(next)
        to = stops[(stops.index(current) + (1 if next else -1)) % len(stops)]
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        to.setFocus(reason)
        for around in _around(to):
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(to)
        return to is not current

    def _stops(self, current: QWidget | None) -> list[QWidget]:
        """What Tab reaches, and the control that has the keyboard, in their order."""
        placed = [
            (place, widget)
            for widget in self._chain()
            if (widget is current or self._takes_tab(widget)) and (place := self._place(widget))
        ]
        return [widget for _, widget in sorted(placed, key=lambda each: each[0])]

    def _chain(self) -> Iterator[QWidget]:
        """All parts of the window, as Qt has them one after the other."""
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            yield widget
            widget = widget.nextInFocusChain()

    def _takes_tab(self, widget: QWidget) -> bool:
        policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        own = widget.focusProxy() is None and widget.window() is self
        return bool(policy) and own and widget.isEnabled() and widget.isVisibleTo(self)

    def _place(self, widget: QWidget) -> _Place | None:
        """Where the part of the window stands that it is in; None for one that is behind."""
        part = next((each for each in _around(widget) if each.parentWidget() is self), widget)
        below_title = False
        if isinstance(part, QDockWidget):
            if part.visibleRegion().isEmpty():
                return None
            below_title = not part.titleBarWidget().isAncestorOf(widget)
        return isinstance(part, QStatusBar), part.x(), part.y(), below_title


def _around(widget: QWidget) -> Iterator[QWidget]:
    """Its parents, from the nearest, as far as its window."""
    parent = widget.parentWidget()
    while parent is not None and not widget.isWindow():
        yield parent
        widget, parent = parent, parent.parentWidget()
