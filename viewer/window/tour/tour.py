"""The tour: one step after the other, each when the person has done the one before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from .card import TourCard
from .outline import Outline
from .steps import LAST, STEPS, Props, Step

SEEN = "tour/seen"
"""The setting that keeps it from beginning by itself again."""
PRAISE_MS, FOLLOW_MS = 900, 100
"""For how long a step is seen to be done; how often what is pointed at is looked for."""


class Tour(QObject):
    """Nothing of it is in the document. open_demo: plays a clip where there is none."""

    def __init__(self, props: Props, open_demo: Callable[[], None]) -> None:
        super().__init__(props.window)
        self._props, self._open_demo = props, open_demo
        self._steps: list[Step] = []
        self._number = 0
        self._listening = False
        self.card = TourCard(props.stage, props.bench.themes)
        self.outline = Outline(props.window, props.bench.themes)
        self._next = QTimer(self, singleShot=True, interval=PRAISE_MS)
        self._next.timeout.connect(self._go_on)
        self._follow = QTimer(self, interval=FOLLOW_MS)
        self._follow.timeout.connect(self._point)
        self.card.left.connect(self.end)

    @property
    def step(self) -> Step | None:
        """The one that is to be done; None before the first and after the last."""
        here = self._number < len(self._steps)
        return self._steps[self._number] if here else None

    def begin(self, again: bool = True) -> bool:
        """Begin with the first step, once there is a clip on stage; whether it does.

        again: also where it has begun before, at any start.
        """
        settings = self._props.bench.settings
        if not again and settings.value(SEEN, False, bool):
            return False
        self.end()
        settings.setValue(SEEN, True)
        studio = self._props.bench.studio
        if studio.motion is None and not studio.opening:
            self._open_demo()
        if studio.motion is None:
            studio.figure_changed.connect(self._begin, Qt.ConnectionType.SingleShotConnection)
        else:
            self._begin()
        return True

    def end(self) -> None:
        """Leave it: at once, and with nothing to clear up."""
        self._stop_listening()
        self._next.stop()
        self._follow.stop()
        self._props.window.removeEventFilter(self)
        self._steps, self._number = [], 0
        self.card.hide()
        self.outline.surround(QRect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape, where nothing else has use for it."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.end()
            return True
        return False

    def _begin(self) -> None:
        self._steps = [step(self._props) for step in STEPS]
        self._props.window.installEventFilter(self)
        self._props.stage.setFocus()
        QTimer.singleShot(0, self, self._show)  # what plays has begun by then

    def _go_on(self) -> None:
        self._number += 1
        self._show()

    def _show(self) -> None:
        """The next step that is possible; the end after the last."""
        while (step := self.step) is not None and not step.possible:
            del self._steps[self._number]
        count = len(self._steps)
        if step is None:
            self._follow.stop()
            self.outline.surround(QRect())
            self.card.show_step(*LAST, (), count, count)
            self.card.leave.setFocus()
            return
        step.begin()
        for signal in step.signals():
            signal.connect(self._ask)
        self._listening = True
        self.card.show_step(step.title, step.words, step.keys, self._number, count)
        self._point()
        self._follow.start()

    def _ask(self, *_: object) -> None:
        step = self.step
        if self._listening and step is not None and step.done():
            self._stop_listening()
            self.card.show_done()
            self._next.start()

    def _stop_listening(self) -> None:
        step = self.step
        if self._listening and step is not None:
            self._listening = False
            for signal in step.signals():
                signal.disconnect(self._ask)

    def _point(self) -> None:
        if (step := self.step) is not None:
            self.outline.surround(step.area())
