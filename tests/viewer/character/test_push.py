"""Which part of the body a sight line meets."""

from __future__ import annotations

import numpy as np

from viewer.character.push import touched

ENDS = np.array(
    [
        [[0.0, 0, 0], [0, 1, 0]],
        [[0.0, 0.5, -2], [0, 0.5, -2]],
        [[5.0, 0, 0], [5, 0, 0]],
    ]
)
RADII = np.array([0.1, 0.4, 0.1])
AHEAD = np.array([0.0, 0, -1])


def meet(x: float, y: float, z: float = 4.0, reach: float = 0.0) -> int | None:
    return touched(ENDS, RADII, np.array([x, y, z]), AHEAD, reach)


def test_the_nearer_one_is_met_first() -> None:
    assert meet(0, 0.5) == 0
    assert meet(0.2, 0.5) == 1
    assert meet(0, 0.5, z=-4) is None


def test_a_near_miss_counts_within_reach() -> None:
    assert meet(4.85, 0) is None
    assert meet(4.85, 0, reach=0.06) == 2
    assert meet(2.0, 0, reach=0.06) is None
