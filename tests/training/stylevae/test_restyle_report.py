"""Which clips the table of restyling is measured on."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from motion.features import FPS, WINDOW, motion_features
from tests.motion.synthetic import walk
from training.data import HELD_OUT, TRAIN, Corpus, TrainingClip
from training.stylevae.restyle_report import specimens


def clip(style: str, split: str, frames: int = 300) -> TrainingClip:
    positions = walk(frames, 1 / FPS)
    features = motion_features(positions)
    return TrainingClip(style, style, "", split, positions, features, np.ones(frames, bool))


def test_specimens_are_held_out_gaits_with_the_windows_that_show_them() -> None:
    corpus = Corpus(
        (
            clip("walk", HELD_OUT),
            clip("walk", TRAIN),
            clip("walk_backward", HELD_OUT),
            clip("salsa_dance", HELD_OUT),
            clip("walk", HELD_OUT, WINDOW),
        ),
        "key",
    )
    found = specimens(corpus)
    assert [s.style for s in found] == ["walk", "walk_backward"]
    assert found[0].shown is not None and found[0].shown.mean() > 0.8
    assert found[1].shown is not None and not found[1].shown.any()
