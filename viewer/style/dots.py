"""What the pointer does on the style map, and what the map shows of the style that is worn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from motion.restyling.atlas import StyleAtlas
from viewer.model.document import Latent
from viewer.model.language import tr
from viewer.model.style_edits import wear
from viewer.workbench import Workbench

from .atlases import Atlases
from .dot_labels import window_name
from .live import LiveRestyling
from .panel import StylePanel
from .restyling import Restyling


class Dots(QObject):
    """Drags, clicks and hovers on the map change what is worn, or show it.

    current: the style that clips wear, or would.
    """

    def __init__(
        self,
        bench: Workbench,
        atlases: Atlases,
        restyling: Restyling,
        live: LiveRestyling,
        panel: StylePanel,
        current: Callable[[], Latent],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bench, self._atlases = bench, atlases
        self._restyling, self._live = restyling, live
        self._panel, self._current = panel, current
        self._placed: tuple[Latent | None, tuple[float, float]] = (None, (0.0, 0.0))
        panel.map_dragged.connect(self._drag)
        panel.dot_picked.connect(self.take)
        panel.dot_hovered.connect(self._peek)

    def show_marker(self, atlas: StyleAtlas, style: Latent) -> None:
        """Put the ring where ``style`` was taken from the map, else where it is on it."""
        placed, at = self._placed
        if placed is None or placed is not style:
            x, y = atlas.place(style.values[None])[0]
            at = float(x), float(y)
        self._panel.map.set_marker(*at)

    def unlocked(self, style: np.ndarray) -> np.ndarray:
        """``style`` (K,), but with the sliders that are locked where they stand."""
        atlas, locked = self._atlases.atlas, self._bench.store.document.style.locked
        if atlas is None or not locked:
            return style
        stand = atlas.coordinates(self._current().values)
        for index, slider in enumerate(atlas.sliders):
            if slider.name in locked:
                style = atlas.moved(style, index, float(stand[index]))
        return style

    def take(self, row: int) -> None:
        """The style of the dot ``row`` is worn."""
        atlas = self._atlases.atlas
        if atlas is None:
            return
        label = window_name(atlas, row)
        style = Latent(self.unlocked(atlas.styles[row]), label)
        x, y = atlas.points[row]
        self._placed = style, (float(x), float(y))
        self._bench.store.apply(wear(tr("Take style of {label}", label=label), style))

    def _drag(self, x: float, y: float) -> None:
        atlas = self._atlases.atlas
        if atlas is None:
            return
        point = np.array([x, y], np.float32)
        label = str(atlas.labels[atlas.nearest(point, 1)[0]]).replace("_", " ")
        style = Latent(self.unlocked(atlas.at(point[None])[0]), label)
        self._placed = style, (x, y)
        gesture = self._panel.gesture.of("map")
        self._bench.store.apply(wear(tr("Move on the style map"), style, gesture))

    def _peek(self, row: int) -> None:
        """A ghost in the style of the dot under the pointer, where the figure stands."""
        atlas, source = self._atlases.atlas, self._bench.studio.source
        style = atlas.styles[row] if row >= 0 and atlas is not None else None
        if source == "character":
            self._live.peek(style)
        else:
            self._restyling.peek(style if source == "clip" else None)
