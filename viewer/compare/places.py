"""What stands over the viewports: pads for the mouse, names to choose from, numbers, drops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from render.camera import OrbitCamera
from viewer.model.compared import COLORS, Seen
from viewer.model.comparison import NAMES, Slot
from viewer.model.document import Document
from viewer.model.language import tr
from viewer.stage.clip_drop import ClipDrop
from viewer.stage.stage import Stage
from viewer.ui.theme import GAP, MARGIN, ThemeSwitch

from .chooser import Chooser, Offered
from .corner import Corner
from .pad import Pad

_NAME = 0.42
"""How much of one of four viewports a name takes: beside the head of the figure in the middle."""
ENDED = tr("before its start, or after its end")


class Places(QObject):
    """Over the stage: of each slot a pad, a chooser and, but for A, a number.

    ``pressed`` and ``moved`` bring the number of a viewport and its camera as it is to be;
    ``dropped`` that and the key of a clip.
    """

    pressed = Signal(int)
    moved = Signal(int, object)
    dropped = Signal(int, str)

    def __init__(
        self,
        stage: Stage,
        themes: ThemeSwitch,
        offer: Callable[[int], Offered],
        choose: Callable[[int, Slot, str], None],
    ) -> None:
        super().__init__(stage)
        self._stage, self._shown = stage, 0
        self._layout = "single"
        self.pads = [Pad(stage, n, name, themes) for n, name in enumerate(NAMES)]
        self.choosers = [
            Chooser(stage, name, partial(offer, n), partial(choose, n))
            for n, name in enumerate(NAMES)
        ]
        self.corners = [Corner(stage, name, themes) for name in NAMES]
        self.drops = [ClipDrop(pad, themes, tr("Show here")) for pad in self.pads[1:]]
        for n, pad in enumerate(self.pads):
            pad.pressed.connect(partial(self.pressed.emit, n))
            pad.moved.connect(partial(self.moved.emit, n))
        for n, drop in enumerate(self.drops, 1):
            drop.opened.connect(partial(self.dropped.emit, n))
        stage.pressed.connect(self._press_first)
        stage.viewports_changed.connect(self._stand)

    def rest(self) -> None:
        """There is nothing beside what is on stage."""
        self._layout = "single"
        for each in (*self.pads, *self.choosers, *self.corners):
            each.hide()

    def show(
        self,
        document: Document,
        seen: Sequence[Seen],
        cameras: Sequence[OrbitCamera],
        notes: Sequence[str],
    ) -> None:
        """Show what the viewports are of; notes: of how each goes along with A."""
        compared, view = document.comparison, document.view
        overlay = compared.layout == "overlay"
        if (compared.layout, len(seen)) != (self._layout, self._shown):
            self._layout, self._shown = compared.layout, len(seen)
            self._stand()
        for n, (pad, camera) in enumerate(zip(self.pads, cameras, strict=False)):
            pad.camera, pad.following = camera, view.looks.follow
            pad.seen = seen[n]
            apart = seen[n].apart.problem if seen[n].present else ""
            moment = _moment(seen[n]) if n else ""
            message = seen[n].chosen.problem if n else ""
            pad.tell(n == view.viewport, moment, message, notes[n] or apart)
        colors = COLORS[view.scheme] if overlay else None
        told = zip(seen, self.choosers, self.corners, notes, strict=False)
        for n, (each, chooser, corner, note) in enumerate(told):
            color = QColor.fromRgbF(*colors[n]) if colors is not None else None
            why = each.chosen.problem or note
            changed = chooser.tell(each.chosen.label, why, self._room(n), color)
            resized = corner.tell(each.apart, compared.difference and not overlay, overlay)
            if n:
                corner.setVisible(each.chosen.figure is not None)
            if changed or resized:
                self._stand_corner(n)

    def _press_first(self) -> None:
        if self._layout not in ("single", "overlay"):
            self.pressed.emit(0)

    def _stand(self) -> None:
        """Everything is where the viewports are now."""
        if self._layout == "single":
            return
        pictures = len(self._stage.cells)
        for n, pad in enumerate(self.pads):
            seen = n < self._shown
            pad.setVisible(seen and 1 < pictures > n)
            if n < pictures:
                pad.setGeometry(self._stage.viewport(n))
            if 0 < n < pictures:
                self.drops[n - 1].place(pad.size())
            for part in (self.choosers[n], self.corners[n]):
                self._own(part, n)
            self.choosers[n].setVisible(seen)
            self.corners[n].setVisible(0 < n < self._shown)
            if seen:
                self.choosers[n].move(self._chooser_at(n))
                self._stand_corner(n)

    def _own(self, part: QWidget, place: int) -> None:
        """``part`` lies on its pad, which gets what it leaves of mouse and drops; that of A, and
        all in an overlay, on the stage."""
        lone = place == 0 or self._layout == "overlay"
        owner = self._stage if lone else self.pads[place]
        if part.parent() is not owner:
            part.setParent(owner)
        part.raise_()

    def _chooser_at(self, place: int) -> QPoint:
        below = place * (self.choosers[0].sizeHint().height() + GAP // 2)
        return QPoint(GAP, GAP + (below if self._layout == "overlay" else 0))

    def _stand_corner(self, place: int) -> None:
        """At the lower right of its viewport, or in an overlay behind its name."""
        corner = self.corners[place]
        corner.resize(corner.sizeHint())
        if self._layout == "overlay":
            line = self.choosers[place].geometry()
            corner.move(line.right() + GAP, line.center().y() - corner.height() // 2)
            return
        size = self.pads[place].size() - corner.size()
        corner.move(size.width() - MARGIN, size.height() - GAP)

    def _room(self, place: int) -> int:
        """How wide a name can be."""
        wide = self._stage.viewport(0 if self._layout == "overlay" else place).width()
        if self._layout == "four":
            return round(_NAME * wide)
        beside = self.corners[0].sizeHint().width() + GAP if self._layout == "overlay" else 0
        return wide - 2 * GAP - beside


def _moment(seen: Seen) -> str:
    time_s = seen.time_s
    if seen.chosen.figure is None or time_s is None:
        return ""
    return (
        tr("{time_s:.2f} s   frame {frame}", time_s=time_s, frame=seen.frame)
        if seen.present
        else ENDED
    )
