"""The humanoid, a clip of our own, and the published policies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference import load_model
from inference.deepmimic.importer import read_actor, write_actor

if TYPE_CHECKING:  # where there is no MuJoCo, the tests beside this file skip
    from character.body import Body
    from character.reference import ReferenceClip
    from character.simulation import Policy


@pytest.fixture(scope="session")
def body() -> Body:
    from character.body import Body

    return Body()


@pytest.fixture(scope="session")
def instants() -> list[tuple[np.ndarray, np.ndarray]]:
    """Random poses (43,) and rates (34,) in which every number counts."""
    from character.anatomy import RATE_SIZE

    rng = np.random.default_rng(4)
    return [(random_pose(rng), rng.normal(size=RATE_SIZE) * 3) for _ in range(8)]


def random_pose(rng: np.random.Generator) -> np.ndarray:
    from character.anatomy import BALL_POSE, HINGE_POSE, POSE_SIZE

    pose = np.zeros(POSE_SIZE)
    pose[:3] = rng.normal(size=3)
    rotations = rng.normal(size=(9, 4))
    rotations /= np.linalg.norm(rotations, axis=-1, keepdims=True)
    pose[3:7], pose[BALL_POSE] = rotations[0], rotations[1:]
    pose[HINGE_POSE] = rng.normal(size=4)
    return pose


@pytest.fixture
def standing() -> ReferenceClip:
    """Standing still for a second, over and over, the soles on the ground."""
    from character.anatomy import BALL_POSE, POSE_SIZE
    from character.reference import ReferenceClip

    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))


@pytest.fixture(scope="session")
def policy(deepmimic: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Policy]:
    """``policy("walk")``: a published actor, imported and run by the numpy engine."""

    def load(name: str) -> Policy:
        file = tmp_path_factory.mktemp("policy") / f"{name}.onnx"
        write_actor(read_actor(deepmimic / "policies" / f"humanoid3d_{name}.npz"), file)
        runner = load_model(file, engine="numpy")
        return lambda state: runner.run({"state": state[None]})["action"][0]

    return load
