"""Wires the library panel to what is open and what can be opened."""

from __future__ import annotations

from pathlib import Path

from viewer.model.clip import OpenMotion
from viewer.model.demo import demo_clips
from viewer.model.session import SUFFIX
from viewer.studio.clip_scan import ClipScan, ClipScanner
from viewer.ui.recent import RecentFiles
from viewer.workbench import Workbench

from .panel import LibraryEntry, LibraryPanel

NO_DEMO = "The demo clips are missing from {folder}; open or drop a BVH file."


class LibraryControl:
    """Keeps the list of opened, demo, listed and recent clips."""

    def __init__(self, bench: Workbench, scanner: ClipScanner) -> None:
        self._bench, self._scanner = bench, scanner
        self._demo = demo_clips(bench.assets)
        self._listed: tuple[Path, ...] = ()
        self._recent = RecentFiles(bench.settings)
        self.panel = LibraryPanel(bench.themes.current)
        self._add_actions()
        studio = bench.studio
        self.panel.open_requested.connect(self.open)
        bench.themes.changed.connect(self.panel.set_theme)
        scanner.scanned.connect(self._take_scan)
        studio.motion_opened.connect(self._take_opened)
        studio.motion_closed.connect(lambda _: self._list())
        studio.motion_changed.connect(self._mark)
        studio.files_listed.connect(self._take_listed)
        for clip in self._demo:
            scanner.add(clip)
        for motion in studio.motions:
            self._take_opened(motion)
        self._list()
        self._mark(studio.motion)

    def close(self) -> None:
        self._scanner.stop()

    def open(self, key: str) -> None:
        """Put the clip at path ``key`` on the stage, from memory if it is open."""
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
        self._bench.studio.open_paths([path])

    def _add_actions(self) -> None:
        actions = self._bench.actions
        self._bench.icons.bind(actions["file.open"], "open")
        self.panel.open_button.setDefaultAction(actions["file.open"])
        actions.add(
            "library.next",
            "Next clip",
            "Open the next clip of the library",
            lambda: self._step(1),
            keys="]",
            menu="Playback",
        )
        actions.add(
            "library.previous",
            "Previous clip",
            "Open the previous clip of the library",
            lambda: self._step(-1),
            keys="[",
            menu="Playback",
        )
        actions.add(
            "library.search",
            "Search the library",
            "Type to find a clip by title or style",
            self._search,
            keys="Ctrl+F",
            menu="View",
        )

    def _search(self) -> None:
        self.panel.search.setFocus()
        self.panel.search.selectAll()

    def _step(self, step: int) -> None:
        key = self.panel.neighbour(step)
        if key:
            self.open(key)

    def _take_opened(self, motion: OpenMotion) -> None:
        path = motion.path.resolve()
        if not any(clip.path.resolve() == path for clip in self._demo):
            self._scanner.add(motion)
        self._list()

    def _take_listed(self, paths: tuple[Path, ...]) -> None:
        self._listed = tuple(path.resolve() for path in paths)
        self._list()

    def _take_scan(self, scan: ClipScan) -> None:
        self.panel.set_strip(str(scan.path.resolve()), scan.strip)

    def _mark(self, motion: OpenMotion | None) -> None:
        self.panel.set_current(str(motion.path.resolve()) if motion else "")

    def _list(self) -> None:
        demo = {str(clip.path.resolve()): clip for clip in self._demo}
        entries = [
            LibraryEntry(str(m.path.resolve()), m.title, "Opened", m.style, m.clip.duration)
            for m in reversed(self._bench.studio.motions)
            if str(m.path.resolve()) not in demo
        ]
        entries += [
            LibraryEntry(key, clip.title, "Demo clips", clip.style, clip.seconds)
            for key, clip in demo.items()
        ]
        entries += [LibraryEntry(str(path), path.stem, "Folder") for path in self._listed]
        recent = (path for path in self._recent.paths() if path.suffix.lower() != SUFFIX)
        entries += [LibraryEntry(str(path), path.stem, "Recent") for path in recent]
        unique = {entry.key: entry for entry in reversed(entries)}
        self.panel.set_entries([entry for entry in entries if unique[entry.key] is entry])
        missing = NO_DEMO.format(folder=self._bench.assets / "clips")
        self.panel.set_hint("" if self._demo else missing)
