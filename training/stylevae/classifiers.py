"""Classifiers that judge a trained StyleVAE from outside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

Classifier = Callable[[np.ndarray], np.ndarray]
"""Features (N, ...) to logits (N, S)."""

_FRAME_STEP = 3


def fit_linear(features: np.ndarray, labels: np.ndarray, seed: int) -> Classifier:
    """Multinomial logistic regression on features (N, D), classes weighted equally."""
    return _fit(features, labels, nn.Linear(features.shape[1], int(labels.max()) + 1), seed, 0.0)


def fit_style_reader(windows: np.ndarray, labels: np.ndarray, seed: int) -> Classifier:
    """A perceptron on raw motion windows (N, 60, 73), every third frame."""
    torch.manual_seed(seed)
    size = windows[:1, ::_FRAME_STEP].size
    network = nn.Sequential(
        nn.Dropout(0.3),
        nn.Linear(size, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, int(labels.max()) + 1),
    )

    def flat(motion: np.ndarray) -> np.ndarray:
        return motion[:, ::_FRAME_STEP].reshape(len(motion), -1)

    read = _fit(flat(windows), labels, network, seed, 0.1)
    return lambda motion: read(flat(motion))


def _fit(
    features: np.ndarray, labels: np.ndarray, network: nn.Module, seed: int, noise: float
) -> Classifier:
    """Train ``network`` on standardised features with equally likely classes."""
    torch.manual_seed(seed)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    chance = 1 / np.bincount(labels)[labels]

    def ready(x: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(((x - mean) / spread).astype(np.float32))

    inputs, target = ready(features), torch.from_numpy(labels)
    optimizer = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 1500)
    for _ in range(1500):
        index = torch.multinomial(torch.from_numpy(chance), 256, replacement=True)
        batch = inputs[index] + noise * torch.randn(len(index), inputs.shape[1])
        loss = F.cross_entropy(network(batch), target[index], label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    network.eval()

    @torch.no_grad()
    def read(x: np.ndarray) -> np.ndarray:
        return network(ready(x)).numpy()

    return read
