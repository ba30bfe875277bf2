"""Makes the map of styles that ships: ``python -m training atlas``.

Windows of the training clips and of the demo clips are encoded by the shipped encoder, styles
of many windows and of few nearly alike; ``layout`` gives them their places and ``directions``
the sliders. It follows from the shipped files and the seed alone and takes a few minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motion.bvh import read_bvh
from motion.features import FPS, WINDOW, motion_features, windows
from motion.restyling.atlas import StyleAtlas, fingerprint, save_atlas
from motion.restyling.restyle import Encode
from motion.restyling.subspace import STYLE_SIZE
from training.data import TRAIN, Corpus, load_corpus
from training.manifest import describe_split, update_manifest
from training.teacher import teach

from .directions import RULE, RealStyles, Workshop, choose_contents, find_sliders
from .evaluate import StyleVAE
from .gaits import LOCOMOTION, STEADY, in_gait, shows
from .layout import around, laid_out, style_metric

FILE = "style_atlas.npz"
_STRIDE, _DEMO_STRIDE = 5, 15
_GAITS_DRAWN, _OTHERS_DRAWN = 15.0, 8.0
_LEAST = 2


@dataclass(frozen=True, eq=False)
class Dots:
    """Style blocks (N, 64) of windows, labels (N,), clips (N,) and starts (N,), seconds."""

    styles: np.ndarray
    labels: np.ndarray
    clips: np.ndarray
    starts_s: np.ndarray

    def of(self, rows: np.ndarray) -> Dots:
        """Some of them."""
        return Dots(self.styles[rows], self.labels[rows], self.clips[rows], self.starts_s[rows])


def run(mocap: Path, runs: Path, assets: Path, seed: int) -> None:
    """Makes the map for the StyleVAE files in ``assets``/models and describes it there."""
    make_atlas(load_corpus(mocap, runs / "cache"), assets, seed)


def make_atlas(corpus: Corpus, assets: Path, seed: int) -> StyleAtlas:
    """Writes style_atlas.npz and its entry in the manifest; returns the map."""
    models = assets / "models"
    model = StyleVAE(models)
    dots = balanced(gathered(corpus, assets / "clips", model.encode))
    metric = style_metric(dots.styles, dots.labels)
    points = laid_out(dots.styles @ metric, dots.labels, seed)
    real = gait_styles(dots)
    contents = choose_contents(corpus.of(TRAIN), model.encode, model.decode)
    sliders, table = find_sliders(real, Workshop(contents, model.decode), seed)
    atlas = StyleAtlas(
        dots.styles,
        points,
        dots.labels,
        dots.clips,
        dots.starts_s,
        around(points, dots.labels),
        len(points),
        real.mean.astype(np.float32),
        sliders,
        fingerprint(models / "stylevae_encoder.onnx", models / "stylevae_decoder.onnx"),
        metric,
    )
    save_atlas(models / FILE, atlas)
    update_manifest(models, "style_atlas", _entry(atlas, corpus, table, seed))
    return atlas


def gathered(corpus: Corpus, clips: Path, encode: Encode) -> Dots:
    """Every fifth window of the training clips, and windows of the demo clips in ``clips``.

    Of the styles of gaits only windows in a steady gait that show the style.
    """
    parts = []
    for name, style, positions, usable, first, stride in _sources(corpus, clips):
        features = motion_features(positions)
        starts = np.arange(0, max(len(features) - WINDOW + 1, 0), stride)
        bad = np.concatenate([[0], np.cumsum(~usable)])
        fit = bad[np.minimum(starts + WINDOW, len(usable))] == bad[starts]
        found = windows(features, stride)
        if style in LOCOMOTION and len(found):
            gait = in_gait(teach(positions, 1 / FPS))
            share = np.convolve(gait, np.ones(WINDOW) / WINDOW, "valid")
            fit &= (share[starts] > STEADY) & shows(found, style)
        if fit.any():
            styles, count = encode(found[fit])[:, :STYLE_SIZE], int(fit.sum())
            at = ((starts[fit] + first) / FPS).astype(np.float32)
            parts.append(Dots(styles, np.repeat(style, count), np.repeat(name, count), at))
    return Dots(
        np.concatenate([part.styles for part in parts]).astype(np.float32),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.clips for part in parts]),
        np.concatenate([part.starts_s for part in parts]),
    )


def _sources(
    corpus: Corpus, clips: Path
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray, int, int]]:
    """Name, style, positions (T, 22, 3), usable frames (T,), first frame, frames to the next."""
    for clip in corpus.of(TRAIN):
        yield clip.file, clip.style, clip.positions, clip.usable, clip.first, _STRIDE
    index = clips / "clips.json"
    for row in json.loads(index.read_text("utf-8")) if index.is_file() else ():
        positions = read_bvh(clips / row["file"]).resampled(1 / FPS).positions
        usable = np.ones(len(positions), bool)
        yield row["title"], row["style"], positions, usable, 0, _DEMO_STRIDE


def balanced(dots: Dots) -> Dots:
    """At most so many of a style as the root of their number says, spread over its clips.

    Styles of gaits, which are what is restyled, have about twice as many as the others.
    """
    rows = []
    for style in np.unique(dots.labels):
        own = np.flatnonzero(dots.labels == style)
        share = _GAITS_DRAWN if style in LOCOMOTION else _OTHERS_DRAWN
        count = min(len(own), max(_LEAST, round(share * len(own) ** 0.5)))
        rows.append(own[np.linspace(0, len(own) - 1, count).round().astype(int)])
    return dots.of(np.concatenate(rows))


def gait_styles(dots: Dots) -> RealStyles:
    """The dots of gaits, each style counting alike."""
    gaits = dots.of(np.isin(dots.labels, LOCOMOTION))
    _, number, counts = np.unique(gaits.labels, return_inverse=True, return_counts=True)
    weights = 1.0 / counts[number]
    return RealStyles(gaits.styles.astype(np.float64), weights / weights.sum())


def _entry(atlas: StyleAtlas, corpus: Corpus, table: dict[str, Any], seed: int) -> dict[str, Any]:
    return {
        "file": FILE,
        "holds": "style blocks of training windows, their places on the map (t-SNE), labels and "
        "where they come from; named sliders with poses of our decoder's at both ends",
        "windows": len(atlas),
        "styles": list(atlas.legend),
        "made_for": dict(zip(("encoder", "decoder"), atlas.made_for, strict=True)),
        "seed": seed,
        "command": f"python -m training atlas --seed {seed}",
        "split": describe_split(corpus),
        "metrics_are": "changes of a property at -2 σ (low) and +2 σ (high), medians over "
        "restyled training walks and runs; effects of 2 σ in standard deviations among real styles",
        "rule": RULE,
        "metrics": {"sliders": table},
    }
