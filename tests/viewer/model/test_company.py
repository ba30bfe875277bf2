"""The other open clips around what is on stage."""

from __future__ import annotations

import numpy as np

from motion.canonical import CANONICAL
from tests.motion.synthetic import walk
from viewer.model.company import APART_M, MOST
from viewer.model.document import Looks, View
from viewer.model.figure import Figure
from viewer.model.shown import shown

FIGURE = Figure(walk(90), 1 / 30)


def test_sixteen_stand_apart_and_no_more() -> None:
    alone = shown(View(), FIGURE, 10).scene()
    crowd = shown(View(), FIGURE, 10, others=(Figure(walk(90), 1 / 30),) * 20).scene()
    parts = len(alone.capsules)
    assert len(crowd.capsules) == MOST * parts
    assert np.array_equal(crowd.capsules.data[:parts], alone.capsules.data)
    middles = crowd.capsules.data[:, [0, 2]].reshape(MOST, parts, 2).mean(axis=1)
    apart = np.linalg.norm(middles[:, None] - middles[None], axis=-1)
    assert apart[~np.eye(MOST, dtype=bool)].min() > 0.9 * APART_M


def test_each_has_its_own_time_and_rig() -> None:
    """One of twice the rate and a third of the length starts over."""
    stick = Figure(walk(60), 1 / 60, CANONICAL)
    scene = shown(View(), FIGURE, 45, others=(stick,)).scene()
    alone = shown(View(), stick, 30).scene()
    parts = len(shown(View(), FIGURE, 45).scene().capsules)
    moved = scene.capsules.data[parts:, :3] - alone.capsules.data[:, :3]
    assert len(scene.capsules) == parts + len(alone.capsules)
    assert np.ptp(moved, axis=0).max() < 1e-5


def test_another_company_is_another_picture() -> None:
    other = Figure(walk(30), 1 / 30)
    view = View(looks=Looks(company=True))
    assert shown(view, FIGURE, 3, others=(other,)).same_as(shown(view, FIGURE, 3, others=(other,)))
    assert not shown(view, FIGURE, 3, others=(other,)).same_as(shown(view, FIGURE, 3))
