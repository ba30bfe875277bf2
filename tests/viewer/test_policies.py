"""Which files are policies, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.errors import ModelError
from tests.inference.nets import save_model_like
from viewer.policies import dropped, shipped, wrong_shape


def test_a_policy_ships_when_its_motion_does(tmp_path: Path) -> None:
    models, motions = tmp_path / "models", tmp_path / "character"
    models.mkdir()
    motions.mkdir()
    for name in ("deepmimic_actor", "deepmimic_actor_run", "deepmimic_actor_lost"):
        (models / f"{name}.onnx").write_bytes(b"x")
    (models / "deepmimic_critic_run.onnx").write_bytes(b"x")
    for name in ("walk", "run"):
        (motions / f"{name}.txt").write_text("{}")
    walk, run = shipped(tmp_path)
    assert (walk.model, walk.title, walk.critic_model) == ("deepmimic_actor", "walk", None)
    assert (run.model, run.title) == ("deepmimic_actor_run", "run")
    assert run.critic_model == "deepmimic_critic_run" and run.motion == motions / "run.txt"


def test_a_dropped_policy_gets_a_name_of_its_own_and_the_motion_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deepmimic_actor_jump.onnx"
    first = dropped(path, [])
    second = dropped(path, [first.model])
    assert (first.model, second.model) == ("deepmimic_actor_jump_1", "deepmimic_actor_jump_2")
    assert first.title == "jump" and first.motion is None
    path.with_suffix(".bvh").write_text("")
    assert dropped(path, []).motion == path.with_suffix(".bvh")
    given = tmp_path / "other.txt"
    assert dropped(path, [], given).motion == given


def test_what_a_file_is_shows_in_its_tensors(tmp_path: Path) -> None:
    def judge(name: str) -> str | None:
        return wrong_shape(save_model_like(name, tmp_path / f"{name}.onnx"))

    assert judge("deepmimic_actor") == ""
    assert judge("deepphase") is None
    problem = judge("deepmimic_critic")
    assert problem and "deepmimic_critic" in problem and "36" in problem
    garbage = tmp_path / "garbage.onnx"
    garbage.write_bytes(b"no network")
    with pytest.raises(ModelError):
        wrong_shape(garbage)
