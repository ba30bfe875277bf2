"""A take: remembered frames with all that led to them, to save, to go on from, to export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from character.anatomy import POLICY_HZ, POSE_SIZE, QPOS
from character.canonical import canonical_joints, retargeted
from character.deeds import PUSH_REACH, Entry, Swapped
from character.drive.state import SkillName
from character.reward import WEIGHTS
from character.skeleton import character_clip, world_of
from motion.clip import Clip
from motion.npz import write_npz

from .piece import Piece, chain
from .role import Role
from .stored import Stored, TakeError, open_arrays, to_arrays

SCHEMA, VERSION = "stridescope.take", 3
_READ = (2, VERSION)


@dataclass(frozen=True, eq=False)
class Take:
    """Frames ``first`` and on. rows (N,): ``memory.ROW``. entries: what was done, in world axes.

    roles: who decided; a row names its role by number. skills: of which a driver's mind in the rows
    tells by number; none for a character that was not driven.
    """

    first: int
    rows: np.ndarray
    entries: tuple[Entry, ...]
    roles: tuple[Role, ...]
    skills: tuple[SkillName, ...] = ()

    @property
    def frames(self) -> tuple[int, int]:
        """The first and the last frame."""
        return self.first, self.first + len(self.rows) - 1

    def part(self, first: int, last: int) -> Take:
        """Frames ``first`` to ``last`` of it, with all that was done and has effect in them."""
        rows = self.rows[first - self.first : last - self.first + 1]
        entries = tuple(e for e in self.entries if first - PUSH_REACH <= e.frame <= last)
        return replace(self, first=first, rows=rows, entries=entries)

    def recast(self, names: Mapping[str, str], critics: Mapping[str, str | None]) -> Take:
        """The same under policies and critics that the worker knows by other names.

        critics: by the old name of the policy; None where there is none any more.
        """

        def renamed(entry: Entry) -> Entry:
            """A swap to the policy by its other name."""
            match entry.deed:
                case Swapped(policy) as swap:
                    renamed = replace(swap, policy=names.get(policy, policy))
                    return Entry(entry.frame, renamed)
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
        about = {"first": self.first}
        kept = to_arrays(SCHEMA, VERSION, about, self.rows, self.entries, self.roles, self.skills)
        return kept | derived

    @staticmethod
    def load(path: Path) -> Take:
        """Reads a take. Raises TakeError, and OSError when unreadable."""
        with path.open("rb") as file:
            return _read(file, str(path))

    @staticmethod
    def from_bytes(data: bytes, name: str) -> Take:
        """Reads what ``to_bytes`` gave; ``name`` stands in a TakeError."""
        return _read(BytesIO(data), name)

    @staticmethod
    def join(pieces: Sequence[Piece]) -> Take:
        """The take that the memory would have given whole with the last of ``pieces``.

        In the order in which they were given, the first beyond nothing. Raises TakeError where
        one is missing.
        """
        found = chain(pieces)
        first, last = found[-1].first, found[-1].mark.frame
        rows: list[np.ndarray] = []
        entries: list[Entry] = []
        holds, deeds_hold = last, last
        for piece in reversed(found):
            rows.insert(0, piece.rows[: max(holds - piece.begin + 1, 0)])
            entries[:0] = [entry for entry in piece.entries if entry.frame <= deeds_hold]
            holds = min(holds, piece.after)
            deeds_hold = min(deeds_hold, piece.after - 1)
        whole = np.concatenate(rows)
        begin = last - len(whole) + 1
        if not begin <= first <= last:
            raise TakeError(f"Frames of the take before {begin} are missing in its pieces.")
        roles = _sharing_clips([role for piece in found for role in piece.roles])
        return Take(begin, whole, tuple(entries), roles, found[-1].skills).part(first, last)


def open_take(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a take, or of a recording of ``main.py simulate``; both have pose (N, 43).

    Raises TakeError, and OSError when unreadable.
    """
    with path.open("rb") as file:
        return _open(file, str(path))


def _open(file: BinaryIO, path: str) -> dict[str, np.ndarray]:
    arrays = open_arrays(file, SCHEMA, path)
    pose = arrays.get("pose", np.zeros(0))
    if pose.ndim != 2 or pose.shape[1] != POSE_SIZE or not len(pose) or pose.dtype.kind != "f":
        raise TakeError(f"{path}: 'pose' is {pose.dtype} {list(pose.shape)}, expected [N, 43].")
    if not np.isfinite(pose).all():
        raise TakeError(f"{path}: 'pose' holds numbers that are not finite.")
    return arrays


def _read(file: BinaryIO, path: str) -> Take:
    arrays = _open(file, path)
    version = arrays.get("version", np.zeros(()))
    if version.tolist() not in _READ:
        raise TakeError(f"{path}: version {version}, expected {VERSION}; it can only be exported.")
    stored = Stored(arrays, path)
    if len(stored.rows) != len(arrays["pose"]):
        raise TakeError(f"{path}: 'physics' and 'pose' are not of the same frames.")
    stored.check(len(stored.roles))
    return Take(stored.number("first"), stored.rows, stored.entries, stored.roles, stored.skills)


def _sharing_clips(roles: Sequence[Role]) -> tuple[Role, ...]:
    """``roles`` with one clip for all that imitate the same motion."""
    found: list[Role] = []
    for role in roles:
        clip = next((other.clip for other in found if other.clip.same(role.clip)), role.clip)
        found.append(replace(role, clip=clip))
    return tuple(found)
