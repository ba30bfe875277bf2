"""A take: remembered frames with all that led to them, to save, to go on from, to export."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from character.anatomy import MOST_CONTACTS, NAMES, POLICY_HZ, POSE_SIZE, QPOS
from character.canonical import canonical_joints, retargeted
from character.deeds import (
    Box,
    BoxPut,
    Deed,
    Entry,
    PushNow,
    SetFriction,
    SetGravity,
    StartAt,
    Swapped,
    doubt,
)
from character.reference import ReferenceClip
from character.reward import WEIGHTS
from character.skeleton import character_clip, world_of
from motion.clip import Clip
from motion.npz import NpzError, read_npz, write_npz

from .memory import ROW
from .role import Role

SCHEMA, VERSION = "stridescope.take", 2
_MOST_FRAMES = 1_000_000_000
_DEEDS: dict[str, Callable[..., Deed]] = {
    deed.__name__: deed for deed in (PushNow, SetFriction, SetGravity, StartAt, Swapped)
}


class TakeError(ValueError):
    """A file that is no take: one sentence with the file and what is wrong."""


@dataclass(frozen=True, eq=False)
class Take:
    """Frames ``first`` and on. rows (N,): ``memory.ROW``. entries: what was done, in world axes.

    roles: who decided; a row names its role by number.
    """

    first: int
    rows: np.ndarray
    entries: tuple[Entry, ...]
    roles: tuple[Role, ...]

    @property
    def frames(self) -> tuple[int, int]:
        """The first and the last frame."""
        return self.first, self.first + len(self.rows) - 1

    def part(self, first: int, last: int) -> Take:
        """Frames ``first`` to ``last`` of it."""
        rows = self.rows[first - self.first : last - self.first + 1]
        entries = tuple(entry for entry in self.entries if entry.frame <= last)
        return replace(self, first=first, rows=rows, entries=entries)

    def recast(self, names: Mapping[str, str], critics: Mapping[str, str | None]) -> Take:
        """The same under policies and critics that the worker knows by other names.

        critics: by the old name of the policy; None where there is none any more.
        """

        def renamed(entry: Entry) -> Entry:
            match entry.deed:
                case Swapped(policy, role, time):
                    return Entry(entry.frame, Swapped(names.get(policy, policy), role, time))
            return entry

        roles = tuple(
            replace(
                role,
                policy=names.get(role.policy, role.policy),
                critic=role.critic and critics.get(role.policy, role.critic),
            )
            for role in self.roles
        )
        return replace(self, roles=roles, entries=tuple(map(renamed, self.entries)))

    @property
    def last_role(self) -> Role:
        """Who decides in the last frame."""
        return self.roles[int(self.rows[-1]["role"])]

    def poses(self) -> np.ndarray:
        """Poses (N, 43)."""
        poses: np.ndarray = self.rows["physics"][:, 1 : 1 + POSE_SIZE][:, QPOS]
        return poses

    def clip(self, name: str = "take") -> Clip:
        """The motion on the character's own skeleton, 30 frames a second."""
        return character_clip(self.poses(), 1 / POLICY_HZ, name)

    def positions(self) -> np.ndarray:
        """The canonical human doing the same: (N, 22, 3) float32."""
        return retargeted(*world_of(self.clip()))

    def strips(self) -> dict[str, np.ndarray]:
        """By name (N, ...): time s, value (NaN without critic), reward terms, action, torques,
        fallen, cut, fell_at, friction, gravity, role."""
        terms = {term: self.rows["reward"][:, column] for column, term in enumerate(WEIGHTS)}
        total = self.rows["reward"] @ np.array(list(WEIGHTS.values()))
        kept = ("action", "torques", "fallen", "cut", "fell_at", "friction", "gravity", "role")
        return {
            "time": np.arange(self.first, self.first + len(self.rows)) / POLICY_HZ,
            "value": self.rows["value"],
            **terms,
            "total": total,
            **{name: self.rows[name] for name in kept},
        }

    def save(self, path: Path) -> None:
        """Writes the take as NPZ, whole or not at all. Raises CannotWrite."""
        write_npz(path, self._arrays())

    def to_bytes(self) -> bytes:
        """What ``save`` writes."""
        file = BytesIO()
        np.savez_compressed(file, **self._arrays())
        return file.getvalue()

    def _arrays(self) -> dict[str, Any]:
        clips = list(dict.fromkeys(role.clip for role in self.roles))
        about = {
            "first": self.first,
            "entries": [[e.frame, type(e.deed).__name__, asdict(e.deed)] for e in self.entries],
            "roles": [
                {"policy": r.policy, "critic": r.critic, "clip": clips.index(r.clip),
                 "touching": sorted(r.touching), "sha256": r.sha256}
                for r in self.roles
            ],
            "clips": [{"name": clip.name, "loop": clip.loop} for clip in clips],
        }  # fmt: skip
        arrays: dict[str, Any] = {"schema": SCHEMA, "version": VERSION, "about": json.dumps(about)}
        for number, clip in enumerate(clips):
            arrays[f"clip{number}_times"] = clip.times
            arrays[f"clip{number}_poses"] = clip.poses
        rows = {name: self.rows[name] for name in ROW.fields or ()}
        joints, rotations = world_of(self.clip())
        derived = {
            "frame_time": 1 / POLICY_HZ,
            "time": self.strips()["time"],
            "pose": self.poses(),
            "joints": joints,
            "rotations": rotations,
            "positions": canonical_joints(joints, rotations),
            "reward_names": np.array(list(WEIGHTS)),
        }
        return arrays | rows | derived

    @staticmethod
    def load(path: Path) -> Take:
        """Reads a take. Raises TakeError, and OSError when unreadable."""
        with path.open("rb") as file:
            return _take(file, str(path))

    @staticmethod
    def from_bytes(data: bytes, name: str) -> Take:
        """Reads what ``to_bytes`` gave; ``name`` stands in a TakeError."""
        return _take(BytesIO(data), name)


def open_take(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a take, or of a recording of ``main.py simulate``; both have pose (N, 43).

    Raises TakeError, and OSError when unreadable.
    """
    with path.open("rb") as file:
        return _open(file, str(path))


def _take(file: BinaryIO, path: str) -> Take:
    try:
        return _read(_open(file, path), path)
    except (KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise TakeError(f"{path}: not a whole take: {error!r}.") from None


def _open(file: BinaryIO, path: str) -> dict[str, np.ndarray]:
    try:
        arrays = read_npz(file, title=path)
    except NpzError as error:
        raise TakeError(str(error)) from error
    if str(arrays.get("schema")) != SCHEMA:
        raise TakeError(f"{path}: not a take: its schema is not {SCHEMA}.")
    pose = arrays.get("pose", np.zeros(0))
    if pose.ndim != 2 or pose.shape[1] != POSE_SIZE or not len(pose) or pose.dtype.kind != "f":
        raise TakeError(f"{path}: 'pose' is {pose.dtype} {list(pose.shape)}, expected [N, 43].")
    if not np.isfinite(pose).all():
        raise TakeError(f"{path}: 'pose' holds numbers that are not finite.")
    return arrays


def _read(arrays: dict[str, np.ndarray], path: str) -> Take:
    version = int(arrays["version"])
    if version != VERSION:
        raise TakeError(f"{path}: version {version}, expected {VERSION}; it can only be exported.")
    try:
        about = json.loads(str(arrays["about"]))
    except (ValueError, RecursionError):
        raise TakeError(f"{path}: 'about' is no JSON.") from None
    rows = np.zeros(len(arrays["pose"]), ROW)
    for name in ROW.names or ():
        stored, place = arrays[name], rows[name]
        if stored.shape != place.shape or stored.dtype != place.dtype:
            found = f"{stored.dtype} {list(stored.shape)}"
            expected = f"{place.dtype} {list(place.shape)}"
            raise TakeError(f"{path}: '{name}' is {found}, expected {expected}.")
        rows[name] = stored
    clips: list[ReferenceClip] = [
        ReferenceClip(str(c["name"]), bool(c["loop"]), arrays[f"clip{n}_times"],
                      arrays[f"clip{n}_poses"])
        for n, c in enumerate(about["clips"])
    ]  # fmt: skip
    roles = tuple(
        Role(r["policy"], r["critic"], clips[r["clip"]], frozenset(r["touching"]), r["sha256"])
        for r in about["roles"]
    )
    entries = tuple(Entry(int(e[0]), _deed(e[1], e[2])) for e in about["entries"])
    first = max(int(about["first"]), 0)
    if first > _MOST_FRAMES:
        raise TakeError(f"{path}: it begins at a frame over {_MOST_FRAMES:,}.")
    for wrong in _wrong(rows, clips, roles, entries):
        raise TakeError(f"{path}: {wrong}.")
    return Take(first, rows, entries, roles)


def _deed(kind: str, fields: dict[str, Any]) -> Deed:
    numbers = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    if kind == BoxPut.__name__:
        return BoxPut(**numbers | {"box": fields["box"] and Box(**fields["box"])})
    return _DEEDS[kind](**numbers)


def _wrong(
    rows: np.ndarray,
    clips: list[ReferenceClip],
    roles: tuple[Role, ...],
    entries: tuple[Entry, ...],
) -> Iterator[str]:
    """What a simulation could not go on from."""
    numbers = ("physics", "action", "shift", "start", "friction", "gravity", "clip_time")
    if not all(np.isfinite(rows[name]).all() for name in numbers):
        yield "it holds numbers that are not finite"
    if rows["role"].min() < 0 or rows["role"].max() >= len(roles):
        yield "a frame names a policy that is not there"
    if rows["contacts"].min() < 0 or rows["contacts"].max() > MOST_CONTACTS:
        yield f"a frame has more than {MOST_CONTACTS} contacts"
    side, mass = rows["box_side"], rows["box_mass"]
    if not ((side == 0) | ((0 < side) & (side <= 1) & (0 < mass) & (mass <= 200))).all():
        yield "a frame has a box of a size that cannot be"
    if not all(
        isinstance(name, str) for r in roles for name in (r.policy, r.critic or "", r.sha256)
    ):
        yield "a policy has no name"
    if any(r.touching - set(range(len(NAMES))) for r in roles):
        yield "a policy names a body that is not there"
    for clip in clips:
        rising = clip.times.ndim == 1 and len(clip.times) > 1 and (np.diff(clip.times) > 0).all()
        finite = np.isfinite(clip.times).all() and np.isfinite(clip.poses).all()
        if not rising or not finite or clip.poses.shape != (len(clip.times), POSE_SIZE):
            yield f"the clip {clip.name} is no motion of the character"
    for entry in entries:
        match entry.deed:
            case Swapped(_, role) if role >= len(roles):
                yield "a swap names a policy that is not there"
            case deed if doubt(deed):
                yield doubt(deed).rstrip(".")
