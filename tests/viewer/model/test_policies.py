"""Which files are policies, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.errors import ModelError
from tests.inference.nets import save_model_like
from viewer.model.policies import check, dropped, shipped


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
    second = dropped(tmp_path / "other" / path.name, [first])
    assert (first.model, second.model) == ("deepmimic_actor_jump_1", "deepmimic_actor_jump_2")
    assert (first.title, second.title) == ("jump", "jump (2)") and first.motion is None
    path.with_suffix(".bvh").write_text("")
    assert dropped(path, []).motion == path.with_suffix(".bvh")
    given = tmp_path / "other.txt"
    assert dropped(path, [], given).motion == given


def test_a_file_that_is_dropped_again_is_the_same_policy(tmp_path: Path) -> None:
    path, motion = tmp_path / "jump.onnx", tmp_path / "jump_b.txt"
    first = dropped(path, [], motion)
    assert dropped(tmp_path / "x" / ".." / "jump.onnx", [first]) == first
    assert dropped(path, [first], tmp_path / "c.txt").motion == tmp_path / "c.txt"


def test_the_critic_lies_beside_the_policy(tmp_path: Path) -> None:
    for actor, critic in (("mine", "mine_critic"), ("deepmimic_actor_run", "deepmimic_critic_run")):
        path = tmp_path / f"{actor}.onnx"
        assert dropped(path, []).critic is None
        save_model_like("deepmimic_actor", path)
        save_model_like("deepmimic_critic", tmp_path / f"{critic}.onnx")
        check(path)
        found = dropped(path, [])
        assert found.critic == tmp_path / f"{critic}.onnx"
        assert found.critic_model == found.model.replace("actor", "critic")
    save_model_like("deepphase", tmp_path / "mine_critic.onnx")
    with pytest.raises(ModelError, match=r"mine_critic.*132"):
        check(tmp_path / "mine.onnx")


@pytest.mark.parametrize("name", ["deepphase", "deepmimic_critic", "stylevae_decoder"])
def test_a_network_of_other_tensors_is_refused_by_name_and_shape(tmp_path: Path, name: str) -> None:
    path = save_model_like(name, tmp_path / f"{name}.onnx")
    with pytest.raises(ModelError, match=rf"{name}\.onnx: .*shape.*DeepMimic actor has"):
        check(path)
    garbage = tmp_path / "garbage.onnx"
    garbage.write_bytes(b"no network")
    with pytest.raises(ModelError, match=r"garbage\.onnx"):
        check(garbage)
