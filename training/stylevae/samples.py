"""Training samples of StyleVAE: augmented windows as coefficients, with labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from motion.features import CONTACTS, motion_features, windows
from motion.npz import read_npz, write_npz
from training.data import TRAIN, Corpus, TrainingClip

from . import augment
from .basis import Basis, fit_basis

_STRIDE = 5
_BASIS_STRIDE = 8
_SHORT, _CONTINUED = 66, 100
"""Cyclic clips under 66 frames (most runs) would hardly fill a window: go on to 100."""
_BALANCE = 0.65
"""A style of n windows is drawn n^(1 - _BALANCE) times as often as one of a single window."""


@dataclass(frozen=True, eq=False)
class Samples:
    """coefficients (N, K) float32, contacts (N, 60, 4) float32, style (N,) int64,
    probability (N,) of being drawn; styles names the labels.
    """

    coefficients: np.ndarray
    contacts: np.ndarray
    style: np.ndarray
    probability: np.ndarray
    styles: tuple[str, ...]


def training_styles(corpus: Corpus) -> tuple[str, ...]:
    """Styles that have training windows, sorted."""
    return tuple(sorted({clip.style for clip in corpus.of(TRAIN) if len(clip.windows(1))}))


def augmented_windows(clip: TrainingClip) -> np.ndarray:
    """Windows (W, 60, 73) of a clip at every speed, and their mirror images.

    Speeds start at different frames, so that together they cover the clip.
    """
    parts = []
    for number, speed in enumerate(augment.SPEEDS):
        positions, at = augment.retimed(clip.positions, speed)
        usable = clip.usable[np.floor(at).astype(int)] & clip.usable[np.ceil(at).astype(int)]
        features = motion_features(positions)
        features[~usable] = np.nan
        if len(features) < _SHORT and usable.all():
            features = augment.continued(features, _CONTINUED)
        part = windows(features[number % _STRIDE :], _STRIDE)
        parts.append(part[np.isfinite(part).all(axis=(1, 2))])
    plain = np.concatenate(parts)
    return np.concatenate([plain, augment.mirrored(plain)])


def load_samples(corpus: Corpus, cache: Path, seed: int) -> tuple[Samples, Basis]:
    """Samples and basis of a corpus, computed once per content, code and seed."""
    code = [Path(__file__), Path(augment.__file__), Path(__file__).with_name("basis.py")]
    text = corpus.key + corpus.split_hash() + str(seed)
    digest = hashlib.sha256(text.encode() + b"".join(p.read_bytes() for p in code))
    store = cache / f"samples-{digest.hexdigest()[:16]}.npz"
    if not store.is_file():
        samples, basis = _build(corpus, seed)
        cache.mkdir(parents=True, exist_ok=True)
        styles = np.array(samples.styles)
        write_npz(store, vars(samples) | {"styles": styles} | vars(basis), compressed=False)
    return read_samples(store)


def read_samples(store: Path) -> tuple[Samples, Basis]:
    """What ``load_samples`` keeps in its cache."""
    kept = read_npz(store)
    sample_fields: dict[str, Any] = {name: kept[name] for name in Samples.__dataclass_fields__}
    basis = Basis(**{name: kept[name] for name in Basis.__dataclass_fields__})
    sample_fields["styles"] = tuple(sample_fields["styles"].tolist())
    return Samples(**sample_fields), basis


def _build(corpus: Corpus, seed: int) -> tuple[Samples, Basis]:
    styles = training_styles(corpus)
    clips = [clip for clip in corpus.of(TRAIN) if clip.style in styles]
    described = track(clips, description="Augmenting windows")
    parts = [augmented_windows(clip) for clip in described]
    labels = np.array([styles.index(clip.style) for clip in clips])
    counts = np.bincount(labels, [len(part) for part in parts], minlength=len(styles))
    weights = counts[labels] ** -_BALANCE

    def batches() -> Iterator[tuple[np.ndarray, float]]:
        pairs = list(zip(parts, weights, strict=True))
        for part, weight in track(pairs, description="Fitting the basis"):
            if len(part):
                yield part[::_BASIS_STRIDE], float(weight)

    basis = fit_basis(batches(), seed)
    style = np.repeat(labels, [len(part) for part in parts])
    probability = counts[style] ** -_BALANCE
    return (
        Samples(
            coefficients=np.concatenate([basis.coefficients(part) for part in parts]),
            contacts=np.concatenate([part[..., CONTACTS] for part in parts]),
            style=style,
            probability=probability / probability.sum(),
            styles=styles,
        ),
        basis,
    )
