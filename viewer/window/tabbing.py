"""The way of the Tab key through a window: what is in sight, in the order in which one reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QScrollArea, QWidget

_CHILDREN = Qt.FindChildOption.FindDirectChildrenOnly


class TabbingWindow(QMainWindow):
    """Tab and Shift+Tab leave out docks behind others, which Qt keeps outside the window.

    The way is found anew at each key and nothing of it is kept: panels change what they hold.
    """

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt also asks when the control with the keyboard goes away: then it looks itself."""
        current = QApplication.focusWidget()
        if current is not None and not (current.isVisible() and current.isEnabled()):
            return super().focusNextPrevChild(forward)
        stops = [stop for stop in _within(self) if stop is current or _takes_tab(stop)]
        if not stops:
            return super().focusNextPrevChild(forward)
        here = stops.index(current) if current in stops else -1 if forward else 0
        to = stops[(here + (1 if forward else -1)) % len(stops)]
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        to.setFocus(reason)
        _scroll_to(to)
        return to is not current


def _within(around: QWidget) -> Iterator[QWidget]:
    """All that is in sight, or scrolled out of it, each before what it holds."""
    children = around.findChildren(QWidget, options=_CHILDREN)
    for child in in_reading_order(filter(_shown, children)):
        yield child
        yield from _within(child)


def in_reading_order(widgets: Iterable[QWidget]) -> list[QWidget]:
    """Row by row from the top, each from the left; side by side are two of which the middle of
    one is beside the other."""
    rows: list[list[QWidget]] = []
    for widget in sorted(widgets, key=lambda each: each.y()):
        first = rows[-1][0].geometry() if rows else None
        here = widget.geometry()
        beside = first and (here.center().y() <= first.bottom() or here.y() <= first.center().y())
        if beside:
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [each for row in rows for each in sorted(row, key=lambda each: (each.x(), each.y()))]


def _shown(widget: QWidget) -> bool:
    behind = isinstance(widget, QDockWidget) and widget.visibleRegion().isEmpty()
    return widget.isVisible() and widget.isEnabled() and not widget.isWindow() and not behind


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def _scroll_to(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()
