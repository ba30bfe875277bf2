"""What a student has seen so far, and what it should have done: the aggregate of DAgger."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Memory(nn.Module):
    """The last ``capacity`` states (197,) with their targets (size,)."""

    states: Tensor
    targets: Tensor
    seen: Tensor

    def __init__(self, capacity: int, state_size: int, target_size: int) -> None:
        super().__init__()
        self.register_buffer("states", torch.empty(capacity, state_size))
        self.register_buffer("targets", torch.empty(capacity, target_size))
        self.register_buffer("seen", torch.zeros((), dtype=torch.long))

    def __len__(self) -> int:
        return min(int(self.seen), len(self.states))

    def add(self, states: Tensor, targets: Tensor) -> None:
        """Remembers states (B, 197) and targets (B, size), and forgets the oldest for them."""
        place = (int(self.seen) + torch.arange(len(states))) % len(self.states)
        self.states[place], self.targets[place] = states, targets.float()
        self.seen += len(states)

    def draw(self, count: int, chance: torch.Generator) -> tuple[Tensor, Tensor]:
        """``count`` states and their targets at random."""
        index = torch.randint(len(self), (count,), generator=chance)
        return self.states[index], self.targets[index]
