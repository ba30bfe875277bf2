"""The aggregate of DAgger: what is forgotten, what is drawn."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.policy.memory import Memory  # noqa: E402


def test_the_oldest_is_forgotten_and_pairs_stay_together() -> None:
    memory = Memory(10, 2, 1)
    for start in (0, 6):
        numbers = torch.arange(start, start + 6.0)[:, None]
        memory.add(numbers.expand(-1, 2), 10 * numbers)
    assert len(memory) == 10
    states, targets = memory.draw(500, torch.Generator().manual_seed(0))
    assert sorted(set(states[:, 0].tolist())) == list(range(2, 12))
    torch.testing.assert_close(targets[:, 0], 10 * states[:, 1])


def test_only_what_was_added_is_drawn() -> None:
    memory = Memory(100, 1, 1)
    memory.add(torch.ones(3, 1), torch.ones(3, 1))
    assert len(memory) == 3
    states, _ = memory.draw(50, torch.Generator().manual_seed(0))
    assert (states == 1).all()
