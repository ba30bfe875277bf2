"""Wires the library panel to what is open and what can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer

from viewer.model.clip import OpenMotion
from viewer.model.demo import DemoClip, demo_clips
from viewer.model.language import tr
from viewer.model.listing import ListedClip, Listing
from viewer.model.session import SUFFIX
from viewer.studio.clip_scan import ClipScan, ClipScanner
from viewer.studio.listings import Listings
from viewer.ui.recent import RecentFiles
from viewer.workbench import Workbench

from .alike import Alike, Moment
from .entries import LibraryEntry
from .far_clips import FarClips
from .folder_step import FolderStep
from .glimpses import Glimpse, Glimpses
from .panel import LibraryPanel

LISTED_MS = 100
"""After a folder is listed, until the list shows it: what was opened of it is shown first."""
NO_DEMO = tr("The demo clips are missing from {folder}; open or drop a BVH file.")


class LibraryControl:
    """Keeps the list of opened, demo, listed and recent clips."""

    def __init__(self, bench: Workbench, scanner: ClipScanner, listings: Listings) -> None:
        self._bench, self._scanner, self._listings = bench, scanner, listings
        self._demo = demo_clips(bench.assets)
        self._demo_entries = dict(map(_demo_entry, self._demo))
        self._listed_entries: dict[str, LibraryEntry] = {}
        self._listed: dict[str, ListedClip] = {}
        self._moments: dict[str, Moment] = {}
        self._like = ""
        self._recent = RecentFiles(bench.settings)
        self.panel = LibraryPanel(bench.themes.current)
        self.glimpses = Glimpses(bench.studio, self._in_sight)
        self.alike = Alike(bench, listings, self.panel)
        self.far = FarClips(bench, listings, self.panel)
        self._add_actions()
        self.folder = FolderStep(bench, self.open)
        studio = bench.studio
        self.panel.open_requested.connect(self.open)
        bench.themes.changed.connect(self.panel.set_theme)
        scanner.scanned.connect(self._take_scan)
        studio.motion_opened.connect(self._take_opened)
        studio.motion_closed.connect(lambda _: self._list())
        studio.motion_changed.connect(self._mark)
        self._soon = QTimer(self.panel, singleShot=True, interval=LISTED_MS)
        self._soon.timeout.connect(self._take_listings)
        listings.changed.connect(self._soon.start)
        self.alike.found.connect(self._take_alike)
        self.panel.alike_requested.connect(self._ask_alike)
        self.panel.all_requested.connect(self._list_all)
        self.panel.searched.connect(self.far.search)
        self.far.found.connect(self._take_listings)
        self.glimpses.found.connect(self._take_glimpse)
        for clip in self._demo:
            scanner.add(clip)
        for motion in studio.motions:
            self._take_opened(motion)
        self._take_listings()
        self._mark(studio.motion)

    def close(self) -> None:
        self._soon.stop()
        self.folder.close()
        self.alike.close()
        self.far.close()
        self._scanner.stop()
        self.glimpses.close()

    def open(self, key: str) -> None:
        """Put the clip at path ``key`` on the stage, from memory if it is open."""
        if moment := self._moments.get(key):
            self.far.play(moment.clip, moment.start_s)
            return
        path = Path(key)
        for motion in self._bench.studio.motions:
            if motion.path.resolve() == path:
                self._bench.studio.show_motion(motion.key)
                self._bench.studio.set_source("clip")
                return
        for clip in self._demo:
            if clip.path.resolve() == path:
                self._bench.studio.open_paths([path], style=clip.style, title=clip.title)
                return
        if listed := self._listed.get(key):
            self.far.open(listed)
        else:
            self._bench.studio.open_paths([path])

    def title_of(self, key: str) -> str:
        """What the list calls the clip at path ``key``."""
        row = self.panel.model.row_of(key)
        return Path(key).stem if row is None else self.panel.model.shown[row].title

    def _add_actions(self) -> None:
        actions = self._bench.actions
        self._bench.icons.bind(actions["file.open"], "folder")
        self.panel.open_button.setDefaultAction(actions["file.open"])
        actions.add(
            "library.next",
            tr("Next clip"),
            tr("Open the next clip of the library"),
            lambda: self._step(1),
            keys="]",
            menu="Playback",
        )
        actions.add(
            "library.previous",
            tr("Previous clip"),
            tr("Open the previous clip of the library"),
            lambda: self._step(-1),
            keys="[",
            menu="Playback",
        )
        actions.add(
            "library.search",
            tr("Search the library"),
            tr("Type to find a clip by title, style or folder"),
            self._search,
            keys="Ctrl+F",
            menu="View",
        )

        actions.add(
            "library.alike",
            tr("More like this"),
            tr("List and play what is most like the two seconds at the playhead, of a library"),
            self.alike.of_playhead,
            keys="Ctrl+L",
            menu="Playback",
        )

    def _search(self) -> None:
        self.panel.search.setFocus()
        self.panel.search.selectAll()

    def _step(self, step: int) -> None:
        key = self.panel.neighbour(step)
        if key:
            self.open(key)

    def _in_sight(self) -> Iterator[str]:
        return (entry.key for entry in self.panel.list.in_sight())

    def _take_opened(self, motion: OpenMotion) -> None:
        if _key(motion.path) not in self._demo_entries:
            self._scanner.add(motion)
        self._list()

    def _take_listings(self) -> None:
        self._listed_entries, self._listed = {}, {}
        for listing in self._listings.folders:
            for clip in self.far.clips(listing):
                key = str(clip.path)
                entry = LibraryEntry(key, clip.title, _heading(listing, clip), "", clip.seconds)
                self._listed_entries.setdefault(key, entry)
                self._listed.setdefault(key, clip)
        self._list()
        known = {key: clip.strip for key, clip in self._listed.items() if clip.strip}
        self.panel.set_known(known)
        others = self._listed_entries.keys() - known.keys() - self._demo_entries.keys()
        self.glimpses.look_at(key for key in self._listed_entries if key in others)

    def _ask_alike(self, key: str) -> None:
        """Like a row of the list, which is a clip of a library or a moment of one."""
        if moment := self._moments.get(key):
            self.alike.of_clip(moment.clip)
        else:
            clip = self._listed.get(key) or ListedClip(Path(key), self.title_of(key), "")
            self.alike.of_clip(clip)

    def _take_alike(self, like: str, moments: list[Moment]) -> None:
        self._like = like
        self._moments = {f"{m.clip.path}\n{m.start_s:.3f}": m for m in moments}
        self.panel.search.clear()
        self._list()
        self.panel.set_known({k: m.clip.strip for k, m in self._moments.items() if m.clip.strip})
        self.panel.list.scrollToTop()

    def _list_all(self) -> None:
        """No more of what is like something."""
        self._moments, self._like = {}, ""
        self._take_listings()
        self._mark(self._bench.studio.motion)

    def _take_scan(self, scan: ClipScan) -> None:
        self.panel.set_strip(_key(scan.path), scan.strip)

    def _take_glimpse(self, key: str, glimpse: Glimpse) -> None:
        self.panel.set_strip(key, glimpse.strip, glimpse.seconds)

    def _mark(self, motion: OpenMotion | None) -> None:
        self.panel.set_current(_key(motion.path) if motion else "")

    def _list(self) -> None:
        """What is open and stands nowhere else, folders, demo clips, and what was open lately.

        Or what is like something, while that is asked for.
        """
        self.panel.back.setVisible(bool(self._like))
        if self._like:
            self.panel.set_entries([_moment_entry(k, m) for k, m in self._moments.items()])
            self.panel.set_hint(_told(self._like, len(self._moments)))
            return
        entries = {
            _key(m.path): LibraryEntry(
                _key(m.path), m.title, tr("Opened"), m.style, m.clip.duration
            )
            for m in reversed(self._bench.studio.motions)
        }
        for key in entries.keys() & (self._listed_entries.keys() | self._demo_entries.keys()):
            del entries[key]
        recent = (path for path in self._recent.paths() if path.suffix.lower() != SUFFIX)
        for more in (
            self._listed_entries,
            self._demo_entries,
            {str(path): LibraryEntry(str(path), path.stem, tr("Recent")) for path in recent},
        ):
            entries.update({key: entry for key, entry in more.items() if key not in entries})
        self.panel.set_entries([*entries.values()])
        missing = "" if self._demo else NO_DEMO.format(folder=self._bench.assets / "clips")
        self.panel.set_hint(missing or self.far.hint)


def _key(path: Path) -> str:
    return str(path.resolve())


def _demo_entry(clip: DemoClip) -> tuple[str, LibraryEntry]:
    key = _key(clip.path)
    return key, LibraryEntry(key, clip.title, tr("Demo clips"), clip.style, clip.seconds)


def _told(like: str, count: int) -> str:
    return tr("Like {like}: {count} moments, by distance", like=like, count=count)


def _moment_entry(key: str, moment: Moment) -> LibraryEntry:
    note = f"{moment.start_s:.1f} s · {moment.apart:.1f}"
    return LibraryEntry(key, moment.clip.title, tr("Moments"), note=note)


def _heading(listing: Listing, clip: ListedClip) -> str:
    """``mocap / cmu / salsa``"""
    return " / ".join([listing.folder.name, *filter(None, clip.place.split("/"))])
