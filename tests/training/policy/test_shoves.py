"""Pushes of training: when they come, how strong they are, how differently."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from training.policy.shoves import Shoves


def test_pushes_come_every_few_seconds_and_differ() -> None:
    chance = np.random.default_rng(0)
    shoves = Shoves(8, 150.0)
    shoves.reset(np.arange(8), chance)
    forces = np.array([shoves.advance(chance).copy() for _ in range(200)])
    sizes = np.linalg.norm(forces, axis=-1)
    pushed = sizes > 0
    assert not pushed[:75].any() and pushed.sum(axis=0).tolist() == [12] * 8
    assert sizes.max() <= 150 and np.all(forces[..., 1] == 0)
    assert len(np.unique(sizes)) == 17


def test_without_newtons_nobody_is_pushed() -> None:
    chance = np.random.default_rng(0)
    shoves = Shoves(2, 0.0)
    shoves.reset(np.arange(2), chance)
    assert not any(shoves.advance(chance).any() for _ in range(200))
