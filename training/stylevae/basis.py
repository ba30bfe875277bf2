"""Motion windows as coefficients in a basis whose distances mean visible error.

The squared length of a difference of coefficients is a weighted sum of squared
errors of joint positions, bone vectors, world velocities (feet most), root
velocity and contacts. Analysis and synthesis are linear, so they fold exactly
into the first and last layer of a network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from motion.canonical import FOOT_JOINTS, PARENTS
from motion.features import CONTACTS, FEATURES, FPS, JOINT_VALUES, WINDOW

SIZE = WINDOW * FEATURES
COEFFICIENTS = 512

_BONE_WEIGHT = 1.0
_VELOCITY_S, _FOOT_VELOCITY_S = 0.05, 0.2
_ROOT_S, _YAW_M_S, _CONTACT_M = 0.4, 0.3, 0.25


@dataclass(frozen=True, eq=False)
class Basis:
    """mean (4380,), analysis (4380, K), synthesis (K, 4380), spread (K,), float64.

    ``(x - mean) @ analysis`` are coefficients, ``mean + c @ synthesis`` the
    window again; spread is the coefficients' standard deviation, largest first.
    """

    mean: np.ndarray
    analysis: np.ndarray
    synthesis: np.ndarray
    spread: np.ndarray

    def digest(self) -> str:
        """What tells it from others: networks on coefficients belong to one basis."""
        return hashlib.sha256(self.analysis.tobytes()).hexdigest()

    def coefficients(self, windows: np.ndarray) -> np.ndarray:
        """Coefficients (N, K) float32 of windows (N, 60, 73)."""
        flat = windows.reshape(len(windows), SIZE) - self.mean.astype(np.float32)
        return flat @ self.analysis.astype(np.float32)


def window_metric() -> np.ndarray:
    """The (4380, 4380) positive definite form that measures a window's error, m²."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    count = 0

    def term(*entries: tuple[int, int, float]) -> None:
        nonlocal count
        for frame, channel, value in entries:
            rows.append(count)
            columns.append(frame * FEATURES + channel)
            values.append(value)
        count += 1

    for frame in range(WINDOW):
        for joint, parent in enumerate(PARENTS):
            second = _FOOT_VELOCITY_S if joint in FOOT_JOINTS else _VELOCITY_S
            for axis in range(3):
                channel = 3 * joint + axis
                term((frame, channel, 1.0))
                if parent >= 0:
                    bone = 3 * int(parent) + axis
                    term((frame, channel, _BONE_WEIGHT), (frame, bone, -_BONE_WEIGHT))
                if frame + 1 < WINDOW:
                    step = [(frame + 1, channel, second * FPS), (frame, channel, -second * FPS)]
                    if axis != 1:
                        step.append((frame, JOINT_VALUES + axis // 2, second))
                    term(*step)
        term((frame, JOINT_VALUES, _ROOT_S))
        term((frame, JOINT_VALUES + 1, _ROOT_S))
        term((frame, JOINT_VALUES + 2, _YAW_M_S))
        for contact in range(CONTACTS.start, CONTACTS.stop):
            term((frame, contact, _CONTACT_M))
    weights = sparse.csr_matrix((values, (rows, columns)), shape=(count, SIZE))
    return (weights.T @ weights).toarray()


def fit_basis(batches: Iterable[tuple[np.ndarray, float]], seed: int) -> Basis:
    """The ``COEFFICIENTS`` principal directions of weighted windows.

    batches: windows (N, 60, 73) and the weight of each of them.
    """
    total, mean, second = 0.0, np.zeros(SIZE), np.zeros((SIZE, SIZE))
    for windows, weight in batches:
        flat = windows.reshape(len(windows), SIZE)
        total += weight * len(flat)
        mean += weight * flat.sum(axis=0, dtype=np.float64)
        second += weight * (flat.T @ flat)
    mean /= total
    root = np.linalg.cholesky(window_metric())
    covariance = root.T @ (second / total - np.outer(mean, mean)) @ root
    directions, variance = _principal(covariance, COEFFICIENTS, seed)
    synthesis = np.linalg.solve(root.T, directions).T
    return Basis(mean, root @ directions, synthesis, np.sqrt(variance))


def _principal(matrix: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Leading eigenvectors (N, count) and eigenvalues (count,), by subspace iteration."""
    start = np.random.default_rng(seed).standard_normal((len(matrix), count + 64))
    subspace = np.linalg.qr(start)[0]
    for _ in range(6):
        subspace = np.linalg.qr(matrix @ subspace)[0]
    values, inside = np.linalg.eigh(subspace.T @ matrix @ subspace)
    order = np.argsort(values)[::-1][:count]
    return subspace @ inside[:, order], np.maximum(values[order], 1e-12)
