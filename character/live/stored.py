"""Rows, deeds and roles as arrays of an NPZ file, and back within bounds. No MuJoCo."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

import numpy as np

from character.anatomy import MOST_CONTACTS, NAMES, POSE_SIZE
from character.deeds import (
    Box,
    BoxPut,
    Chosen,
    Deed,
    Entry,
    GetUp,
    GoTo,
    Head,
    PushNow,
    SetFriction,
    SetGravity,
    StartAt,
    Steer,
    Swapped,
    Want,
    doubt,
)
from character.drive.mind import MOST_SKILLS, possible
from character.drive.state import Kind, SkillName
from character.reference import ReferenceClip
from motion.npz import NpzError, read_npz

from .memory import DRIVEN, ROW, undriven
from .role import Role

MOST_FRAMES = 1_000_000_000
"""A frame with a higher number is taken for damage."""
_DEEDS: dict[str, Callable[..., Deed]] = {
    deed.__name__: deed
    for deed in (
        PushNow, SetFriction, SetGravity, StartAt, Swapped, Chosen, Steer, Head, GoTo, Want,
        GetUp,
    )
}  # fmt: skip
_DAMAGE = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)


class TakeError(ValueError):
    """A file that is no take, or no piece of one: one sentence with the file and what is wrong."""


def to_arrays(
    schema: str,
    version: int,
    about: dict[str, Any],
    rows: np.ndarray,
    entries: Sequence[Entry],
    roles: Sequence[Role],
    skills: Sequence[SkillName],
) -> dict[str, Any]:
    """Arrays by name: rows (N,) column by column, the rest and ``about`` as JSON, clips apart."""
    clips = list(dict.fromkeys(role.clip for role in roles))
    text = {
        **about,
        "entries": [[e.frame, type(e.deed).__name__, asdict(e.deed)] for e in entries],
        "roles": [
            {"policy": r.policy, "critic": r.critic, "clip": clips.index(r.clip),
             "touching": sorted(r.touching), "sha256": r.sha256}
            for r in roles
        ],
        "skills": [asdict(skill) for skill in skills],
        "clips": [{"name": clip.name, "loop": clip.loop} for clip in clips],
    }  # fmt: skip
    arrays: dict[str, Any] = {"schema": schema, "version": version, "about": json.dumps(text)}
    for number, clip in enumerate(clips):
        arrays[f"clip{number}_times"] = clip.times
        arrays[f"clip{number}_poses"] = clip.poses
    return arrays | {name: rows[name] for name in ROW.names or ()}


def open_arrays(file: BinaryIO, schema: str, path: str) -> dict[str, np.ndarray]:
    """The arrays of a file of this schema. Raises TakeError, and OSError when unreadable."""
    try:
        arrays = read_npz(file, title=path)
    except NpzError as error:
        raise TakeError(str(error)) from error
    if str(arrays.get("schema")) != schema:
        kind = schema.rpartition(".")[2]
        raise TakeError(f"{path}: not a {kind}: its schema is not {schema}.")
    return arrays


class Stored:
    """What ``to_arrays`` gave, read back: about, rows (N,), entries, roles and skills.

    Of a file from before there was a driver the rows tell of none.

    Raises TakeError for what a simulation could not go on from.
    """

    def __init__(self, arrays: dict[str, np.ndarray], path: str) -> None:
        self._path = path
        try:
            self._read(arrays)
        except TakeError:
            raise
        except _DAMAGE as error:
            raise TakeError(f"{path}: not a whole take: {error!r}.") from None

    def _read(self, arrays: dict[str, np.ndarray]) -> None:
        try:
            self.about: dict[str, Any] = json.loads(str(arrays["about"]))
        except (ValueError, RecursionError):
            raise TakeError(f"{self._path}: 'about' is no JSON.") from None
        self.rows = self._rows(arrays)
        clips = [
            ReferenceClip(
                str(clip["name"]),
                bool(clip["loop"]),
                arrays[f"clip{number}_times"],
                arrays[f"clip{number}_poses"],
            )
            for number, clip in enumerate(self.about["clips"])
        ]
        self.roles = tuple(
            Role(r["policy"], r["critic"], clips[r["clip"]], frozenset(r["touching"]), r["sha256"])
            for r in self.about["roles"]
        )
        self.skills = tuple(
            SkillName(**skill | {"kind": Kind(skill["kind"])})
            for skill in self.about.get("skills", ())
        )
        self.entries = tuple(Entry(int(e[0]), _deed(e[1], e[2])) for e in self.about["entries"])
        for wrong in (
            *_wrong_rows(self.rows, self.skills),
            *_wrong_roles(self.roles),
            *_wrong_skills(self.skills),
            *_wrong(self.entries),
        ):
            raise TakeError(f"{self._path}: {wrong}.")

    def _rows(self, arrays: dict[str, np.ndarray]) -> np.ndarray:
        rows = undriven(len(arrays["physics"]))
        for name in ROW.names or ():
            if name in DRIVEN and name not in arrays:
                continue
            stored, place = arrays[name], rows[name]
            if stored.shape != place.shape or stored.dtype != place.dtype:
                found = f"{stored.dtype} {list(stored.shape)}"
                expected = f"{place.dtype} {list(place.shape)}"
                raise TakeError(f"{self._path}: '{name}' is {found}, expected {expected}.")
            rows[name] = stored
        return rows

    def number(self, name: str, least: int = 0) -> int:
        """The number of a frame or a count in ``about``, at least ``least``."""
        found = self.about.get(name)
        if not isinstance(found, int) or not least <= found <= MOST_FRAMES:
            span = f"a whole number from {least} to {MOST_FRAMES:,}"
            raise TakeError(f"{self._path}: '{name}' is not {span}.")
        return found

    def check(self, role_count: int) -> None:
        """Holds rows and swaps to the roles that there are, deeds to order. Raises TakeError."""
        frames = [entry.frame for entry in self.entries]
        swaps = [e.deed.role for e in self.entries if isinstance(e.deed, Swapped)]
        if len(self.rows) and self.rows["role"].max() >= role_count:
            raise TakeError(f"{self._path}: a frame names a policy that is not there.")
        if max(swaps, default=-1) >= role_count:
            raise TakeError(f"{self._path}: a swap names a policy that is not there.")
        if frames != sorted(frames):
            raise TakeError(f"{self._path}: its deeds are out of order.")


def _deed(kind: str, fields: dict[str, Any]) -> Deed:
    numbers = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    if kind == BoxPut.__name__:
        return BoxPut(**numbers | {"box": fields["box"] and Box(**fields["box"])})
    return _DEEDS[kind](**numbers)


def _wrong_skills(skills: tuple[SkillName, ...]) -> Iterator[str]:
    for skill in skills:
        texts = isinstance(skill.name, str) and isinstance(skill.title, str)
        if not texts or not 0 < skill.duration < 1e5 or not 0 <= skill.speed < 1e3:
            yield "a skill has no name, speed or duration"


def _wrong_rows(rows: np.ndarray, skills: tuple[SkillName, ...]) -> Iterator[str]:
    numbers = ("physics", "action", "shift", "start", "friction", "gravity", "clip_time")
    if not all(np.isfinite(rows[name]).all() for name in numbers):
        yield "it holds numbers that are not finite"
    if len(skills) > MOST_SKILLS or not possible(rows["mind"], len(skills)):
        yield "a frame tells of skills that are not there"
    if not (np.isfinite(rows["steering"]).all() and (rows["steering"][:, 2] > 0).all()):
        yield "a frame is steered by numbers that cannot be"
    if (rows["role"] < 0).any():
        yield "a frame names a policy that is not there"
    if ((rows["contacts"] < 0) | (rows["contacts"] > MOST_CONTACTS)).any():
        yield f"a frame has more than {MOST_CONTACTS} contacts"
    for side, mass in set(zip(rows["box_side"].tolist(), rows["box_mass"].tolist(), strict=True)):
        if side != 0 and not Box(side, mass).possible:
            yield "a frame has a box of a size that cannot be"


def _wrong_roles(roles: tuple[Role, ...]) -> Iterator[str]:
    for role in roles:
        if not all(isinstance(n, str) for n in (role.policy, role.critic or "", role.sha256)):
            yield "a policy has no name"
        if role.touching - set(range(len(NAMES))):
            yield "a policy names a body that is not there"
        times, poses = role.clip.times, role.clip.poses
        rising = times.ndim == 1 and len(times) > 1 and (np.diff(times) > 0).all()
        finite = np.isfinite(times).all() and np.isfinite(poses).all()
        if not rising or not finite or poses.shape != (len(times), POSE_SIZE):
            yield f"the clip {role.clip.name} is no motion of the character"


def _wrong(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        if sentence := doubt(entry.deed):
            yield sentence.rstrip(".")
