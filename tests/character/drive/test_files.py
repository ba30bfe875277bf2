"""Sets of skills as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from character.drive.files import SetError, read_set, shipped_set
from character.drive.state import Kind

ASSETS = Path(__file__).resolve().parents[3] / "assets"
WALK: dict[str, Any] = {"name": "walk", "actor": "walk.onnx", "motion": "walk.txt"}


def written(folder: Path, *skills: object, **more: object) -> Path:
    for name in ("walk.onnx", "walk.txt", "critic.onnx"):
        (folder / name).touch()
    path = folder / "set.json"
    path.write_text(json.dumps({"skills": skills, **more}))
    return path


def test_a_set_names_files_beside_it(tmp_path: Path) -> None:
    path = written(tmp_path, WALK | {"critic": "critic.onnx", "kind": "gait"})
    (found,) = read_set(path)
    assert (found.name, found.title, found.kind) == ("walk", "Walk", Kind.GAIT)
    assert found.actor == tmp_path / "walk.onnx" and found.critic == tmp_path / "critic.onnx"
    (bare,) = read_set(written(tmp_path, WALK))
    assert bare.critic is None and bare.kind is None


def test_what_ships_is_offered() -> None:
    names = [skill.name for skill in shipped_set(ASSETS)]
    assert {"walk", "run", "spinkick"} <= set(names)
    assert all(skill.actor.is_file() and skill.motion.is_file() for skill in shipped_set(ASSETS))


@pytest.mark.parametrize(
    ("skill", "says"),
    [
        (WALK | {"critic": "no.onnx"}, "the critic of 'walk' is missing: .*no.onnx; .*poses alone"),
        (WALK | {"actor": "no.onnx"}, "the actor of 'walk' is missing: .*no.onnx; give a file"),
        (WALK | {"motion": "no.txt"}, "the motion of 'walk' is missing"),
        (WALK | {"motion": "walk.onnx"}, "is walk.onnx, expected a DeepMimic .txt or a .bvh"),
        (WALK | {"goal": 1}, "'walk' has an unknown field 'goal'; there are name, actor, motion"),
        (WALK | {"kind": "swim"}, "'kind' of 'walk' is 'swim', expected one of stand, gait, move"),
        (WALK | {"title": 3}, "'title' of 'walk' is 3, expected a text"),
        (WALK | {"name": "Walk !"}, "the name 'Walk !' of skill 1 is not of small letters"),
        ({"name": "walk", "actor": "walk.onnx"}, "'walk' has no 'motion'; it needs name, actor"),
        ("walk", "skill 1 is no object"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, skill: object, says: str
) -> None:
    path = written(tmp_path, skill)
    with pytest.raises(SetError, match=says) as refused:
        read_set(path)
    assert str(refused.value).startswith(f"{path}: ") and "\n" not in str(refused.value)


def test_a_set_is_a_list_of_skills_with_names_of_their_own(tmp_path: Path) -> None:
    for text, says in (("{", "not a set"), ("[]", "expected 'skills'"), ("{}", "expected 'skil")):
        (tmp_path / "set.json").write_text(text)
        with pytest.raises(SetError, match=says):
            read_set(tmp_path / "set.json")
    with pytest.raises(SetError, match="two skills are called 'walk'"):
        read_set(written(tmp_path, WALK, WALK))
    with pytest.raises(SetError, match="unknown field 'sets'"):
        read_set(written(tmp_path, WALK, sets=1))
