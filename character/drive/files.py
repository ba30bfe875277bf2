"""Sets of skills as files: JSON that names actor, critic and motion of each. No MuJoCo.

``{"skills": [{"name": "walk", "actor": FILE, "motion": FILE, "critic": FILE, "title": "Walk",
"kind": "gait"}, ...]}``: files relative to the JSON; critic, title and kind may be left out. The
first gait is walked, and the next that is much faster is run.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .mind import MOST_SKILLS
from .state import Kind

_MUST, _MAY = ("name", "actor", "motion"), ("critic", "title", "kind")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MOTIONS = (".txt", ".bvh")
_MAX_BYTES = 1_000_000


class SetError(ValueError):
    """A set of skills that cannot be used: one sentence with the file, the skill and what to do."""


@dataclass(frozen=True)
class SkillFile:
    """A skill by its files. kind None: told from the motion."""

    name: str
    title: str
    kind: Kind | None
    actor: Path
    critic: Path | None
    motion: Path


def read_set(path: Path) -> tuple[SkillFile, ...]:
    """The skills of a set; every file of it is there. Raises SetError, and OSError."""
    skills = _read(path)
    for skill in skills:
        parts = {"actor": skill.actor, "critic": skill.critic, "motion": skill.motion}
        for part, file in parts.items():
            if file is not None and not file.is_file():
                also = ", or leave 'critic' out to change by poses alone" * (part == "critic")
                raise SetError(
                    f"{path}: the {part} of '{skill.name}' is missing: {file}; "
                    f"give a file that is there{also}."
                )
    return skills


def shipped_set(assets: Path) -> tuple[SkillFile, ...]:
    """The skills below the folder ``assets`` of which actor and motion ship."""
    return tuple(
        SkillFile(s.name, s.title, s.kind, s.actor, _there(s.critic), s.motion)
        for s in _read(assets / "character" / "skills.json")
        if s.actor.is_file() and s.motion.is_file()
    )


def _there(critic: Path | None) -> Path | None:
    return critic if critic is not None and critic.is_file() else None


def _read(path: Path) -> tuple[SkillFile, ...]:
    if path.stat().st_size > _MAX_BYTES:
        raise SetError(f"{path}: more than {_MAX_BYTES // 1_000_000} MB, expected a set of skills.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise SetError(f"{path}: not a set of skills: {error}.") from None
    rows = content.get("skills") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_SKILLS:
        span = f"1 to {MOST_SKILLS} objects with {', '.join(_MUST)}"
        raise SetError(f"{path}: expected 'skills', a list of {span}.")
    if unknown := sorted(set(content) - {"skills"}):
        raise SetError(f"{path}: unknown field '{unknown[0]}'; there is 'skills'.")
    skills = tuple(_skill(path, number, row) for number, row in enumerate(rows, 1))
    names = [skill.name for skill in skills]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SetError(f"{path}: two skills are called '{twice}'; give each a name of its own.")
    return skills


def _skill(path: Path, number: int, row: Any) -> SkillFile:
    if not isinstance(row, dict):
        raise SetError(f"{path}: skill {number} is no object with {', '.join(_MUST)}.")
    who = f"skill {number}" if not isinstance(row.get("name"), str) else f"'{row['name']}'"
    for field in _MUST:
        if field not in row:
            raise SetError(f"{path}: {who} has no '{field}'; it needs {', '.join(_MUST)}.")
    for field, value in row.items():
        if field not in _MUST + _MAY:
            known = ", ".join(_MUST + _MAY)
            raise SetError(f"{path}: {who} has an unknown field '{field}'; there are {known}.")
        if not (isinstance(value, str) and value) and not (field == "critic" and value is None):
            raise SetError(f"{path}: '{field}' of {who} is {value!r}, expected a text.")
    if not _NAME.fullmatch(row["name"]):
        raise SetError(
            f"{path}: the name '{row['name']}' of skill {number} is not of small letters, digits, "
            "'_' and '-', 40 at most."
        )
    kinds = [kind.value for kind in Kind]
    if row.get("kind", kinds[0]) not in kinds:
        raise SetError(
            f"{path}: 'kind' of {who} is '{row['kind']}', expected one of {', '.join(kinds)}."
        )
    motion = path.parent / row["motion"]
    if motion.suffix.lower() not in _MOTIONS:
        raise SetError(
            f"{path}: the motion of {who} is {motion.name}, expected a DeepMimic .txt or a .bvh."
        )
    return SkillFile(
        name=row["name"],
        title=row.get("title") or row["name"].replace("_", " ").capitalize(),
        kind=Kind(row["kind"]) if "kind" in row else None,
        actor=path.parent / row["actor"],
        critic=path.parent / row["critic"] if row.get("critic") else None,
        motion=motion,
    )
