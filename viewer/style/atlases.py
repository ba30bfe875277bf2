"""Which map of styles there is: that of the networks that ship, or one found from windows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.restyling.atlas import StyleAtlas, fingerprint, load_atlas, principal_atlas
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace, found_subspace
from viewer.model.quality import has_style_block
from viewer.model.style_space import STYLE_VAE, StyleBank
from viewer.ui.background import Background
from viewer.workbench import Workbench

ATLAS_FILE = "style_atlas.npz"
Found = tuple[StyleAtlas, StyleSubspace]


@dataclass(frozen=True, eq=False)
class _Networks:
    """An encoder and a decoder: whether they have a style block, and a map made for them."""

    paths: tuple[Path, ...] = ()
    block: bool = False
    atlas: StyleAtlas | None = None


@dataclass(frozen=True, eq=False)
class _Windows:
    """Latents (N, 256) of windows, with the style, the clip and the start of each."""

    latents: np.ndarray
    styles: tuple[str, ...]
    clips: tuple[str, ...]
    starts_s: np.ndarray


class Atlases(QObject):
    """Chooses the map for the networks that are loaded, with the windows of open clips on it.

    ``changed`` tells of another one; None until there are networks and windows. bank: windows
    that were encoded here.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, bank: StyleBank, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench, self._bank = bench, bank
        self._background = Background(self, "style map", wait=False)
        self._revision = 0
        self._known = _Networks()
        self.atlas: StyleAtlas | None = None
        self.subspace = STYLE_BLOCK

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

        def work() -> object:
            networks = known or _look_at(self._bench.assets / "models", paths)
            return networks, _found(networks, windows)

        def take(result: object) -> None:
            if isinstance(result, Exception):
                raise result
            self._known, found = cast(tuple[_Networks, Found | None], result)
            if revision == self._revision and found is not None:
                self.atlas, self.subspace = found
                self.changed.emit()

        self._background.run(work, take)

    def _windows(self) -> _Windows:
        bank = self._bank
        return _Windows(bank.latents(), bank.styles(), bank.clips(), bank.starts_s())


def _look_at(folder: Path, paths: tuple[Path, ...]) -> _Networks:
    """What is known of an encoder and a decoder; the map that ships, if it was made for them."""
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
            return atlas, STYLE_BLOCK
        labels, clips = (np.array(part)[new] for part in (windows.styles, windows.clips))
        own = STYLE_BLOCK.read(windows.latents[new])
        return atlas.joined_with(own, labels, clips, windows.starts_s[new]), STYLE_BLOCK
    if len(set(windows.styles)) < (1 if networks.block else 2):
        return None
    subspace = STYLE_BLOCK
    if not networks.block:
        subspace = found_subspace(windows.latents, windows.styles)
    own = subspace.read(windows.latents)
    return principal_atlas(own, windows.styles, windows.clips, windows.starts_s), subspace
