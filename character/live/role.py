"""Who decides for the character, and what it imitates."""

from __future__ import annotations

from dataclasses import dataclass

from character.reference import ReferenceClip


@dataclass(frozen=True)
class Role:
    """policy, critic: names of the worker's models. sha256: of the policy's file, "" if unknown.

    touching: the bodies whose touch of the ground is no fall in this clip.
    """

    policy: str
    critic: str | None
    clip: ReferenceClip
    touching: frozenset[int]
    sha256: str = ""
