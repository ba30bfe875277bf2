"""The last minutes of a character: a ring of rows allocated once, one row a frame.

A row holds what the simulation goes on from to the bit, what was decided and what is shown:
3.4 kB. Five minutes at 30 decisions a second are 9,001 rows, 30 MB, for ever.
"""

from __future__ import annotations

import numpy as np

from character.anatomy import ACTION_SIZE, MOST_CONTACTS, POLICY_HZ, POSE_SIZE, RATE_SIZE
from character.box import PLACE
from character.deeds import Box
from character.drive.mind import MOST_SKILLS, Mind
from character.drive.mind import SIZE as MIND_SIZE
from character.reward import WEIGHTS
from character.steering import STRAIGHT, Steering
from character.step import Snapshot, Step

_BARE = 1 + POSE_SIZE + RATE_SIZE + RATE_SIZE
_BOXED = _BARE + 7 + 6 + 6
NO_FRAME = -1

ROW = np.dtype(
    [
        ("physics", "f8", _BOXED),
        ("start", "f8"),
        ("steps", "i8"),
        ("shift", "f8", 2),
        ("friction", "f8"),
        ("gravity", "f8"),
        ("box_side", "f8"),
        ("box_mass", "f8"),
        ("role", "i4"),
        ("cut", "?"),
        ("fallen", "?"),
        ("fell_at", "i8"),
        ("clip_time", "f8"),
        ("action", "f8", ACTION_SIZE),
        ("torques", "f8", RATE_SIZE - 6),
        ("reference_pose", "f8", POSE_SIZE),
        ("reference_rates", "f8", RATE_SIZE),
        ("reward", "f8", len(WEIGHTS)),
        ("value", "f8"),
        ("contacts", "i4"),
        ("contact", "f4", (MOST_CONTACTS, 2, 3)),
        ("steering", "f8", 3),
        ("mind", "f8", MIND_SIZE),
        ("values", "f4", MOST_SKILLS),
    ]
)
"""physics: as in Snapshot, padded with zeros while there is no box; box_side is 0 then.

role: number of who decides. contact: point, m, and force, N, of the first ``contacts``. value: NaN
without critic. steering: heading, turn and pace. mind: a driver's. values: of its skills.
"""
DRIVEN = ("steering", "mind", "values")
"""What a row tells of a driver."""


def undriven(count: int) -> np.ndarray:
    """Rows (count,) of zeros that tell of no driver."""
    rows = np.zeros(count, ROW)
    rows["steering"] = [STRAIGHT.heading, STRAIGHT.turn, STRAIGHT.pace]
    rows["mind"], rows["values"] = Mind().numbers(), np.nan
    return rows


class Memory:
    """Frames ``first`` to ``last``; the oldest gives way to the newest."""

    def __init__(self, seconds: float) -> None:
        self._rows = np.zeros(max(round(seconds * POLICY_HZ), 1) + 1, ROW)
        self.first, self.last = 0, NO_FRAME

    @property
    def capacity(self) -> int:
        """How many frames there is room for."""
        return len(self._rows)

    @property
    def bytes(self) -> int:
        """The room that they have, for ever."""
        return self._rows.nbytes

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and self.first <= frame <= self.last

    def __getitem__(self, frame: int) -> np.void:
        """The row of a remembered frame, to read."""
        row: np.void = self._rows[frame % self.capacity]
        return row

    def append(self) -> np.void:
        """The row of a new frame, to fill."""
        self.last += 1
        self.first = max(self.first, self.last - self.capacity + 1)
        return self[self.last]

    def truncate(self, frame: int) -> None:
        """Forgets what came after ``frame``."""
        self.last = frame

    def forget_before(self, frame: int) -> None:
        """Forgets what came before ``frame``."""
        self.first = frame

    def between(self, first: int, last: int) -> np.ndarray:
        """A copy of the rows of frames ``first`` to ``last``."""
        rows: np.ndarray = self._rows[np.arange(first, last + 1) % self.capacity]
        return rows

    def fill(self, first: int, rows: np.ndarray) -> None:
        """Remembers ``rows`` from frame ``first`` on, as many of the last as there is room for."""
        kept = rows[-self.capacity :]
        self.last = first + len(rows) - 1
        self.first = self.last - len(kept) + 1
        self._rows[np.arange(self.first, self.last + 1) % self.capacity] = kept


def write(
    row: np.void,
    snapshot: Snapshot,
    step: Step,
    contacts: tuple[np.ndarray, np.ndarray],
    value: float,
    role: int,
    cut: bool,
    fell_at: int,
    mind: Mind,
    values: np.ndarray,
) -> None:
    """Fills ``row`` with a frame."""
    size = len(snapshot.physics)
    row["physics"][:size], row["physics"][size:] = snapshot.physics, 0
    row["start"], row["steps"], row["shift"] = snapshot.start, snapshot.steps, snapshot.shift
    row["friction"], row["gravity"] = snapshot.friction, snapshot.gravity
    box = snapshot.box or Box(0, 0)
    row["box_side"], row["box_mass"] = box.side, box.mass
    row["role"], row["cut"], row["fell_at"] = role, cut, fell_at
    row["fallen"], row["clip_time"] = step.fallen, step.clip_time
    row["action"], row["torques"], row["value"] = step.action, step.torques, value
    row["reference_pose"], row["reference_rates"] = step.reference.pose, step.reference.rates
    row["reward"] = [getattr(step.reward, term) for term in WEIGHTS]
    steering = snapshot.steering
    row["steering"] = steering.heading, steering.turn, steering.pace
    row["mind"], row["values"] = mind.numbers(), np.nan
    row["values"][: len(values)] = values
    points, forces = contacts
    row["contacts"] = len(points)
    row["contact"][: len(points), 0], row["contact"][: len(points), 1] = points, forces


def box_of(row: np.void) -> Box | None:
    """The box in the world of a row."""
    return Box(float(row["box_side"]), float(row["box_mass"])) if row["box_side"] else None


def place_of(row: np.void) -> tuple[np.ndarray, np.ndarray]:
    """MuJoCo's coordinates (43,) and velocities (34,) of the character in a row."""
    boxed = PLACE.stop - PLACE.start if row["box_side"] else 0
    at = 1 + POSE_SIZE + boxed
    return row["physics"][1 : 1 + POSE_SIZE], row["physics"][at : at + RATE_SIZE]


def steering_of(row: np.void) -> Steering:
    """How the world is turned in a row."""
    return Steering(*row["steering"].tolist())


def snapshot_of(row: np.void) -> Snapshot:
    """What the simulation goes on from in a row."""
    box = box_of(row)
    return Snapshot(
        physics=row["physics"][: _BOXED if box else _BARE].copy(),
        start=float(row["start"]),
        steps=int(row["steps"]),
        shift=row["shift"].copy(),
        steering=steering_of(row),
        fallen=bool(row["fallen"]),
        pushing={},
        friction=float(row["friction"]),
        gravity=float(row["gravity"]),
        box=box,
    )
