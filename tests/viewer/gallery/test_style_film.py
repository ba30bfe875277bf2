"""The film of eight styles: every tile shows another figure under its name."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from render.errors import GlError
from viewer.gallery.style_film import ACROSS, DOWN, film, named
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS


def test_names_stand_in_their_tiles(app: QApplication) -> None:
    plain = np.zeros((80, 160, 4), np.uint8)
    written = named(plain, ["walk", "", "", "", "run"])
    bright = written[..., :3].max(axis=-1) > 60
    assert bright[:40, :40].any() and bright[40:, :40].any()
    assert not bright[:, 40:].any()


def test_each_style_walks_otherwise(app: QApplication) -> None:
    motion = load_motion(ASSETS / "clips" / "walk.bvh")
    try:
        pictures = list(film(motion, ASSETS, (320, 160), range(100, 102)))
    except GlError as error:
        pytest.skip(str(error))
    assert [picture.shape for picture in pictures] == [(160, 320, 4)] * 2
    tiles = [tile for row in np.split(pictures[0], DOWN) for tile in np.split(row, ACROSS, axis=1)]
    for number, tile in enumerate(tiles):
        others = [other for n, other in enumerate(tiles) if n != number]
        assert all(np.abs(tile.astype(int) - other).mean() > 1 for other in others)
