"""The table of restyling on clips nobody trained on, measured on the shipped files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from motion.bvh import read_bvh
from motion.features import FPS, WINDOW, windows
from motion.restyling.atlas import atlas_for
from motion.restyling.judge import load_judge
from motion.restyling.quality import Quality, Specimen
from training.data import HELD_OUT, Corpus
from training.export import run_onnx
from training.teacher import teach

from .evaluate import StyleVAE
from .gaits import LOCOMOTION, STEADY, in_gait, shows

JUDGED = tuple(style for style in LOCOMOTION if style not in ("hop", "zombie_walk"))
"""Styles whose held-out clips show them; no whole clip of the others is to spare."""


def specimens(corpus: Corpus) -> list[Specimen]:
    """The held-out gaits, with the windows that show their style."""
    found = []
    for clip in corpus.of(HELD_OUT):
        if clip.style not in JUDGED or len(clip.positions) <= WINDOW or not clip.usable.all():
            continue
        gait = in_gait(teach(clip.positions, 1 / FPS))
        share = np.convolve(gait, np.ones(WINDOW) / WINDOW, "valid")
        shown = (share > STEADY) & shows(windows(clip.features), clip.style)
        found.append(Specimen(clip.name, clip.style, clip.positions, shown))
    return found


def demo_clips(folder: Path) -> list[Specimen]:
    """The clips that ship, as contents."""
    return [
        Specimen(path.stem, "", read_bvh(path).resampled(1 / FPS).positions)
        for path in sorted(folder.glob("*.bvh"))
    ]


def restyling_report(corpus: Corpus, assets: Path, seed: int) -> dict[str, Any]:
    """Every row of the table, of the files in ``assets``/models and of the map that fits them."""
    models = assets / "models"
    model = StyleVAE(models)
    quality = Quality(
        specimens(corpus),
        load_judge(models / "style_judge.npz"),
        model.encode,
        model.decode,
        lambda frames: run_onnx(models / "deepphase.onnx", {"frame": frames})["phase"],
        demo_clips(assets / "clips"),
        seed,
        atlas=atlas_for(
            models / "style_atlas.npz",
            models / "stylevae_encoder.onnx",
            models / "stylevae_decoder.onnx",
        ),
    )
    return quality.all()
