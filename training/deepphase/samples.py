"""Training samples of DeepPhase: single frames of every clip with the teacher's phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion.canonical import MIRROR
from motion.features import FPS, phase_frames
from training.data import TRAIN, Corpus, TrainingClip
from training.teacher import teach

_BALANCE = 0.5
"""A style of n frames is drawn n^(1 - 0.5) times as often as one of a single frame."""

_SHORTEST_CLIP = 8


@dataclass(frozen=True, eq=False)
class PhaseSamples:
    """Frames of all clips in a row, N of them.

    frames: (2, N, 132) float32 as captured and mirrored. angle: (N,) radians;
    vigour, steady: (N,) as the teacher gives them. pairs: (P,) frames whose next
    one is of the same clip, both free of capture errors; probability: (P,).
    """

    frames: np.ndarray
    angle: np.ndarray
    vigour: np.ndarray
    steady: np.ndarray
    pairs: np.ndarray
    probability: np.ndarray


def mirrored(frames: np.ndarray) -> np.ndarray:
    """The mirror image of phase frames (..., 132): left and right change places."""
    vectors = frames.reshape(*frames.shape[:-1], 2, len(MIRROR), 3)
    swapped = vectors[..., MIRROR, :] * np.array([-1, 1, 1], frames.dtype)
    return swapped.reshape(frames.shape)


def load_samples(corpus: Corpus) -> PhaseSamples:
    """Samples of the training clips; styles are balanced, held-out clips never read."""
    clips = [clip for clip in corpus.of(TRAIN) if len(clip.positions) >= _SHORTEST_CLIP]
    sizes = [len(clip.positions) for clip in clips]
    labels = [teach(clip.positions, 1 / FPS) for clip in clips]
    frames = np.concatenate([phase_frames(clip.positions, 1 / FPS) for clip in clips])
    starts = np.cumsum([0, *sizes[:-1]])
    pairs = [_pairs(clip) for clip in clips]
    share = _style_shares(clips)
    weight = np.concatenate(
        [np.full(len(pair), share[clip.style]) for clip, pair in zip(clips, pairs, strict=True)]
    )

    def row(values: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(values).astype(np.float32)

    return PhaseSamples(
        frames=np.stack([frames, mirrored(frames)]),
        angle=row([2 * np.pi * (label.turns % 1) for label in labels]),
        vigour=row([label.vigour for label in labels]),
        steady=row([label.steady for label in labels]),
        pairs=np.concatenate([s + p for s, p in zip(starts, pairs, strict=True)]),
        probability=(weight / weight.sum()).astype(np.float32),
    )


def _pairs(clip: TrainingClip) -> np.ndarray:
    return np.flatnonzero(clip.usable[1:] & clip.usable[:-1])


def _style_shares(clips: list[TrainingClip]) -> dict[str, float]:
    """How often a frame of each style is drawn, relative to the others."""
    frames: dict[str, int] = {}
    for clip in clips:
        frames[clip.style] = frames.get(clip.style, 0) + len(clip.positions)
    return {style: count**-_BALANCE for style, count in frames.items()}
