"""What is compared on the stage, as a person chose it; no Qt.

Up to four slots, A to D, each in a viewport of its own or all in one. A is what is on stage, and
its time is the clock of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Layout = Literal["single", "two", "four", "overlay"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
AlignBy = Literal["time", "phase", "marker"]
ALIGNMENTS: tuple[AlignBy, ...] = get_args(AlignBy)
SlotKind = Literal["nothing", "stage", "clip", "restyled", "latent", "character"]
SLOT_KINDS: tuple[SlotKind, ...] = get_args(SlotKind)
NAMES = "ABCD"
SLOTS = len(NAMES)
MOST_OFFSET_S = 600.0
_SEEN: dict[Layout, int] = {"single": 1, "two": 2, "four": SLOTS, "overlay": SLOTS}


@dataclass(frozen=True)
class Slot:
    """What one of them shows.

    clip: the file of an open clip, as it is or restyled. offset_s: how much later than A it is,
    where they are aligned by time. Of A the kind is "stage", or "clip" for the clip on stage as it
    is, whatever it wears.
    """

    kind: SlotKind = "nothing"
    clip: Path | None = None
    offset_s: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """linked: all are seen from where A is, else each from its own camera. difference: how far the
    joints are from those of A is painted on the others."""

    layout: Layout = "single"
    slots: tuple[Slot, ...] = (Slot("stage"), Slot(), Slot(), Slot())
    align: AlignBy = "time"
    linked: bool = True
    difference: bool = True

    @property
    def comparing(self) -> bool:
        """Whether there is more than what is on stage."""
        return self.layout != "single"

    @property
    def viewports(self) -> int:
        """How many pictures stand side by side."""
        return 1 if self.layout == "overlay" else _SEEN[self.layout]

    @property
    def seen(self) -> tuple[Slot, ...]:
        """The slots that are in sight, A first."""
        return self.slots[: _SEEN[self.layout]]

    @property
    def plain(self) -> bool:
        """Whether the clip on stage is seen as it is, whatever it wears."""
        return self.comparing and self.slots[0].kind == "clip"

    @property
    def clips(self) -> frozenset[Path]:
        """The files of the clips that slots show."""
        return frozenset(slot.clip for slot in self.slots if slot.clip is not None)
