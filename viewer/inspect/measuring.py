"""Measures what is on stage in the background: the joints that are looked at, feet that slide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from viewer.model.figure import Figure, LiveFigure
from viewer.model.inspection import Skating, skating_of
from viewer.model.joints import JointCurves, curves, recent_poses, remembered_curves
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.ui.background import Background

SETTLE_MS = 120
"""What is worn or dragged is measured once it has not changed for so long."""
LIVE_MS = 400
"""How often a figure that moves by itself is measured while it does."""
_GROUND = np.array([1, 0, 1], np.float32)


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of a figure; skating: None of one without feet, or that lives."""

    figure: Figure | LiveFigure
    joints: tuple[JointCurves, ...]
    skating: Skating | None


class Measuring(QObject):
    """``changed``: something was measured, and whether of another figure than before.

    names: gives the joints that are looked at.
    """

    changed = Signal(bool)

    def __init__(
        self,
        studio: Studio,
        transport: Transport,
        names: Callable[[], Sequence[str]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._transport, self._names = studio, transport, names
        self._background = Background(self, "inspect")
        self._turn = 0
        self.found: Measured | None = None
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.measure)

    def close(self) -> None:
        """Measure no more."""
        self._soon.stop()
        self._background.close()

    def soon(self, wait_ms: int) -> None:
        """Measure once nothing has changed for ``wait_ms``."""
        self._soon.start(wait_ms)

    def go_along(self) -> None:
        """What moves by itself has moved: it is measured now and then."""
        if not self._soon.isActive():
            self._soon.start(LIVE_MS)

    def measure(self) -> None:
        """Measure the joints that are looked at, and the feet of a figure that is new."""
        self._soon.stop()
        self._turn += 1
        figure, turn = self._studio.figure, self._turn
        if figure is None:
            self._take(turn, None)
            return
        work = self._clip(figure) if isinstance(figure, Figure) else self._live(figure)
        self._background.run(work, lambda result: self._take(turn, result))

    def _clip(self, figure: Figure) -> Callable[[], Measured]:
        names, found = tuple(self._names()), self.found
        known = found if found is not None and found.figure is figure else None

        def work() -> Measured:
            joints = (curves(figure, name) for name in names)
            skating = known.skating if known else skating_of(figure)
            return Measured(figure, tuple(each for each in joints if each), skating)

        return work

    def _live(self, figure: LiveFigure) -> Callable[[], Measured]:
        """All that it remembers, as it lies about where it stands now."""
        names, frame = tuple(self._names()), self._transport.frame
        motions = figure.remembered() if names else []
        now = recent_poses(figure, frame, 1)
        frames = sum(map(len, motions))

        def work() -> Measured:
            if not len(now) or not 0 <= frame < frames:
                return Measured(figure, (), None)
            shift = (now[-1, 0] - np.concatenate(motions)[frame, 0]) * _GROUND
            joints = (remembered_curves(motions, shift, name) for name in names)
            return Measured(figure, tuple(each for each in joints if each), None)

        return work

    def _take(self, turn: int, result: object) -> None:
        if isinstance(result, Exception):
            raise result
        if turn != self._turn:
            return
        assert result is None or isinstance(result, Measured)
        before, self.found = self.found, result
        self.changed.emit((before and before.figure) is not (result and result.figure))
