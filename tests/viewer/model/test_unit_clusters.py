"""Units that rise and fall together are listed side by side."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage

from viewer.model.unit_clusters import cluster_order, sampled


def grouped(groups: int, each: int, frames: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Shuffled columns of some groups, and the group of each."""
    rng = np.random.default_rng(groups)
    leads = rng.standard_normal((frames, groups))
    of = rng.permutation(np.repeat(np.arange(groups), each))
    return leads[:, of] + 0.3 * rng.standard_normal((frames, groups * each)), of


@pytest.mark.parametrize(("groups", "each"), [(2, 2), (5, 8), (16, 16)])
def test_groups_stand_together(groups: int, each: int) -> None:
    values, of = grouped(groups, each)
    order = cluster_order(values)
    assert sorted(order) == list(range(groups * each))
    assert np.count_nonzero(np.diff(of[order])) == groups - 1


def test_like_ones_stand_as_near_as_scipy_puts_them() -> None:
    values = np.random.default_rng(1).standard_normal((200, 40)).cumsum(0)

    def apart(order: np.ndarray) -> float:
        return float((1 - np.diag(np.corrcoef(values.T)[np.ix_(order, order)], 1)).mean())

    theirs = leaves_list(linkage(values.T, "average", "correlation"))
    assert apart(cluster_order(values)) <= apart(theirs) * 1.25


def test_columns_that_say_nothing_do_no_harm() -> None:
    values = np.random.default_rng(1).standard_normal((50, 6))
    values[:, 2], values[:, 4] = 3, np.nan
    assert sorted(cluster_order(values)) == list(range(6))
    for count in range(3):
        assert cluster_order(values[:, :count]).tolist() == list(range(count))


def test_samples_are_spread_evenly() -> None:
    assert sampled(3).tolist() == [0, 1, 2]
    long = sampled(100_000)
    assert len(long) == 1000 and (long[0], long[-1]) == (0, 99_999)
