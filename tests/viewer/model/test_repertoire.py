"""The skills of a cast: those that ship, and sets of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.viewer.driving import SKILLS, write_set
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.policies import shipped
from viewer.model.repertoire import (
    SkillOf,
    made_skills,
    opened_set,
    recast_skills,
    shipped_cast,
    shipped_skills,
)


def test_what_ships_are_skills_of_the_policies_that_ship() -> None:
    policies = shipped(ASSETS)
    skills = shipped_skills(ASSETS, policies)
    titles = {policy.model: policy.title for policy in policies}
    assert {"stand", "walk", "run", "jump", "spinkick"} <= {skill.name for skill in skills}
    assert {titles[skill.model] for skill in skills} <= set(titles.values())
    assert all(titles[skill.model].startswith(skill.name) for skill in skills)
    assert shipped_skills(ASSETS, ()) == ()


def test_where_no_set_ships_there_are_no_skills(tmp_path: Path) -> None:
    assert shipped_skills(tmp_path, shipped(ASSETS)) == ()


def test_who_is_started_can_be_steered_and_stands_by_the_name_of_its_skill() -> None:
    policies, skills, first = shipped_cast(ASSETS)
    titles = {policy.model: policy.title for policy in policies}
    assert {policy.model for policy in policies} == {policy.model for policy in shipped(ASSETS)}
    assert [titles[skill.model] for skill in skills] == [skill.title for skill in skills]
    assert [policy.model for policy in policies][: len(skills)] == [each.model for each in skills]
    assert titles[first] == "Walk" and titles["deepmimic_actor"] == "walk, not steered"
    assert len(set(titles.values())) == len(titles)


def test_where_nothing_ships_nobody_drives(tmp_path: Path) -> None:
    assert shipped_cast(tmp_path) == ((), (), "")


def test_a_set_of_ones_own_is_policies_with_their_motions_and_critics(tmp_path: Path) -> None:
    pytest.importorskip("mujoco")
    policies, skills = opened_set(write_set(tmp_path / "three.json"), ())
    assert [skill.name for skill in skills] == list(SKILLS)
    assert [skill.model for skill in skills] == [policy.model for policy in policies]
    assert len({policy.model for policy in policies}) == 3
    assert all(policy.critic and policy.motion for policy in policies)
    again, _ = opened_set(write_set(tmp_path / "three.json"), policies)
    assert again == policies


def test_one_that_cannot_be_used_is_told_by_its_set_and_its_skill(tmp_path: Path) -> None:
    pytest.importorskip("mujoco")
    wrong = str(ASSETS / "models" / "deepphase.onnx")
    path = write_set(tmp_path / "wrong.json", run={"actor": wrong})
    with pytest.raises(Refused, match=r"wrong\.json: .*'run'.*deepphase\.onnx"):
        opened_set(path, ())
    path.write_text("[]")
    with pytest.raises(Refused, match=r"wrong\.json: expected 'skills'"):
        opened_set(path, ())


def test_they_are_made_with_the_names_that_the_worker_has(tmp_path: Path) -> None:
    pytest.importorskip("mujoco")
    policies, skills = opened_set(write_set(tmp_path / "three.json"), ())
    known = {policy.model: policy for policy in policies[:2]}
    made = made_skills(skills, known)
    assert [skill.name.name for skill in made] == ["walk", "run"]
    assert [(s.policy, s.critic) for s in made] == [(p.model, p.critic_model) for p in policies[:2]]
    assert made_skills((), known) == ()


def test_skills_of_a_session_are_of_our_policies() -> None:
    policies = {policy.title: policy for policy in shipped(ASSETS)}
    told = (SkillOf("theirs", "walk", "Walk"), SkillOf("gone", "fly", "Fly"))
    (ours,) = recast_skills(told, {"theirs": policies["walk"]})
    assert ours == SkillOf(policies["walk"].model, "walk", "Walk")
