"""Which map of styles there is: that of the networks that ship, or one found from windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.restyling.atlas import StyleAtlas, fingerprint, load_atlas, principal_atlas
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace, found_subspace
from viewer.model.style_space import STYLE_VAE, StyleBank
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .dot_labels import dots_of
from .library import LibraryClip, LibraryStyles
from .map_dots import MapDots

ATLAS_FILE = "style_atlas.npz"


@dataclass(frozen=True, eq=False)
class Found:
    """A map with its dots, where the networks have the style, and the file of each last row.

    The rows before are of clips that the map came with. clips: so many of the library are on it.
    """

    atlas: StyleAtlas
    subspace: StyleSubspace
    dots: MapDots
    files: tuple[str, ...] = ()
    clips: int = 0

    def file(self, row: int) -> str:
        """The file of the window at ``row``; "" where it came with the map."""
        own = row - (len(self.atlas) - len(self.files))
        return self.files[own] if own >= 0 else ""


@dataclass(frozen=True, eq=False)
class _Networks:
    """An encoder and a decoder: whether they have a style block, and a map made for them."""

    paths: tuple[Path, ...] = ()
    block: bool = False
    atlas: StyleAtlas | None = None


@dataclass(frozen=True, eq=False)
class _Windows:
    """Latents (N, 256) of windows, with the style, the clip, the start and the file of each."""

    latents: np.ndarray
    styles: tuple[str, ...]
    clips: tuple[str, ...]
    starts_s: np.ndarray
    files: tuple[str, ...]


class Atlases(QObject):
    """Chooses the map for the networks that are loaded, with the person's own windows on it.

    ``changed`` tells of another one; None until there are networks and windows. bank: windows
    of clips that are open. library: those of listed clips, which join as they come.
    """

    changed = Signal()

    def __init__(
        self, bench: Workbench, bank: StyleBank, library: LibraryStyles, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bench, self._bank, self._library = bench, bank, library
        self._background = Background(self, "style map", in_order=True, wait=False)
        self._revision = 0
        self._joining = False
        self._known = _Networks()
        self._found: Found | None = None
        library.came.connect(self._join)
        library.gone.connect(self.find)

    @property
    def atlas(self) -> StyleAtlas | None:
        return None if self._found is None else self._found.atlas

    @property
    def dots(self) -> MapDots:
        """The dots of the map."""
        return MapDots() if self._found is None else self._found.dots

    @property
    def subspace(self) -> StyleSubspace:
        """Where the networks have the style."""
        return STYLE_BLOCK if self._found is None else self._found.subspace

    def file(self, row: int) -> str:
        """The file of the person's own that the dot ``row`` is a window of; "" for other dots."""
        return "" if self._found is None else self._found.file(row)

    def close(self) -> None:
        self._background.close()

    def find(self) -> None:
        """Other networks or other windows are there: find the map anew, in the background."""
        models = self._bench.bridge.models
        if not set(STYLE_VAE) <= set(models):
            return
        self._revision += 1
        revision = self._revision
        paths = tuple(models[name].path for name in ("stylevae_encoder", "stylevae_decoder"))
        windows, known = self._windows(), self._known if self._known.paths == paths else None
        clips = [*self._library.clips]

        def work() -> object:
            networks = known or _look_at(self._bench.assets / "models", paths)
            if revision != self._revision:
                return networks, None
            found = _found(networks, windows)
            return networks, found and _ready(_with_library(found, clips))

        def take(result: object) -> None:
            if isinstance(result, Exception):
                raise result
            self._known, found = cast(tuple[_Networks, Found | None], result)
            self._take(revision, found)

        self._background.run(work, take)

    def _join(self) -> None:
        """Put the clips that the library has got since on the map that there is."""
        before = self._found
        if before is None or self._joining or before.clips == len(self._library.clips):
            return
        self._joining, revision = True, self._revision
        clips = self._library.clips[before.clips :]

        def take(result: object) -> None:
            self._joining = False
            if isinstance(result, Exception):
                raise result
            self._take(revision, cast(Found, result))

        self._background.run(lambda: _ready(_with_library(before, clips)), take)

    def _take(self, revision: int, found: Found | None) -> None:
        """Show ``found``, if nothing else was asked for since, and what came meanwhile."""
        if revision == self._revision and found is not None:
            self._found = found
            self.changed.emit()
        self._join()

    def _windows(self) -> _Windows:
        bank = self._bank
        return _Windows(bank.latents(), bank.styles(), bank.clips(), bank.starts_s(), bank.keys())


def _look_at(folder: Path, paths: tuple[Path, ...]) -> _Networks:
    """What is known of an encoder and a decoder; the map that ships, if it was made for them."""
    from viewer.model.quality import has_style_block  # 0.03 s, which the start need not take

    encoder, decoder = paths
    path, block = folder / ATLAS_FILE, has_style_block(encoder)
    if path.is_file():
        atlas = load_atlas(path)
        if atlas.made_for == fingerprint(encoder, decoder):
            return _Networks(paths, True, atlas)
    return _Networks(paths, block)


def _found(networks: _Networks, windows: _Windows) -> Found | None:
    atlas = networks.atlas
    if atlas is not None:
        known = set(atlas.clips.tolist())
        new = np.array([clip not in known for clip in windows.clips], bool)
        if not new.any():
            return Found(atlas, STYLE_BLOCK, dots_of(atlas))
        labels, clips = (np.array(part)[new] for part in (windows.styles, windows.clips))
        own = STYLE_BLOCK.read(windows.latents[new])
        joined = atlas.joined_with(own, labels, clips, windows.starts_s[new])
        files = tuple(file for file, is_new in zip(windows.files, new, strict=True) if is_new)
        return Found(joined, STYLE_BLOCK, dots_of(joined), files)
    if len(set(windows.styles)) < (1 if networks.block else 2):
        return None
    subspace = STYLE_BLOCK
    if not networks.block:
        subspace = found_subspace(windows.latents, windows.styles)
    own = subspace.read(windows.latents)
    made = principal_atlas(own, windows.styles, windows.clips, windows.starts_s)
    return Found(made, subspace, dots_of(made), windows.files)


def _with_library(found: Found, clips: Sequence[LibraryClip]) -> Found:
    """``found`` with the windows of more clips of the library."""
    if not clips:
        return found
    counts = [len(clip.starts_s) for clip in clips]
    names = np.array([(clip.place, clip.title) for clip in clips], object)
    joined = found.atlas.joined_with(
        np.concatenate([found.subspace.read(clip.latents.astype(np.float32)) for clip in clips]),
        np.repeat(names[:, 0], counts),
        np.repeat(names[:, 1], counts),
        np.concatenate([clip.starts_s for clip in clips]),
    )
    files = found.files + tuple(str(clip.path) for clip in clips for _ in clip.starts_s)
    dots = dots_of(joined, found.dots)
    return Found(joined, found.subspace, dots, files, found.clips + len(clips))


def _ready(found: Found) -> Found:
    """``found`` with all that is looked up on it at hand, so that showing it takes no time."""
    found.atlas.prepare()
    return found
