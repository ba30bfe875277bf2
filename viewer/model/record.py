"""What the character told, by frame: for the lanes of the timeline and the motion models.

No Qt. As many frames as the character itself remembers; 0.6 kB each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from character.anatomy import ACTION_SIZE, NAMES, POLICY_HZ
from character.canonical import in_place
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
    ]
)


@dataclass(frozen=True, eq=False)
class RestoredTake:
    """What the window needs of a take: its rows (N,) and DeepPhase's inputs (N, 132)."""

    first: int
    rows: np.ndarray
    phase_inputs: np.ndarray


def restored(take: Take) -> RestoredTake:
    """Reads a take for a record; a second or so for five minutes. A cut begins a new motion."""
    strips, positions = take.strips(), take.positions()
    rows = np.zeros(len(positions), _ROW)
    for name in ("cut", "fallen", "value", "action"):
        rows[name] = strips[name]
    rows["reward"] = np.stack([strips[name] for name in REWARDS], axis=1)
    rows["effort"] = effort(strips["torques"])
    rows["positions"], rows["phase"] = positions, np.nan
    starts = np.flatnonzero(rows["cut"])
    parts = np.split(positions, starts[starts > 0])
    inputs = np.concatenate([phase_frames(part, FRAME_TIME) for part in parts])
    return RestoredTake(take.first, rows, inputs)


class Record:
    """Frames ``first`` to ``last`` of the take; a frame resumed from forgets what came after it."""

    def __init__(self, frame: CharacterFrame) -> None:
        self._rows = np.zeros(frame.memory.capacity, _ROW)
        self._rows["phase"] = np.nan
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

    def restore(self, take: RestoredTake, frame: CharacterFrame) -> None:
        """Hold a take, which the character remembers now up to ``frame``."""
        self.memory = frame.memory
        kept = np.arange(max(self.first, take.first), self.last + 1)
        self._rows[kept % len(self._rows)] = take.rows[kept - take.first]

    def at(self, name: str, frames: np.ndarray) -> np.ndarray:
        """The column ``name`` (N, ...) of remembered ``frames`` (N,)."""
        found: np.ndarray = self._rows[name][frames % len(self._rows)]
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
        if not self.first <= frame <= self.last:
            return None
        return self.at("positions", np.array([frame]))[0]

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
        frames = np.arange(max(self.first, frame - NEEDED + 1), frame + 1)
        cuts = np.flatnonzero(self.at("cut", frames))
        frames = frames[cuts[-1] if len(cuts) else 0 :]
        return LiveContent(frame, in_place(self.at("positions", frames)))

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
