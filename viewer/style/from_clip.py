"""Takes or pins the style of a whole clip: one of the library, whether it is encoded yet or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from inference.worker.messages import Result
from motion.bvh import BvhError
from motion.features import FEATURES, FPS, WINDOW, windows
from motion.rigs import NotHuman
from viewer.model.document import Latent
from viewer.model.edits import Edit
from viewer.model.language import tr
from viewer.model.library_reading import MAX_CLIP_WINDOWS, features_of
from viewer.model.notice import sentence
from viewer.model.style_edits import pin_style, wear
from viewer.model.style_space import ENCODER, StyleBank
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .atlases import Atlases
from .dots import Dots
from .library import LibraryStyles

Use = Callable[[Latent], Edit]


class StyleFromClip(QObject):
    """The mean style of a clip's windows, as they are known, else read and encoded for it.

    A clip without a style, short, broken or no human rig, is told and changes nothing. What was
    asked for last counts.
    """

    def __init__(
        self,
        bench: Workbench,
        bank: StyleBank,
        library: LibraryStyles,
        atlases: Atlases,
        dots: Dots,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bench, self._bank, self._library = bench, bank, library
        self._atlases, self._dots = atlases, dots
        self._background = Background(self, "style of a clip", wait=False)
        self._asked = 0

    def close(self) -> None:
        self._background.close()

    def take(self, key: str, title: str) -> None:
        """Clips wear the style of the clip at path ``key``."""

        def worn(style: Latent) -> Edit:
            free = Latent(self._dots.unlocked(style.values), style.label)
            return wear(tr("Take style of {title}", title=title), free)

        self._find(Path(key), title, worn)

    def pin(self, place: int, key: str, title: str) -> None:
        """The style of the clip at path ``key`` is at the corner ``place`` of the mix."""
        self._find(Path(key), title, lambda style: pin_style(place, style))

    def _find(self, path: Path, title: str, use: Use) -> None:
        self._asked += 1
        asked = self._asked
        known = self._bank.of(str(path.resolve()))
        if known is None or not len(known):
            known = self._library.latents_of(path)
        if known is not None:
            self._apply(known, title, use)
        elif ENCODER not in self._bench.bridge.models:
            self._warn(
                tr("The style encoder is not loaded; the style of a clip cannot be taken yet.")
            )
        else:
            self._background.run(
                lambda: _windows(path), lambda found: self._encode(asked, found, path, title, use)
            )

    def _encode(self, asked: int, found: object, path: Path, title: str, use: Use) -> None:
        if asked != self._asked:
            return
        if isinstance(found, NotHuman):
            self._warn(tr("{title} has no style to take: it is no human rig.", title=title))
        elif isinstance(found, BvhError | OSError):
            self._warn(sentence(found))
        elif isinstance(found, Exception):
            raise found
        elif isinstance(found, np.ndarray) and len(found):

            def take(result: Result) -> None:
                if asked == self._asked:
                    self._apply(result.outputs["mu"], title, use)

            self._bench.bridge.bulk(ENCODER, {"motion": found}, take)
        else:
            self._warn(
                tr("{title} has no style to take: it is shorter than two seconds.", title=title)
            )

    def _apply(self, latents: np.ndarray, title: str, use: Use) -> None:
        style = self._atlases.subspace.read(latents.astype(np.float32)).mean(axis=0)
        self._bench.store.apply(use(Latent(style.astype(np.float32), title)))

    def _warn(self, text: str) -> None:
        self._bench.studio.notify("warning", text)


def _windows(path: Path) -> np.ndarray:
    """Windows (W, 4380) all along a file. Raises BvhError, NotHuman, OSError."""
    features = features_of(path)
    cut = windows(features, max(FPS, -(-len(features) // MAX_CLIP_WINDOWS)))
    return cut.reshape(len(cut), WINDOW * FEATURES)
