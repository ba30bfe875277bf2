"""A walk through styles: from one drawn style to the next, for as long as it is switched on."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer

from motion.restyling.course import StyleAt, course
from viewer.model.document import Document, Latent
from viewer.model.language import tr
from viewer.model.style_edits import wear
from viewer.workbench import Workbench

LEG_S = 2.0
"""From one drawn style to the next."""
STEP_MS = 50
_NAME = tr("Random walk")


class RandomWalk(QObject):
    """One undo step from its start to its end, which is also any other change of the style.

    style: what is set now (K,). draw: a style (K,) by its seed, or None while there is no map.
    legs: where it has been and where it goes, by ``now``.
    """

    def __init__(
        self,
        bench: Workbench,
        style: Callable[[], np.ndarray],
        draw: Callable[[int], np.ndarray | None],
        now: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bench, self._style, self._draw, self._now = bench, style, draw, now
        self.legs: list[StyleAt] = []
        self._walks = 0
        self._worn: Latent | None = None
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self.step)
        self.action = bench.actions.add(
            "style.walk",
            tr("Random walk"),
            tr("Let the style wander from one drawn style to the next"),
            self._switch,
            keys="Shift+W",
            menu="Style",
            checkable=True,
        )
        bench.store.changed.connect(self._follow)

    def step(self) -> None:
        """Wear what the walk has come to."""
        at = self._now()
        while self.legs[-1].time_s <= at:
            seed = self._bench.store.document.style.seed + len(self.legs)
            drawn = self._draw(seed)
            if drawn is None:
                self.action.setChecked(False)
                return
            self.legs.append(StyleAt(self.legs[-1].time_s + LEG_S, drawn))
        (style,), _ = course(self.legs[-2:], np.array([at]))
        self._worn = Latent(style, tr("random walk"))
        self._bench.store.apply(wear(_NAME, self._worn, (_NAME, self._walks)))

    def close(self) -> None:
        """Walk no more."""
        self._timer.stop()

    def _switch(self, on: bool) -> None:
        if on:
            self._walks += 1
            self._worn = None
            self.legs = [StyleAt(self._now(), self._style())]
            self._timer.start()
        else:
            self._timer.stop()

    def _follow(self, old: Document, new: Document) -> None:
        """Whatever else changes what is worn, or whether that is seen, ends the walk."""
        if not self._timer.isActive() or _decides(old) == _decides(new):
            return
        stepped = new.style.worn is self._worn and old.style.worn is not self._worn
        if not stepped:
            self.action.setChecked(False)
            self._timer.stop()


def _decides(document: Document) -> tuple[object, ...]:
    """What each step of a walk sets, so that it would take back what a person chooses."""
    style, view = document.style, document.view
    return style.worn, style.keyed, view.source == "latent", view.looks.styled
