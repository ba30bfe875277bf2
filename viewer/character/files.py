"""What the files are that a person gives to the character; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.model.policies import critic_file
from viewer.model.repertoire import SET_SUFFIX


@dataclass(frozen=True)
class GivenFiles:
    """networks: policies, each of which finds its own critic beside it. sets: of skills. motion: to
    imitate."""

    networks: list[Path]
    takes: list[Path]
    sets: list[Path]
    motion: Path | None
    others: list[Path]


def sort_files(paths: Sequence[Path]) -> GivenFiles:
    """What each of ``paths`` is by its ending.

    A BVH is a motion to imitate only beside a policy; else it is a clip, one of ``others``.
    """

    def ending(*suffixes: str) -> list[Path]:
        return [path for path in paths if path.suffix.lower() in suffixes]

    networks, takes, sets = ending(".onnx"), ending(".npz"), ending(SET_SUFFIX)
    motions = ending(".txt") or (ending(".bvh") if networks else [])
    motion = motions[0] if motions else None
    others = [path for path in paths if path not in (*networks, *takes, *sets, motion)]
    critics = {critic_file(path) for path in networks}
    policies = [path for path in networks if path not in critics]
    return GivenFiles(policies, takes, sets, motion, others)
