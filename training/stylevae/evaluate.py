"""The held-out table of StyleVAE, measured on the shipped ONNX files.

Everything is measured on clips nobody trained on, by networks that the training
run has not seen: the linear probe and the style classifier are fitted here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motion.canonical import FOOT_JOINTS, OFFSETS, PARENTS
from motion.contacts import joint_speed
from motion.features import CONTACTS, FPS, JOINT_VALUES, motion_from_features
from training.data import HELD_OUT, TRAIN, Corpus
from training.export import OnnxModel

from .augment import mirrored
from .classifiers import Classifier, fit_linear, fit_style_reader

STYLE = 64
_STRIDE = 4
_GAITS = ("walk", "run")
_BONES = np.linalg.norm(OFFSETS[1:], axis=-1)


@dataclass(frozen=True, eq=False)
class Windows:
    """motion (N, 60, 73), style (N,) numbers, clip (N,) numbers."""

    motion: np.ndarray
    style: np.ndarray
    clip: np.ndarray


class StyleVAE:
    """The shipped encoder and decoder, run by ONNX Runtime."""

    def __init__(self, models: Path) -> None:
        self._encoder = OnnxModel(models / "stylevae_encoder.onnx")
        self._decoder = OnnxModel(models / "stylevae_decoder.onnx")

    def encode(self, windows: np.ndarray) -> np.ndarray:
        """mu (N, 256) of windows (N, 60, 73)."""
        flat = np.ascontiguousarray(windows.reshape(len(windows), -1), np.float32)
        return self._encoder.run({"motion": flat})["mu"]

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Windows (N, 60, 73) of latents (N, 256)."""
        return self._decoder.run({"latent": np.asarray(latents, np.float32)})["motion"]


def gather(corpus: Corpus, split: str, styles: Iterable[str], stride: int = _STRIDE) -> Windows:
    """Windows of one side of the split, numbered by their place in ``styles``."""
    order = list(styles)
    motion, style, clip = [], [], []
    for number, source in enumerate(corpus.of(split)):
        if source.style in order and len(found := source.windows(stride)):
            motion.append(found)
            style += [order.index(source.style)] * len(found)
            clip += [number] * len(found)
    return Windows(np.concatenate(motion), np.array(style), np.array(clip))


def evaluate(corpus: Corpus, models: Path, seed: int) -> dict[str, Any]:
    """Every row of the held-out table and what belongs to it."""
    model = StyleVAE(models)
    styles = corpus.probed_styles
    train = gather(corpus, TRAIN, styles)
    held_out = gather(corpus, HELD_OUT, styles)
    reader = fit_style_reader(
        np.concatenate([train.motion, mirrored(train.motion)]), np.tile(train.style, 2), seed
    )
    mu_train, mu = model.encode(train.motion), model.encode(held_out.motion)
    return {
        **reconstruction(model.decode(mu), held_out, styles),
        **read_out(mu_train, train, mu, held_out, styles, seed),
        **swaps(model, mu, held_out, reader, seed),
        **interpolation(model, mu, held_out, seed),
        **random_latents(model, mu_train, seed),
    }


def reconstruction(decoded: np.ndarray, source: Windows, styles: tuple[str, ...]) -> dict[str, Any]:
    """Joint error, bone error and foot speed of decoded windows against their source."""
    wanted = _joints(source.motion)
    error = np.linalg.norm(_joints(decoded) - wanted, axis=-1).mean(axis=(1, 2)) * 100
    gait = np.isin(source.style, [styles.index(name) for name in _GAITS])
    standing = source.motion[:, :, CONTACTS] > 0.5
    feet_in, feet_out = (
        world_speed(windows)[:, :, FOOT_JOINTS][standing].mean()
        for windows in (source.motion, decoded)
    )
    return {
        "joint_error_cm": _rounded(error.mean()),
        "joint_error_walks_and_runs_cm": _rounded(error[gait].mean()),
        "joint_error_cm_by_style": {
            styles[number]: _rounded(error[source.style == number].mean())
            for number in np.unique(source.style)
        },
        "bone_error_percent": _rounded(bone_error(decoded).mean() * 100),
        "foot_speed_in_contact_ratio": _rounded(feet_out / feet_in),
        "foot_speed_in_contact_mps": {"input": _rounded(feet_in), "decoded": _rounded(feet_out)},
        "contact_accuracy": _rounded(((decoded[:, :, CONTACTS] > 0.5) == standing).mean()),
    }


def read_out(
    mu_train: np.ndarray,
    train: Windows,
    mu: np.ndarray,
    held_out: Windows,
    styles: tuple[str, ...],
    seed: int,
) -> dict[str, Any]:
    """How well a linear probe reads style off either block of the latent."""
    result: dict[str, Any] = {}
    for name, block in (("style", slice(0, STYLE)), ("content", slice(STYLE, None))):
        probe = fit_linear(mu_train[:, block], train.style, seed)
        read = probe(mu[:, block]).argmax(axis=1)
        confusion = np.zeros((len(styles), len(styles)), int)
        np.add.at(confusion, (held_out.style, read), 1)
        recall = np.diag(confusion) / confusion.sum(axis=1)
        result[f"{name}_block_balanced_accuracy"] = _rounded(recall.mean())
        if name == "style":
            result["confusion"] = {"styles": list(styles), "rows_true": confusion.tolist()}
    return result


def swaps(
    model: StyleVAE, mu: np.ndarray, source: Windows, reader: Classifier, seed: int
) -> dict[str, Any]:
    """Style block of one held-out window in the content of another of another style."""
    draw = np.random.default_rng(seed)
    count = source.style.max() + 1
    members = [np.flatnonzero(source.style == style) for style in range(count)]
    pairs = [
        (draw.choice(members[a]), draw.choice(members[b]), b)
        for b in range(count)
        for a in range(count)
        if a != b
        for _ in range(10)
    ]
    content, style, wanted = np.array(pairs).T
    latents = np.concatenate([mu[style, :STYLE], mu[content, STYLE:]], axis=1)
    read = reader(model.decode(latents)).argmax(axis=1)
    real = reader(source.motion).argmax(axis=1)
    return {
        "swap_read_as_style": _rounded(_balanced(read, wanted)),
        "classifier_on_real_windows": _rounded(_balanced(real, source.style)),
        "swap_pairs": len(pairs),
    }


def interpolation(model: StyleVAE, mu: np.ndarray, source: Windows, seed: int) -> dict[str, Any]:
    """Bone error on straight lines between windows of different held-out clips."""
    draw = np.random.default_rng(seed)
    pairs = np.array([draw.permutation(np.unique(source.clip))[:2] for _ in range(400)])
    first, second = (
        np.array([draw.choice(np.flatnonzero(source.clip == clip)) for clip in column])
        for column in pairs.T
    )
    shares = np.linspace(0, 1, 9)[:, None, None]
    path = (1 - shares) * mu[first] + shares * mu[second]
    error = bone_error(model.decode(path.reshape(-1, mu.shape[1]))).reshape(len(shares), -1) * 100
    return {
        "interpolation_bone_error_percent": _rounded(error.mean()),
        "interpolation_bone_error_percent_95th": _rounded(np.percentile(error.mean(axis=0), 95)),
        "interpolation_bone_error_percent_worst": _rounded(error.mean(axis=0).max()),
    }


def random_latents(model: StyleVAE, mu_train: np.ndarray, seed: int) -> dict[str, Any]:
    """Worst joint speed in 1,000 latents of the prior N(0, I), and of the encoded windows' own
    normal distribution.
    """
    normal = np.random.default_rng(seed).standard_normal((1000, mu_train.shape[1]))
    own = (
        mu_train.mean(axis=0)
        + normal @ np.linalg.cholesky(np.cov(mu_train.T) + 1e-6 * np.eye(mu_train.shape[1])).T
    )
    prior, encoded = model.decode(normal), model.decode(own)
    return {
        "random_worst_joint_speed_mps": _rounded(world_speed(prior).max()),
        "random_worst_joint_speed_mps_encoded_distribution": _rounded(world_speed(encoded).max()),
        "random_bone_error_percent": _rounded(bone_error(prior).mean() * 100),
    }


def bone_error(windows: np.ndarray) -> np.ndarray:
    """Mean relative error (N,) of the bone lengths of windows (N, 60, 73)."""
    joints = _joints(windows)
    lengths = np.linalg.norm(joints[:, :, 1:] - joints[:, :, PARENTS[1:]], axis=-1)
    return np.abs(lengths / _BONES - 1).mean(axis=(1, 2))


def world_speed(windows: np.ndarray) -> np.ndarray:
    """Joint speeds (N, 60, 22) in m/s of windows (N, 60, 73) on their integrated paths."""
    return np.stack([joint_speed(motion_from_features(w), 1 / FPS) for w in windows])


def _joints(windows: np.ndarray) -> np.ndarray:
    return windows[..., :JOINT_VALUES].reshape(*windows.shape[:2], -1, 3)


def _balanced(read: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.mean([(read[wanted == style] == style).mean() for style in np.unique(wanted)]))


def _rounded(value: float) -> float:
    return round(float(value), 4)
