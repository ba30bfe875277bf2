"""What a window must become under another style, as losses: pairs of gaits, random styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from motion.features import CONTACTS

from . import losses
from .basis import Basis
from .gaits import PairMaker
from .networks import STYLE

BLOCKS = 4
"""So many blocks of pairs are kept, the last ones."""


class PairBatch(NamedTuple):
    """Coefficients (B, K) of content, source and wanted motion; contacts (B, 60, 4) of the
    latter; style (B,) of the source.
    """

    content: Tensor
    source: Tensor
    wanted: Tensor
    contacts: Tensor
    style: Tensor


class PairPool:
    """The pairs that are learned from now; each block follows from seed and number alone."""

    def __init__(self, maker: PairMaker, basis: Basis, seed: int, size: int) -> None:
        self._maker, self._basis, self._seed, self._size = maker, basis, seed, size
        self._count = 0
        self._blocks: list[PairBatch] = []

    def renew(self) -> None:
        """Draws one more block; the oldest one goes."""
        if not self._blocks:
            for _ in range(BLOCKS - 1):
                self._add()
        self._add()

    def _add(self) -> None:
        pairs = self._maker.draw(self._size, np.random.default_rng([self._seed, self._count]))
        windows = (pairs.content, pairs.source, pairs.wanted)
        content, source, wanted = (
            torch.from_numpy(self._basis.coefficients(part)) for part in windows
        )
        contacts = torch.from_numpy(pairs.wanted[..., CONTACTS].copy())
        batch = PairBatch(content, source, wanted, contacts, torch.from_numpy(pairs.style))
        self._blocks = [*self._blocks[-(BLOCKS - 1) :], batch]
        self._count += 1

    def draw(self, count: int) -> PairBatch:
        """``count`` of the pairs, by torch's chance."""
        block = self._blocks[int(torch.randint(len(self._blocks), ()))]
        index = torch.randint(len(block.style), (count,))
        return PairBatch(*(part[index] for part in block))

    def state_dict(self) -> dict[str, Any]:
        return {"count": self._count}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._blocks, self._count = [], max(0, state["count"] - BLOCKS)
        while self._count < state["count"]:
            self._add()


class Restyled(NamedTuple):
    """What was decoded for a batch of pairs, and from what."""

    decoded: Tensor
    mu_content: Tensor
    mu_source: Tensor
    z_content: Tensor
    z_source: Tensor


def pair_terms(
    made: Restyled,
    batch: PairBatch,
    mu_wanted: Tensor,
    frames: Callable[[Tensor, int, int], losses.Frames],
    count: int,
) -> dict[str, Tensor]:
    """Losses of ``made`` against what ``batch`` wants, unweighted."""
    start = losses.random_run(count)
    seen, true = frames(made.decoded, start, count), frames(batch.wanted, start, count)
    contacts = batch.contacts[:, start : start + count]
    content = made.mu_content[:, STYLE:].detach()
    style = made.mu_source[:, :STYLE].detach()
    return {
        "pair": losses.reconstruction(made.decoded, batch.wanted),
        "pair joints": losses.joint_error(seen, true),
        "pair bones": losses.bone_error(seen),
        "pair skate": losses.skate(seen, true, contacts),
        "pair vigour": losses.vigour_error(seen, true),
        "pair alike": F.mse_loss(mu_wanted[:, STYLE:], content)
        + F.mse_loss(mu_wanted[:, :STYLE], style),
    }


def random_style(z_source: Tensor, far: float) -> Tensor:
    """Style blocks (B, 64): half between two of the sources, half of the unit normal."""
    half = len(z_source) // 2
    style = z_source[:, :STYLE]
    mixed = torch.lerp(style[:half], style.roll(1, 0)[:half], torch.rand(half, 1))
    drawn = far * torch.randn(len(style) - half, STYLE)
    return torch.cat([mixed, drawn])[torch.randperm(len(style))]
