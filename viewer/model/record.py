"""What the character told, by frame: for the lanes of the timeline and the motion models.

No Qt. As many frames as the character itself remembers; 0.6 kB each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from character.anatomy import ACTION_SIZE, NAMES, POLICY_HZ
from character.canonical import in_place
from character.drive.mind import MOST_SKILLS, Mind
from character.drive.state import DriveState, SkillName
from character.live.messages import CharacterFrame, MemoryState
from character.live.recent import RecentMotion
from character.live.take import Take
from character.step import effort
from motion.canonical import JOINTS
from motion.features import phase_frames
from motion.restyling.live import NEEDED

from .live_restyle_job import LiveContent

REWARDS = ("total", "pose", "velocity", "end_effector", "root", "com")
FRAME_TIME = 1 / POLICY_HZ
NO_SKILL = -1
_RECENT = 91  # frames that bear on the newest window of the motion models

_ROW = np.dtype(
    [
        ("cut", "?"),
        ("fallen", "?"),
        ("value", "f4"),
        ("reward", "f4", len(REWARDS)),
        ("effort", "f4", len(NAMES)),
        ("action", "f4", ACTION_SIZE),
        ("positions", "f4", (len(JOINTS), 3)),
        ("phase", "f4", 2),
        ("skill", "i1"),
        ("wanted", "i1"),
        ("down", "?"),
        ("skill_values", "f4", MOST_SKILLS),
        ("change", "f4", 2),
    ]
)
"""skill, wanted: numbers among the record's skills, or NO_SKILL. change: where a skill took over,
the phase of its clip and what its critic expected; NaN where none did."""


@dataclass(frozen=True, eq=False)
class RestoredTake:
    """What the window needs of a take: its rows (N,), DeepPhase's inputs (N, 132), its skills."""

    first: int
    rows: np.ndarray
    phase_inputs: np.ndarray
    skills: tuple[SkillName, ...] = ()


def restored(take: Take) -> RestoredTake:
    """Reads a take for a record; a second or so for five minutes. A cut begins a new motion."""
    strips, positions = take.strips(), take.positions()
    rows = np.zeros(len(positions), _ROW)
    for name in ("cut", "fallen", "value", "action"):
        rows[name] = strips[name]
    rows["reward"] = np.stack([strips[name] for name in REWARDS], axis=1)
    rows["effort"] = effort(strips["torques"])
    rows["positions"], rows["phase"] = positions, np.nan
    _restore_drive(rows, take)
    starts = np.flatnonzero(rows["cut"])
    parts = np.split(positions, starts[starts > 0])
    inputs = np.concatenate([phase_frames(part, FRAME_TIME) for part in parts])
    return RestoredTake(take.first, rows, inputs, take.skills)


def _restore_drive(rows: np.ndarray, take: Take) -> None:
    """Who performed, what was awaited and what the critics expected, of every row of ``take``."""
    rows["skill"], rows["wanted"] = NO_SKILL, NO_SKILL
    rows["skill_values"], rows["change"] = np.nan, np.nan
    if not take.skills:
        return
    count = len(take.skills)
    rows["skill_values"][:, :count] = take.rows["values"][:, :count]
    for row, numbers in zip(rows, take.rows["mind"], strict=True):
        mind = Mind.of(numbers)
        row["skill"], row["wanted"], row["down"] = mind.skill, mind.wanted, mind.fallen
        if mind.skill != NO_SKILL and np.isfinite(mind.taken):
            moment = take.skills[mind.skill].moment(mind.taken, mind.taken_value)
            row["change"] = moment.phase, moment.value


class Record:
    """Frames ``first`` to ``last`` of the take; a frame resumed from forgets what came after it."""

    def __init__(self, frame: CharacterFrame) -> None:
        self._rows = np.zeros(frame.memory.capacity, _ROW)
        self._rows["phase"] = np.nan
        self.skills: tuple[SkillName, ...] = ()
        self.memory: MemoryState = frame.memory
        self.add(frame)

    @property
    def first(self) -> int:
        return self.memory.first

    @property
    def last(self) -> int:
        return self.memory.last

    def add(self, frame: CharacterFrame) -> None:
        """Keep what ``frame`` tells; of a remembered one only the state of the memory."""
        self.memory = frame.memory
        if frame.shown or frame.replaying:
            return
        row, terms = self._rows[frame.frame % len(self._rows)], frame.step.reward.terms
        row["cut"], row["fallen"] = frame.cut, frame.step.fallen
        row["value"] = np.nan if frame.value is None else frame.value
        row["reward"] = [terms[name] for name in REWARDS]
        row["effort"], row["action"] = frame.effort, frame.step.action
        row["positions"], row["phase"] = frame.positions, np.nan
        self._note_drive(row, frame.drive)

    def _note_drive(self, row: np.void, drive: DriveState | None) -> None:
        row["skill"] = row["wanted"] = NO_SKILL
        row["down"], row["skill_values"], row["change"] = False, np.nan, np.nan
        if drive is None:
            return
        self.skills = drive.skills[:MOST_SKILLS]
        numbers = {skill.name: number for number, skill in enumerate(self.skills)}
        row["skill"] = numbers.get(drive.skill, NO_SKILL)
        row["wanted"] = numbers.get(drive.wanted or "", NO_SKILL)
        row["down"] = drive.fallen
        values = drive.values[:MOST_SKILLS]
        row["skill_values"][: len(values)] = values
        if drive.changed is not None:
            row["change"] = drive.changed.phase, drive.changed.value

    def restore(self, take: RestoredTake, frame: CharacterFrame) -> None:
        """Hold a take, which the character remembers now up to ``frame``."""
        self.memory, self.skills = frame.memory, take.skills
        kept = np.arange(max(self.first, take.first), self.last + 1)
        self._rows[kept % len(self._rows)] = take.rows[kept - take.first]

    def at(self, name: str, frames: np.ndarray) -> np.ndarray:
        """The column ``name`` (N, ...) of remembered ``frames`` (N,)."""
        found: np.ndarray = self._rows[name][frames % len(self._rows)]
        return found

    def changes_between(self, first: int, last: int) -> list[int]:
        """The remembered frames from ``first`` to ``last`` at which a skill took over."""
        frames = np.arange(max(first, self.first), min(last, self.last) + 1)
        found: list[int] = frames[np.isfinite(self.at("change", frames)[:, 0])].tolist()
        return found

    def change_at(self, frame: int) -> tuple[float, float]:
        """The phase of the clip at which a skill took over, and what its critic expected."""
        phase, value = self.at("change", np.array([frame]))[0].tolist()
        return phase, value

    def awaited_since(self, frame: int) -> int:
        """The first of the frames, up to ``frame``, at which what happens there was awaited."""
        frames = np.arange(self.first, frame)
        still = self.at("wanted", frames) == NO_SKILL
        return int(frames[still][-1]) + 1 if still.any() else self.first

    def awaited_until(self, frame: int) -> int | None:
        """The frame at which no change is awaited any more that is at ``frame``; None for none."""
        frames = np.arange(frame, self.last + 1)
        over = frames[self.at("wanted", frames) == NO_SKILL]
        return int(over[0]) if len(over) and over[0] != frame else None

    def recoveries(self) -> list[int]:
        """The frames at which whoever had fallen stood again, but for cuts."""
        frames = np.arange(self.first, self.last + 1)
        down = self.at("down", frames).astype(np.int8)
        up = (np.diff(down, prepend=down[:1]) == -1) & ~self.at("cut", frames)
        found: list[int] = frames[up].tolist()
        return found

    def falls(self) -> list[int]:
        """The frames at which the character first lay down after each cut."""
        frames = np.arange(self.first, self.last + 1)
        fallen = self.at("fallen", frames).astype(np.int8)
        return (np.flatnonzero(np.diff(fallen, prepend=0) == 1) + self.first).tolist()

    def note_phase(self, frame: int, x: float, y: float) -> None:
        """What DeepPhase says of a frame."""
        if self.first <= frame <= self.last:
            self._rows["phase"][frame % len(self._rows)] = x, y

    def note_phases(self, frames: np.ndarray, phases: np.ndarray) -> None:
        """What DeepPhase says (N, 2) of ``frames`` (N,)."""
        for frame, (x, y) in zip(frames.tolist(), phases.tolist(), strict=True):
            self.note_phase(frame, x, y)

    def phase_motion(self) -> tuple[np.ndarray, np.ndarray]:
        """DeepPhase (N, 2), the line through what is known, and joints (N, 22, 3) of every frame.

        None at all before DeepPhase has said anything.
        """
        frames = np.arange(self.first, self.last + 1)
        found = self.at("phase", frames)
        known = np.flatnonzero(np.isfinite(found[:, 0]))
        if not len(known):
            return found[:0], self.at("positions", frames[:0])
        steps = np.arange(len(found))
        columns = [np.interp(steps, known, found[known, c]) for c in range(2)]
        return np.stack(columns, axis=1).astype(np.float32), self.at("positions", frames)

    def gaps(self, most: int) -> np.ndarray:
        """Frames (N,) that DeepPhase was not asked about, ``most`` at most, the newest left out.

        A cut has no velocity yet, and so no phase.
        """
        frames = np.arange(self.first + 1, self.last - 1)
        missing = np.isnan(self.at("phase", frames)[:, 0]) & ~self.at("cut", frames)
        return frames[missing][:most]

    def pose(self, frame: int) -> np.ndarray | None:
        """The canonical pose (22, 3) at a frame; None where it is not known."""
        poses = self.recent(frame, 1)
        return poses[0] if len(poses) else None

    def recent(self, frame: int, most: int) -> np.ndarray:
        """The canonical poses (N, 22, 3) up to a frame since the last cut, ``most`` at most; none
        where it is not known."""
        if not self.first <= frame <= self.last:
            return self.at("positions", np.arange(0))
        frames = np.arange(max(self.first, frame - most + 1), frame + 1)
        cuts = np.flatnonzero(self.at("cut", frames))
        return self.at("positions", frames[cuts[-1] if len(cuts) else 0 :])

    def motions(self) -> list[np.ndarray]:
        """The canonical poses (N, 22, 3) of all frames, parted at cuts."""
        frames = np.arange(self.first, self.last + 1)
        starts = np.flatnonzero(self.at("cut", frames))
        return np.split(self.at("positions", frames), starts[starts > 0])

    def phase_frame(self, frame: int) -> np.ndarray | None:
        """DeepPhase's input (132,) at a frame; None where it is not known."""
        return self._recent(frame, "phase_frame")

    def content(self, frame: int) -> LiveContent | None:
        """What can be restyled of a frame, where the character is; None where it is not known."""
        if not self.first <= frame <= self.last:
            return None
        return LiveContent(frame, in_place(self.recent(frame, NEEDED)))

    def window(self, frame: int) -> np.ndarray | None:
        """The encoder's input (60, 73): the two seconds up to a frame; None where it is shorter."""
        return self._recent(frame, "window")

    def _recent(self, frame: int, what: str) -> np.ndarray | None:
        if not self.first <= frame <= self.last:
            return None
        recent = RecentMotion()
        frames = np.arange(max(self.first, frame - _RECENT + 1), frame + 1)
        for positions, cut in zip(
            self.at("positions", frames), self.at("cut", frames), strict=True
        ):
            recent.add(positions, cut=bool(cut))
        found: np.ndarray | None = getattr(recent, what)()
        return found
