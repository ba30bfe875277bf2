"""Policies that can drive the character, and what they imitate; no Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from inference.models import MODELS
from inference.onnx.cache import read_cached

ACTOR, CRITIC = "deepmimic_actor", "deepmimic_critic"
NOBODY = "nobody"
"""In place of a policy: none is to drive a second character."""
_FIRST = "walk"
_MOTIONS = (".txt", ".bvh")


class Unfit(Exception):
    """Why there is no character or no motion for it: one sentence."""


@dataclass(frozen=True)
class Policy:
    """An actor by the name that the worker knows it by.

    motion: the file of what it imitates; None: the clip on stage. critic: of its own, or None.
    """

    model: str
    title: str
    path: Path
    motion: Path | None
    critic: Path | None

    @property
    def critic_model(self) -> str | None:
        return self.model.replace(ACTOR, CRITIC) if self.critic else None

    def digest(self) -> str:
        """SHA-256 of its file, for the take. Raises OSError."""
        return sha256(self.path.read_bytes()).hexdigest()


def shipped(assets: Path) -> tuple[Policy, ...]:
    """The policies below the ``assets`` folder whose motions ship too."""
    found = []
    for path in sorted((assets / "models").glob(f"{ACTOR}*.onnx")):
        ending = path.stem.removeprefix(ACTOR).removeprefix("_")
        motion = assets / "character" / f"{ending or _FIRST}.txt"
        critic = path.with_name(path.name.replace(ACTOR, CRITIC))
        if motion.is_file():
            found.append(
                Policy(
                    path.stem, ending or _FIRST, path, motion, critic if critic.is_file() else None
                )
            )
    return tuple(found)


def dropped(path: Path, known: Collection[Policy], motion: Path | None = None) -> Policy:
    """A policy from a user's file: one of ``known`` if it is that file, else by a new name.

    Its motion: the one given, or the file of the same stem beside it. Its critic lies beside it.
    """
    beside = (path.with_suffix(ending) for ending in _MOTIONS)
    found = motion or next((file for file in beside if file.is_file()), None)
    path = path.resolve()
    for policy in known:
        if policy.path.resolve() == path:
            return replace(policy, motion=found or policy.motion)
    name = free_name(path, {policy.model for policy in known})
    stem, _, number = name.removeprefix(f"{ACTOR}_").rpartition("_")
    critic = critic_file(path)
    title = stem if number == "1" else f"{stem} ({number})"
    return Policy(name, title, path, found, critic if critic.is_file() else None)


def free_name(path: Path, taken: Collection[str]) -> str:
    """A name for the policy in ``path`` that is not ``taken``."""
    stem = path.stem.removeprefix(ACTOR).strip("_") or path.stem
    number = 1
    while (name := f"{ACTOR}_{stem}_{number}") in taken:
        number += 1
    return name


def critic_file(path: Path) -> Path:
    """Where the critic of the policy in ``path`` is looked for: beside it."""
    stem = path.stem
    name = stem.replace(ACTOR, CRITIC) if ACTOR in stem else f"{stem}_critic"
    return path.with_name(f"{name}{path.suffix}")


def check(path: Path) -> None:
    """Raises ModelError if ``path``, or the critic beside it, is no network of the right shape."""
    read_cached(path, MODELS[ACTOR])
    if (critic := critic_file(path)).is_file():
        read_cached(critic, MODELS[CRITIC])
