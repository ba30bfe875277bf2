"""More like this: the windows of an opened library that are nearest to one of a clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import Result
from motion.features import FEATURES, FPS, WINDOW
from viewer.model.language import tr
from viewer.model.library.nearest import nearest
from viewer.model.library.opened import OpenedLibrary
from viewer.model.listing import ListedClip, listed_clips
from viewer.model.notice import Refused
from viewer.model.style_space import ENCODER
from viewer.studio.listings import Listings
from viewer.ui.background import Background
from viewer.workbench import Workbench

TOLD = 48
"""So many are listed."""
NO_LIBRARY = tr("Open a library first (drop its folder): `main.py library analyze` makes one.")


@dataclass(frozen=True, eq=False)
class Moment:
    """A window of a clip. apart: the distance of its latent from the one that was asked about."""

    clip: ListedClip
    start_s: float
    apart: float


class Alike(QObject):
    """Asks the library that was opened last; ``found`` brings what it is like, and Moments.

    What was asked for last counts.
    """

    found = Signal(str, object)

    def __init__(self, bench: Workbench, listings: Listings, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._listings = bench, listings
        self._background = Background(self, "more like this", wait=False)
        self._asked = 0

    @property
    def library(self) -> OpenedLibrary | None:
        """The library that was opened last."""
        return next((each.library for each in self._listings.folders if each.library), None)

    def close(self) -> None:
        self._background.close()

    def of_playhead(self) -> None:
        """Like the two seconds at the playhead of the clip on stage."""
        studio, library = self._bench.studio, self._ready()
        motion = studio.motion
        if library is None:
            return
        if motion is None or motion.features is None or len(motion.features) < WINDOW:
            self._warn(tr("There is no human clip of two seconds or more on the stage to be like."))
            return
        time_s = self._bench.transport.frame * motion.frame_time
        first = min(round(time_s * FPS), len(motion.features) - WINDOW)
        window = motion.features[first : first + WINDOW].reshape(1, WINDOW * FEATURES)
        title, path, start_s = motion.title, motion.path.resolve(), first / FPS
        self._asked += 1
        asked = self._asked

        def take(result: Result) -> None:
            if asked == self._asked:
                latent = result.outputs["mu"][0]
                self._search(library, latent, title, path, start_s)

        self._bench.bridge.bulk(ENCODER, {"motion": window}, take)

    def of_clip(self, clip: ListedClip) -> None:
        """Like the middle of a clip that is listed; it is not opened."""
        library = self._ready()
        if library is None or clip.row < 0 or not library.counts[clip.row]:
            if library is not None:
                self._warn(
                    tr(
                        "{title} is not analyzed in the library, or shorter than 2 s.",
                        title=clip.title,
                    )
                )
            return
        self._asked += 1
        middle = int(library.counts[clip.row]) // 2
        self._search(library, clip.row, clip.title, clip.path, middle / FPS)

    def _search(
        self,
        library: OpenedLibrary,
        like: np.ndarray | int,
        title: str,
        path: Path,
        start_s: float,
    ) -> None:
        """like: a latent, or the row of a clip, whose window from ``start_s`` on it is."""
        asked = self._asked

        def work() -> object:
            latent = like
            if not isinstance(latent, np.ndarray):
                latent = library.latent(int(library.begins[latent]) + round(start_s * FPS))
            hits = nearest(library, latent, TOLD, (path, start_s))
            clips = listed_clips(library, (hit.row for hit in hits))
            return [
                Moment(clip, hit.start_s, hit.distance)
                for clip, hit in zip(clips, hits, strict=True)
            ]

        def take(result: object) -> None:
            if asked != self._asked:
                return
            if isinstance(result, Refused | OSError):
                self._warn(str(result))
            elif isinstance(result, Exception):
                raise result
            else:
                moments = cast("list[Moment]", result)
                self.found.emit(
                    tr("{title} at {start_s:.1f} s", title=title, start_s=start_s), moments
                )

        self._background.run(work, take)

    def _ready(self) -> OpenedLibrary | None:
        """The library, where there is one whose latents are those of the encoder that is loaded."""
        library, encoder = self.library, self._bench.bridge.models.get(ENCODER)
        if library is None:
            self._warn(NO_LIBRARY)
        elif encoder is None:
            self._warn(tr("The style encoder is not loaded yet; ask again in a moment."))
        elif not library.made_by(encoder.path):
            self._warn(
                tr(
                    "{name} was analyzed by another encoder than the one that is "
                    "loaded; run `main.py library analyze` again.",
                    name=library.folder.name,
                )
            )
        else:
            return library
        return None

    def _warn(self, text: str) -> None:
        self._bench.studio.notify("warning", text)
