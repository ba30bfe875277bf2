"""Where feet slide over the ground that should stand on it, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion.curves import runs

SLIDING = 0.25
"""Metres a second over the ground from which a foot in contact slides."""
FEET = ("left", "right")
_GAP_S = 0.05
"""Slides of a foot that are no further apart are one."""


@dataclass(frozen=True)
class Slide:
    """A foot in contact that slides, from frame ``first`` to ``last`` inclusive.

    worst: the frame at which it is fastest; speed: m/s there. slid_m: how far it slides in all,
    metres. time_s: of ``worst``.
    """

    foot: str
    first: int
    last: int
    worst: int
    time_s: float
    speed: float
    slid_m: float

    def __str__(self) -> str:
        return (
            f"{self.time_s:.2f} s: {self.foot} foot, {self.speed:.2f} m/s, "
            f"{100 * self.slid_m:.1f} cm in {self.last - self.first + 1} frames"
        )


def slides(
    skate: np.ndarray, frame_time: float, least: float = SLIDING, most: int | None = None
) -> tuple[Slide, ...]:
    """The slides of feet whose speeds over the ground in contact are ``skate`` (T, 2) m/s, NaN in
    the air (``motion.phase.stride.foot_skate``); by how far they slide, the farthest first.

    least: m/s from which a foot slides. most: no more than so many.
    """
    gap = max(round(_GAP_S / frame_time), 1)
    found = []
    for side, foot in enumerate(FEET):
        speed = skate[:, side]
        fast = np.nan_to_num(speed) >= least
        for first, last in _joined(runs(fast), gap):
            held = np.nan_to_num(speed[first:last])
            worst = first + int(held.argmax())
            slid = float(held.sum() * frame_time)
            time_s, fastest = worst * frame_time, float(speed[worst])
            found.append(Slide(foot, first, last - 1, worst, time_s, fastest, slid))
    found.sort(key=lambda slide: (-slide.slid_m, slide.first))
    return tuple(found[:most])


def _joined(parts: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """``parts`` [first, last) with those as one that are no more than ``gap`` frames apart."""
    found: list[tuple[int, int]] = []
    for first, last in parts:
        if found and first - found[-1][1] <= gap:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
