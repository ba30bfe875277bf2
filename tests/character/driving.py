"""Skills in tests: those that ship, their networks on the numpy engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from character.body import Body
from character.convert import read_motion
from character.drive.files import shipped_set
from character.drive.skills import Skill, skill
from inference import Runner, load_model

ASSETS = Path(__file__).resolve().parents[2] / "assets"


@cache
def network(path: str) -> Runner:
    return load_model(Path(path), engine="numpy")


def run(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A worker's ``run`` whose models are files."""
    return network(model).run(dict(inputs))


@cache
def skills() -> tuple[Skill, ...]:
    """Those that ship."""
    body = Body()
    return tuple(
        skill(
            body, read_motion(file.motion), file.name, file.title, file.kind,
            str(file.actor), file.critic and str(file.critic), run,
        )
        for file in shipped_set(ASSETS)
    )  # fmt: skip


def named(name: str) -> Skill:
    return next(skill for skill in skills() if skill.name.name == name)
