"""Policies that can drive the character, and what they imitate; no Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from inference.errors import ModelError
from inference.model_cache import read_cached
from inference.models import MODELS

ACTOR, CRITIC = "deepmimic_actor", "deepmimic_critic"
_FIRST = "walk"
_MOTIONS = (".txt", ".bvh")


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


def dropped(path: Path, taken: Collection[str], motion: Path | None = None) -> Policy:
    """A policy from a user's file, by a name that is not in ``taken``.

    Its motion: the one given, or the file of the same stem beside it.
    """
    stem = path.stem.removeprefix(ACTOR).strip("_") or path.stem
    base, number = f"{ACTOR}_{stem}", 1
    while (name := f"{base}_{number}") in taken:
        number += 1
    beside = (path.with_suffix(ending) for ending in _MOTIONS)
    found = motion or next((file for file in beside if file.is_file()), None)
    return Policy(name, stem, path, found, None)


def wrong_shape(path: Path) -> str | None:
    """Why the network of ``path`` cannot be a policy, in one sentence; "" if it can.

    None: it does not look like one at all, neither at its input nor at its outputs. Raises
    ModelError where the file cannot be read as a network.
    """
    spec = MODELS[ACTOR]
    model = read_cached(path)
    (takes,), (gives,) = spec.inputs.values(), spec.outputs.values()
    alike = model.input_shape == takes[1:] or any(o.shape == gives[1:] for o in model.outputs)
    if not alike:
        return None
    try:
        read_cached(path, spec)
    except ModelError as error:
        return str(error)
    return ""
