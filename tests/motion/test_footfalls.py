"""Heel strikes and gait cycles of walks whose steps are known."""

from __future__ import annotations

import numpy as np

from motion.contacts import contacts
from motion.footfalls import gait, landings
from tests.motion.synthetic import walk

FPS = 60
STEPPED = walk(480, 1 / FPS)
STANDING = np.repeat(STEPPED[:1], 180, axis=0)


def test_gait_counts_what_the_body_does() -> None:
    found = gait(STEPPED, 1 / FPS)
    assert np.allclose(np.diff(found.left) / FPS, 1.0, atol=2 / FPS)
    assert len(found.cycles) == len(found.left) - 1 >= 6
    assert found.moving.all() and not found.standing.any()
    assert gait(STANDING, 1 / FPS).standing.all()
    assert not len(gait(STANDING, 1 / FPS).left)


def test_gait_on_a_floor_that_drifts() -> None:
    level = STEPPED[:240]
    sloped = level.copy()
    sloped[..., 1] += 0.025 * sloped[..., 2]
    true, found = gait(level, 1 / FPS), gait(sloped, 1 / FPS)
    assert len(found.left) == len(true.left) and len(found.right) == len(true.right)
    assert np.abs(found.left - true.left).max() <= 1
    assert not contacts(sloped, 1 / FPS)[-FPS:].any()


def test_contact_flicker_is_no_footfall() -> None:
    down = np.ones(60, bool)
    down[10:12] = False
    down[30:42] = False
    assert landings(down, 1 / 30).tolist() == [42]
