"""The pictures of the last five minutes, each with the stages that it took; and what was late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .language import tr

STAGES = ("queue", "inference", "scene", "wait", "upload", "draw", "swap")
MEANINGS = {
    "queue": tr("from asking the worker until it began"),
    "inference": tr("the worker's run: networks, and what else its job does"),
    "scene": tr("finding out what is to be seen, and building it"),
    "wait": tr("until the window came to paint, with the refreshes that it missed"),
    "upload": tr("handing the data of the picture to OpenGL"),
    "draw": tr("the calls that draw it"),
    "swap": tr("putting the window together, and waiting for the display"),
}
KEPT_S = 300.0
MOST = 72_000
"""Five minutes at 240 pictures a second: 3.5 MB."""

_ROW = np.dtype(
    [
        ("at", "f8"),
        ("stages", "f4", len(STAGES)),
        ("frame", "i4"),
        ("dropped", "i4"),
        ("work", "i2"),
        ("missed", "i2"),
    ]
)
_WIDEST = np.iinfo(np.int16).max


@dataclass(frozen=True)
class Picture:
    """One picture. at: seconds on the clock of the record. stages: seconds, in the order of STAGES.

    work: the model or the job whose answer it shows, "" for none. missed: refreshes of the display
    that went by without it. dropped: requests that were replaced since the picture before.
    """

    at: float
    frame: int
    work: str
    missed: int
    dropped: int
    stages: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(self.stages)

    @property
    def longest(self) -> str:
        """The stage that took the most."""
        return STAGES[int(np.argmax(self.stages))]


class PictureRecord:
    """A ring of MOST pictures, of which those of the last KEPT_S seconds count."""

    def __init__(self, most: int = MOST) -> None:
        self._rows = np.zeros(most, _ROW)
        self._names: list[str] = [""]
        self.count = 0

    def add(
        self,
        *,
        at: float,
        frame: int,
        work: str,
        missed: int,
        dropped: int,
        stages: Sequence[float],
    ) -> None:
        """Keep a picture; the fields are those of Picture."""
        row = self._rows[self.count % len(self._rows)]
        row["at"], row["stages"] = at, stages
        row["frame"], row["dropped"] = frame, dropped
        row["work"], row["missed"] = self._number(work), min(missed, _WIDEST)
        self.count += 1

    def _number(self, name: str) -> int:
        if name not in self._names and len(self._names) < _WIDEST:
            self._names.append(name)
        return self._names.index(name) if name in self._names else 0

    def last(self, seconds: float, now: float) -> np.ndarray:
        """Numbers (N,) of the kept pictures shown within ``seconds`` before ``now``, in order."""
        kept = np.arange(max(self.count - len(self._rows), 0), self.count)
        at = self._rows["at"][kept % len(self._rows)]
        return kept[np.searchsorted(at, now - min(seconds, KEPT_S)) :]

    def at(self, numbers: np.ndarray) -> np.ndarray:
        """When each of ``numbers`` (N,) was on screen, seconds (N,)."""
        found: np.ndarray = self._rows["at"][numbers % len(self._rows)]
        return found

    def seconds(self, numbers: np.ndarray) -> np.ndarray:
        """What each of ``numbers`` (N,) took, seconds (N,)."""
        found: np.ndarray = self._rows["stages"][numbers % len(self._rows)].sum(axis=1)
        return found

    def frames(self, numbers: np.ndarray) -> np.ndarray:
        """The frame that each of ``numbers`` (N,) showed (N,)."""
        found: np.ndarray = self._rows["frame"][numbers % len(self._rows)]
        return found

    def missed(self, numbers: np.ndarray) -> np.ndarray:
        """The refreshes that each of ``numbers`` (N,) missed (N,)."""
        found: np.ndarray = self._rows["missed"][numbers % len(self._rows)]
        return found

    def picture(self, number: int) -> Picture | None:
        """The picture of that number; None once it is not kept any more."""
        if not max(self.count - len(self._rows), 0) <= number < self.count:
            return None
        row = self._rows[number % len(self._rows)]
        return Picture(
            float(row["at"]), int(row["frame"]), self._names[row["work"]], int(row["missed"]),
            int(row["dropped"]), tuple(row["stages"].tolist()),
        )  # fmt: skip

    def told(self, now: float) -> tuple[str, str]:
        """What came late and what was dropped in the last five minutes, and why; a text each."""
        numbers = self.last(KEPT_S, now)
        rows = self._rows[numbers % len(self._rows)]
        return _late(rows), _dropped(rows)


def _late(rows: np.ndarray) -> str:
    late = rows[rows["missed"] > 0]
    if not len(late):
        return tr(
            "Late: none of {count:,} pictures. Late is one that missed its refresh.",
            count=len(rows),
        )
    reasons = Counter(STAGES[n] for n in late["stages"].argmax(axis=1).tolist())
    why = ", ".join(f"{tr(stage)} ({count:,})" for stage, count in reasons.most_common(3))
    missed = int(late["missed"].sum())
    return tr(
        "Late: {count:,} of {of_all:,} pictures missed their refresh, "
        "{missed:,} refreshes in all; the motion skips them and keeps its "
        "time. What took the most: {why}.",
        count=len(late),
        of_all=len(rows),
        missed=missed,
        why=why,
    )


def _dropped(rows: np.ndarray) -> str:
    dropped = int(rows["dropped"].sum())
    if not dropped:
        return tr("Dropped: nothing. Dropped is a request that a newer one replaced unseen.")
    return tr(
        "Dropped: {dropped:,} requests, each replaced by a newer one "
        "before it was shown, as when a slider moves faster than the "
        "network answers. The newest always comes.",
        dropped=dropped,
    )
