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
    forces = np.array([shoves.advance(chance, np.zeros(8)).copy() for _ in range(200)])
    sizes = np.linalg.norm(forces, axis=-1)
    pushed = sizes > 0
    assert not pushed[:75].any() and pushed.sum(axis=0).tolist() == [12] * 8
    assert sizes.max() <= 150 and np.all(forces[..., 1] == 0)
    assert len(np.unique(sizes)) == 17


def test_without_newtons_nobody_is_pushed() -> None:
    chance = np.random.default_rng(0)
    shoves = Shoves(2, 0.0)
    shoves.reset(np.arange(2), chance)
    assert not any(shoves.advance(chance, np.zeros(2)).any() for _ in range(200))


def test_half_of_the_pushes_go_where_a_character_is_weak() -> None:
    chance, count = np.random.default_rng(0), 400
    facing = chance.uniform(-np.pi, np.pi, count)
    shoves = Shoves(count, 150.0, weak=np.pi)
    shoves.reset(np.arange(count), chance)
    force = np.zeros((count, 3))
    for _ in range(92):
        now = shoves.advance(chance, facing)
        force = np.where(force.any(axis=1, keepdims=True), force, now)
    off = np.arctan2(-force[:, 2], force[:, 0]) - facing - np.pi
    near = np.abs((off + np.pi) % (2 * np.pi) - np.pi) < np.pi / 4
    assert 0.55 < near.mean() < 0.7  # a half, and a quarter of the other
