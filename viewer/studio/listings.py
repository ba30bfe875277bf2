"""The folders that were opened, kept for whoever shows what is in them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from viewer.model.listing import MAX_LISTED, Listing

from .studio import Studio


class Listings(QObject):
    """The folders that were opened, the newest first; the oldest go beyond MAX_LISTED clips."""

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.folders: tuple[Listing, ...] = ()
        studio.files_listed.connect(self._take)

    def _take(self, listing: Listing) -> None:
        room = MAX_LISTED - len(listing.clips)
        kept = [listing]
        for other in self.folders:
            room -= len(other.clips)
            if other.folder != listing.folder and room >= 0:
                kept.append(other)
        self.folders = tuple(kept)
        self._studio.notify("info" if listing.complete else "warning", listing.sentence)
        self.changed.emit()
