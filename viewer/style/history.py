"""The styles that were tried last, with a picture of each, to go back to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from viewer.model.document import Document, Latent
from viewer.model.language import tr
from viewer.model.restyle_job import Worn
from viewer.model.style_edits import wear
from viewer.workbench import Workbench

from .history_strip import HistoryStrip
from .live import LiveRestyling
from .restyling import Restyling

MOST = 12
_SETTLED_MS = 600


@dataclass(frozen=True, eq=False)
class Tried:
    """A style, and how the figure stood in it (22, 3)."""

    style: Latent
    pose: np.ndarray


class StyleHistory(QObject):
    """Notes a style once it has been worn for a moment; the newest is first.

    It is what was looked at, and no part of the document. ``noted`` tells of another one.
    """

    noted = Signal()

    def __init__(
        self,
        bench: Workbench,
        restyling: Restyling,
        live: LiveRestyling,
        strip: HistoryStrip,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bench, self._strip = bench, strip
        self._restyling, self._live = restyling, live
        self.tried: tuple[Tried, ...] = ()
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._note)
        bench.store.changed.connect(self._follow)
        restyling.made.connect(lambda *_: self._settled.start())
        live.made.connect(lambda _: self._settled.start())
        strip.picked.connect(self._wear)

    def pose_of(self, style: Latent) -> np.ndarray | None:
        """How the figure stood in ``style`` (22, 3), where that is remembered."""
        return next((held.pose for held in self.tried if held.style == style), None)

    def close(self) -> None:
        """Note no more."""
        self._settled.stop()

    def _follow(self, old: Document, new: Document) -> None:
        if new.style.worn is None:
            self._settled.stop()

    def _note(self) -> None:
        pose, style = self._pose(), self._bench.store.document.style.worn
        if pose is None or style is None:
            return
        tried = Tried(style, pose)
        others = [held for held in self.tried if held.style != style]
        self.tried = (tried, *others)[:MOST]
        self._strip.set_items([(held.style.label, held.pose) for held in self.tried])
        self.noted.emit()

    def _pose(self) -> np.ndarray | None:
        """How clip or character stand on stage, (22, 3), where they wear a style."""
        if self._bench.studio.source == "character":
            return None if self._live.pose is None else self._live.pose.pose
        worn: Worn | None = self._restyling.worn
        if worn is None:
            return None
        frame = min(self._bench.transport.frame, worn.figure.frame_count - 1)
        pose: np.ndarray = worn.figure.positions[frame]
        return pose

    def _wear(self, index: int) -> None:
        style = self.tried[index].style
        self._bench.store.apply(wear(tr("Take {label} again", label=style.label), style))
