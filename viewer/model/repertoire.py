"""The skills that a character has: each a policy of the cast, by what it is for; no Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from character.drive.files import SetError, SkillFile, shipped_set
from character.drive.state import Kind

from .language import tr
from .notice import Refused
from .policies import Policy, free_name, shipped

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.drive.skills import Skill

SET_SUFFIX = ".json"


@dataclass(frozen=True)
class SkillOf:
    """A skill by the policy that performs it. model: of the policy. kind None: told by its motion.

    name: by which it is wanted. title: what a person reads.
    """

    model: str
    name: str
    title: str
    kind: Kind | None = None


def shipped_skills(assets: Path, policies: Collection[Policy]) -> tuple[SkillOf, ...]:
    """The skills below the ``assets`` folder whose actors are among ``policies``; none without a
    set there."""
    try:
        files = shipped_set(assets)
    except (OSError, SetError):
        return ()
    models = {policy.path.resolve(): policy.model for policy in policies}
    found = ((models.get(file.actor.resolve()), file) for file in files)
    return tuple(SkillOf(model, f.name, f.title, f.kind) for model, f in found if model)


def shipped_cast(assets: Path) -> tuple[tuple[Policy, ...], tuple[SkillOf, ...], str]:
    """The policies and skills below the ``assets`` folder, and the model that drives at first.

    That is the first gait. A policy of a skill stands by that name before the others.
    """
    policies = shipped(assets)
    skills = shipped_skills(assets, policies)
    titles = {skill.model: skill.title for skill in skills}
    known = {policy.model: policy for policy in policies}
    taken = {title.casefold() for title in titles.values()}
    ours = [replace(known[model], title=title) for model, title in titles.items()]
    others = [
        replace(each, title=tr("{skill}, not steered", skill=each.title))
        if each.title in taken
        else each
        for each in policies
        if each.model not in titles
    ]
    gaits = [skill.model for skill in skills if skill.kind is Kind.GAIT]
    cast = (*ours, *others)
    return cast, skills, next(iter([*gaits, *(policy.model for policy in cast)]), "")


def opened_set(
    path: Path, known: Collection[Policy]
) -> tuple[tuple[Policy, ...], tuple[SkillOf, ...]]:
    """The policies and skills of a set in a file; every network and motion of it has been read.

    known: policies that are there: one of the same files is taken for it. Raises Refused.
    """
    from .skills import cast_of, files_of

    files = files_of(path, path.parent)
    try:
        cast_of(files, engine="numpy")
    except Refused as error:
        raise Refused(f"{path}: {error}") from error
    policies: list[Policy] = []
    skills: list[SkillOf] = []
    for file in files:
        policy = _policy(file, [*known, *policies])
        policies.append(policy)
        skills.append(SkillOf(policy.model, file.name, file.title, file.kind))
    return tuple(policies), tuple(skills)


def _policy(file: SkillFile, known: Collection[Policy]) -> Policy:
    parts = [file.actor.resolve(), file.motion.resolve(), file.critic and file.critic.resolve()]
    for policy in known:
        if [p and p.resolve() for p in (policy.path, policy.motion, policy.critic)] == parts:
            return policy
    name = free_name(file.actor, {policy.model for policy in known})
    return Policy(name, file.title, file.actor.resolve(), file.motion, file.critic)


def recast_skills(skills: Sequence[SkillOf], policies: Mapping[str, Policy]) -> tuple[SkillOf, ...]:
    """``skills`` by the models of ``policies``, which are by older ones; only those that are."""
    return tuple(
        replace(skill, model=policies[skill.model].model)
        for skill in skills
        if skill.model in policies
    )


def made_skills(skills: Sequence[SkillOf], policies: Mapping[str, Policy]) -> tuple[Skill, ...]:
    """``skills`` to be driven by, whose networks are called as ``policies`` are; those by model.

    A tenth of a second each, on any thread. One whose policy or motion is missing is left out.
    Raises Refused.
    """
    from .skills import cast_of

    files: list[SkillFile] = []
    names: dict[Path, str] = {}
    for each in skills:
        policy = policies.get(each.model)
        if policy is None or policy.motion is None:
            continue
        critic = policy.critic
        files.append(
            SkillFile(each.name, each.title, each.kind, policy.path, critic, policy.motion)
        )
        names[policy.path] = policy.model
        if critic is not None and policy.critic_model is not None:
            names[critic] = policy.critic_model
    return cast_of(files, names.__getitem__, engine="numpy").skills if files else ()
