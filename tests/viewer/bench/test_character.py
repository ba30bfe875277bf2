"""The measurements of the live character, on networks of the right shapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, POSE_SIZE
from character.reference import ReferenceClip, clip_text
from tests.inference.nets import save_model_like
from viewer.bench import character


def test_it_measures_one_character_and_many(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"walk\.txt is missing"):
        character.measure_character(tmp_path)
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    clip = ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))
    (tmp_path / "character").mkdir()
    (tmp_path / "models").mkdir()
    (tmp_path / "character" / "walk.txt").write_text(clip_text(clip))
    for name in ("deepmimic_actor", "deepmimic_critic"):
        save_model_like(name, tmp_path / "models" / f"{name}.onnx")
    p50, p99, one, many = character.measure_character(tmp_path, 0.2)
    assert 0 < p50.value <= p99.value and p99.target == 6 and not p99.at_least
    assert one.at_least and one.target == 8 and one.value > 0.1
    assert many.at_least and many.target == 1 and many.value > 0
