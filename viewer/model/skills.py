"""Sets of skills with their networks: read, held to their contracts and measured; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from character.convert import read_motion
from character.drive.files import SetError, SkillFile, read_set, shipped_set
from character.reference import ClipError
from inference import EngineError, ModelError, Runner, load_model
from inference.models import MODELS
from motion.bvh import BvhError

from .notice import NO_MUJOCO, Refused, sentence
from .policies import ACTOR, CRITIC

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.drive.skills import Skill


@dataclass(frozen=True, eq=False)
class Cast:
    """Skills and the networks that they name."""

    skills: tuple[Skill, ...]
    networks: Mapping[str, Runner]

    def run(self, model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What the network ``model`` makes of ``inputs``."""
        return self.networks[model].run(dict(inputs))

    @property
    def unjudged(self) -> list[str]:
        """The skills without a critic: changed to at the pose most like their own."""
        return [skill.name.name for skill in self.skills if skill.critic is None]


def files_of(path: Path | None, assets: Path) -> tuple[SkillFile, ...]:
    """The skills of the set in ``path``; None: those that ship. Raises Refused."""
    try:
        files = shipped_set(assets) if path is None else read_set(path)
    except (SetError, OSError) as error:
        raise Refused(sentence(error)) from error
    if not files:
        raise Refused(f"{assets} holds no skills: give a set with --policies.")
    return files


def cast_of(
    files: Sequence[SkillFile],
    name_of: Callable[[Path], str] = str,
    engine: str = "auto",
    device: str = "cpu",
    precision: str = "fp32",
) -> Cast:
    """The skills of ``files``; takes 0.1 s each. Raises Refused with the skill and the file.

    name_of: how a network is called, by its file. engine, device, precision: as for ``load_model``.
    """
    try:  # MuJoCo is not there for every Python
        from character.body import Body
        from character.drive.skills import skill
    except ModuleNotFoundError as error:
        raise Refused(NO_MUJOCO) from error
    networks: dict[str, Runner] = {}

    def run(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return networks[model].run(dict(inputs))

    body, skills = Body(), []
    for file in files:
        try:
            clip = read_motion(file.motion)
            for path, kind in ((file.actor, ACTOR), (file.critic, CRITIC)):
                if path is not None:
                    networks[name_of(path)] = load_model(
                        path, engine, device, precision, MODELS[kind]
                    )
            critic = None if file.critic is None else name_of(file.critic)
            digest = sha256(file.actor.read_bytes()).hexdigest()
        except (ClipError, BvhError, ModelError, EngineError, OSError) as error:
            raise Refused(sentence(f"The skill '{file.name}': {error}")) from error
        skills.append(
            skill(
                body, clip, file.name, file.title, file.kind, name_of(file.actor), critic, run,
                digest,
            )
        )  # fmt: skip
    return Cast(tuple(skills), networks)
