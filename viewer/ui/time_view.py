"""Which stretch of time a view shows, and how it goes along with the playhead."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal, get_args

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QActionGroup

from viewer.model.language import tr, within

from .actions import Actions

Mode = Literal["follow", "page", "fit"]
MODES: tuple[Mode, ...] = get_args(Mode)
LEAST_SPAN_S = 0.2
_MIDDLE = 0.5
_PAGE_EDGE = 0.05
_LEAD = 0.04
"""How much of what is still to come is in sight, as a part of what is shown."""
_EASE = 0.03
"""How much nearer to the middle a playhead comes with each move, after it was elsewhere."""
_ZOOM_STEP = 1.5
_MOST_SPAN_S = 1e6


class TimeView(QObject):
    """A window in time over something that lasts ``length_s``, of which ``known_s`` is there yet.

    "follow" scrolls and keeps the playhead in its middle, "page" turns the page when the playhead
    leaves it, "fit" shows all. Where a person moved it away from the playhead it stays, until the
    playhead is in sight again. ``changed``: another stretch is shown; ``chosen``: a person chose
    another mode or span.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, span_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode: Mode = "follow"
        self.span_s = span_s
        self.start_s = self.time_s = 0.0
        self.length_s = self.known_s = 0.0
        self._moving: Mode = "follow"
        self._place = _MIDDLE
        self._left = self._held = False
        self._told = (0.0, 0.0)

    @property
    def shown_s(self) -> float:
        """How many seconds are shown."""
        longest = max(self.length_s, LEAST_SPAN_S)
        return longest if self.mode == "fit" else min(max(self.span_s, LEAST_SPAN_S), longest)

    @property
    def end_s(self) -> float:
        return self.start_s + self.shown_s

    def begin(self, length_s: float) -> None:
        """Something else is shown, from its beginning."""
        self.start_s = self.time_s = 0.0
        self._place, self._left, self._held = _MIDDLE, False, False
        self.set_length(length_s)

    def set_length(self, length_s: float, known_s: float | None = None) -> None:
        """What is shown has become longer or shorter; known_s: all of it."""
        self.length_s = length_s
        self.known_s = length_s if known_s is None else known_s
        self._go_along(self.time_s)

    def show(self, time_s: float) -> None:
        """The playhead is at ``time_s``."""
        before, self.time_s = self.time_s, time_s
        self._go_along(before)

    def set_mode(self, mode: Mode) -> None:
        """Another way to go along; the playhead is in sight again."""
        self.mode = mode
        if mode != "fit":
            self._moving = mode
        self._place, self._left = _MIDDLE, False
        if mode == "follow":
            self.start_s = self.time_s - _MIDDLE * self.shown_s
        self._go_along(self.time_s)
        self.chosen.emit()

    def zoom(self, factor: float, at_s: float) -> None:
        """Enlarge by ``factor`` about a time; from "fit", the playhead is followed again."""
        before = self.shown_s
        if self.mode == "fit":
            if factor <= 1:
                return
            self.mode = self._moving
        self.span_s = max(before / factor, LEAST_SPAN_S)
        self._move_to(at_s - (at_s - self.start_s) * self.shown_s / before)
        self.chosen.emit()

    def zoom_in(self) -> None:
        self.zoom(_ZOOM_STEP, self.time_s)

    def zoom_out(self) -> None:
        self.zoom(1 / _ZOOM_STEP, self.time_s)

    def pan(self, seconds: float) -> None:
        """Show what lies ``seconds`` later."""
        self._move_to(self.start_s + seconds)

    def hold(self) -> None:
        """Stay, whatever the playhead does: it is being dragged."""
        self._held = True

    def let_go(self) -> None:
        """Go along again; with a playhead in sight, from where it is."""
        self._held = False
        if 0 <= self._place_of(self.time_s) <= 1:
            self._move_to(self.start_s)
        else:
            self.set_mode(self.mode)

    def _move_to(self, start_s: float) -> None:
        """A person moved the window."""
        self.start_s = min(max(start_s, 0.0), max(self.length_s - self.shown_s, 0.0))
        place = self._place_of(self.time_s)
        self._left = not 0 <= place <= 1
        self._place = min(max(place, _MIDDLE), 1.0)
        self._tell()

    def _go_along(self, before_s: float) -> None:
        last = self.length_s
        if self.mode == "follow":
            last = min(self.known_s + _LEAD * self.shown_s, last)
        self._left = self._left and not 0 <= self._place_of(self.time_s) <= 1
        if not self._left and not self._held:
            self.start_s = self._start_for(self.time_s, before_s)
        self.start_s = min(max(self.start_s, 0.0), max(last - self.shown_s, 0.0))
        self._tell()

    def _start_for(self, time_s: float, before_s: float) -> float:
        shown, forward = self.shown_s, time_s >= before_s
        self._place += (_MIDDLE - self._place) * _EASE
        if self.mode == "follow" and forward:
            return max(self.start_s, time_s - self._place * shown)
        if self.mode == "follow":
            return min(self.start_s, time_s - (1 - self._place) * shown)
        if self.mode == "page" and not 0 <= self._place_of(time_s) <= 1:
            return time_s - (_PAGE_EDGE if forward else 1 - _PAGE_EDGE) * shown
        return self.start_s

    def _place_of(self, time_s: float) -> float:
        """Where in the window a time is: 0 at its start, 1 at its end."""
        return (time_s - self.start_s) / self.shown_s

    def _tell(self) -> None:
        now = (self.start_s, self.shown_s)
        if now != self._told:
            self._told = now
            self.changed.emit()


def remember(view: TimeView, settings: QSettings, name: str) -> None:
    """Take mode and span of ``view`` from the settings, and keep them there."""
    mode, span = settings.value(f"{name}/mode"), settings.value(f"{name}/span_s")
    with suppress(ValueError):  # nothing is kept yet
        if LEAST_SPAN_S <= (span_s := float(str(span))) <= _MOST_SPAN_S:
            view.span_s = span_s
    if mode in MODES:
        view.set_mode(mode)

    def keep() -> None:
        settings.setValue(f"{name}/mode", view.mode)
        settings.setValue(f"{name}/span_s", view.span_s)

    view.chosen.connect(keep)


def add_actions(
    actions: Actions, view: TimeView, name: str, title: str, menu: str, keys: dict[str, str]
) -> None:
    """Commands ``name``.follow, .page, .fit, .zoom_in and .zoom_out; ``keys`` by these words."""
    group = QActionGroup(view)
    for mode, text, tip in (
        ("follow", tr("Follow the playhead"), tr("Show a few seconds around the playhead")),
        ("page", tr("Turn pages"), tr("Turn the page when the playhead leaves what is shown")),
        ("fit", tr("Show all of it"), tr("Show all from the beginning to the end")),
    ):
        action = actions.add(
            f"{name}.{mode}", f"{title}: {within(text)}", f"{title}: {within(tip)}",
            lambda _on: None, keys=keys[mode], menu=menu, checkable=True,
        )  # fmt: skip
        action.setData(mode)
        action.setIconText(tr(mode.capitalize()))
        action.triggered.connect(lambda _=False, mode=mode: view.set_mode(mode))
        group.addAction(action)
    for word, text, zoom in (
        ("zoom_in", tr("zoom in"), view.zoom_in),
        ("zoom_out", tr("zoom out"), view.zoom_out),
    ):
        tip = tr("{title}: show less time") if word == "zoom_in" else tr("{title}: show more time")
        tip = tip.format(title=title)
        key = keys.get(word, "")
        actions.add(f"{name}.{word}", f"{title}: {text}", tip, zoom, keys=key, menu=menu)

    def mark() -> None:
        actions[f"{name}.{view.mode}"].setChecked(True)

    view.chosen.connect(mark)
    mark()
