"""The character and the style panel: where it is on the map, and the style that it has itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from inference.worker.messages import Priority, Result
from viewer.model.document import Latent
from viewer.model.language import tr
from viewer.model.style_space import ENCODER
from viewer.workbench import Workbench

from .atlases import Atlases
from .live import LiveRestyling
from .panel import StylePanel
from .restyling import Restyling

CHANNEL = "style.character"


class CharacterStyle(QObject):
    """window: its last two seconds (60, 73) and what to call them; own: the style that they have.

    Both None where it is not on stage, or not for so long. live: has it seen in another style.
    """

    def __init__(
        self,
        bench: Workbench,
        restyling: Restyling,
        atlases: Atlases,
        panel: StylePanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bench, self._atlases, self._panel = bench, atlases, panel
        self.live = LiveRestyling(bench, restyling, self)
        self.window: tuple[np.ndarray, str] | None = None
        self.own: Latent | None = None
        self._unsubscribe = bench.bridge.subscribe(CHANNEL, self._take)
        bench.studio.source_changed.connect(self._follow_source)

    @property
    def on_stage(self) -> bool:
        """Whether the character is what plays."""
        return self._bench.studio.source == "character"

    def close(self) -> None:
        self.live.close()
        self._unsubscribe()

    def note_window(self, window: np.ndarray | None, label: str) -> None:
        """What it has lived through lately, or None."""
        self.window = None if window is None else (window, label)
        if window is None or ENCODER not in self._bench.bridge.models:
            self._bench.bridge.forget(CHANNEL)
            self.own = None
            self._panel.show_character(None)
            return
        inputs = {"motion": window.reshape(1, -1)}
        self._bench.bridge.infer(ENCODER, inputs, CHANNEL, Priority.LIVE)

    def _take(self, result: Result) -> None:
        atlas = self._atlases.atlas
        if atlas is None or self.window is None:
            self._panel.show_character(None)
            return
        styles = self._atlases.subspace.read(result.outputs["mu"])
        self.own = Latent(styles[0], tr("the character itself"))
        x, y = atlas.place(styles)[0]
        self._panel.show_character((float(x), float(y)))

    def _follow_source(self, source: str) -> None:
        if source != "character":
            self.note_window(None, "")
