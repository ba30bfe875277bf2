"""The axes that the style sliders move along, from encoded training windows.

Axes are ordered by how much motion they make: principal directions of the
latents, measured as the decoder turns them into motion (training.stylevae.basis).
Statistics only; no window of capture can be read back from them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from motion.npz import write_npz

from .networks import CoefficientVAE

AXES = 32
_JACOBIANS = 400


def style_space(
    vae: CoefficientVAE, latents: np.ndarray, probability: np.ndarray, style: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """mean (256,), components (32, 256), sigma (32,) and style centroids (S, 256).

    latents: (N, 256) of training windows; probability: (N,) how much each counts,
    summing to 1; style: (N,) style numbers 0 to S - 1.
    """
    mean = probability @ latents
    centred = latents - mean
    covariance = (centred * probability[:, None]).T @ centred
    chosen = np.random.default_rng(seed).choice(len(latents), _JACOBIANS, p=probability)
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 1e-9))) @ vectors.T
    _, axes = np.linalg.eigh(root @ _decoder_metric(vae, latents[chosen]) @ root)
    components = np.linalg.qr(root @ axes[:, ::-1][:, :AXES])[0].T
    largest = np.take_along_axis(components, np.abs(components).argmax(1)[:, None], axis=1)
    components = components * np.where(largest < 0, -1, 1)
    sigma = np.sqrt(((components @ covariance) * components).sum(axis=1))
    centroids = np.stack([latents[style == s].mean(axis=0) for s in range(style.max() + 1)])
    parts = {"mean": mean, "components": components, "sigma": sigma, "centroids": centroids}
    return {name: part.astype(np.float32) for name, part in parts.items()}


def save_style_space(path: Path, space: dict[str, Any], styles: tuple[str, ...]) -> None:
    """Write style_space.npz whole or not at all."""
    write_npz(path, space | {"styles": np.array(styles)}, compressed=False)


@torch.no_grad()
def _decoder_metric(vae: CoefficientVAE, latents: np.ndarray) -> np.ndarray:
    """(256, 256) mean of JᵀJ over latents (N, 256), J the decoder's Jacobian.

    Coefficients are orthonormal in the metric of motion, so JᵀJ measures motion.
    """
    first, second, last = (vae.decoder.layers[n] for n in (0, 2, 4))
    out = last.weight * vae.scale[:, None]
    total = torch.zeros(latents.shape[1], latents.shape[1])
    for z in torch.from_numpy(latents.astype(np.float32)):
        inner = first(z)
        middle = second(inner.relu())
        jacobian = out[:, middle > 0] @ second.weight[middle > 0][:, inner > 0]
        jacobian = jacobian @ first.weight[inner > 0]
        total += jacobian.T @ jacobian
    return (total / len(latents)).double().numpy()
