"""Reads the style of real motion: the judge of what the style models make.

Two temporal convolutions over a window, pooled over time, and a linear reading. It was
trained on motion capture alone (training.stylevae.judge) and knows no latent. Plain NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motion.features import FPS, JOINT_VALUES, ROOT
from motion.npz import NpzError, read_npz

KERNEL, STEP = 5, 2
_LAYERS = ("first", "second", "last")


@dataclass(frozen=True, eq=False)
class Judge:
    """styles: names of what it can read. mean, spread (135,): of its inputs. weights: by
    layer, (inputs, outputs) and the bias (outputs,). speeds (S,): the median of the mean
    joint speeds of real windows of each style, m/s. real: mean (128,) and covariance
    (128, 128) of the traits of real windows.
    """

    styles: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    weights: dict[str, tuple[np.ndarray, np.ndarray]]
    speeds: np.ndarray
    real: tuple[np.ndarray, np.ndarray]

    def traits(self, windows: np.ndarray) -> np.ndarray:
        """What it sees in windows (N, 60, 73) before it names a style, (N, 128)."""
        x = (judge_inputs(windows) - self.mean) / self.spread
        for name in _LAYERS[:2]:
            weight, bias = self.weights[name]
            x = np.maximum(_unfolded(x) @ weight + bias, 0)
        return np.concatenate([x.mean(axis=1), x.max(axis=1)], axis=1)

    def scores(self, traits: np.ndarray) -> np.ndarray:
        """How much traits (N, 128) speak for each style (N, S); the largest is read."""
        weight, bias = self.weights["last"]
        return traits @ weight + bias

    def read(self, windows: np.ndarray) -> np.ndarray:
        """Numbers (N,) of the styles read in windows (N, 60, 73)."""
        return self.scores(self.traits(windows)).argmax(axis=1)

    def distance(self, traits: np.ndarray) -> float:
        """Fréchet distance of ``traits`` (N, 128) from those of real windows.

        Heusel et al., "GANs trained by a two time-scale update rule converge to a local
        Nash equilibrium", 2017: |m₁ - m₂|² + tr(C₁ + C₂ - 2 (C₁ C₂)^½), each set taken as
        normal.
        """
        mean, real = self.real
        gap, own = traits.mean(axis=0) - mean, np.cov(traits.T)
        values, vectors = np.linalg.eigh(real)
        root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
        shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ own @ root), 0)).sum()
        return float(gap @ gap + np.trace(own) + np.trace(real) - 2 * shared)


def judge_inputs(windows: np.ndarray) -> np.ndarray:
    """Positions, root velocity and joint velocities (N, 60, 135) of windows (N, 60, 73)."""
    joints = windows[..., :JOINT_VALUES]
    return np.concatenate(
        [joints, windows[..., ROOT], np.gradient(joints, 1 / FPS, axis=1)], axis=-1
    ).astype(np.float32)


def load_judge(path: Path) -> Judge:
    """The judge that training saved. Raises ValueError with one sentence."""
    stored = read_npz(path)
    try:
        weights = {name: (stored[f"{name}.weight"], stored[f"{name}.bias"]) for name in _LAYERS}
        styles = tuple(stored["styles"].tolist())
        real = (stored["real.mean"], stored["real.covariance"])
        return Judge(styles, stored["mean"], stored["spread"], weights, stored["speeds"], real)
    except KeyError as error:
        raise NpzError(f"{path}: no style judge, {error} is missing; train it again.") from error


def _unfolded(x: np.ndarray) -> np.ndarray:
    """``KERNEL`` successive frames beside each other, every ``STEP`` frames: (N, T', K C)."""
    view = np.lib.stride_tricks.sliding_window_view(x, KERNEL, axis=1)[:, ::STEP]
    return view.transpose(0, 1, 3, 2).reshape(*view.shape[:2], -1)
