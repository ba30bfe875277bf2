"""A phase over time: angle, amplitude, frequency."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from motion.features import phase_amplitude, phase_angle

FREQUENCY_WINDOW_S = 0.5
"""Seconds of angle that a frequency is read from."""
_STRONG_PERCENTILE = 90
_LEAST_STRONG = 1e-6


class PhaseError(ValueError):
    """A phase that cannot be measured; the message is one sentence."""


@dataclass(frozen=True, eq=False)
class PhaseSeries:
    """DeepPhase outputs xy (T, 2), one every ``frame_time`` seconds, T >= 2, all finite.

    Raises PhaseError for anything else.
    """

    xy: np.ndarray
    frame_time: float

    def __post_init__(self) -> None:
        if self.xy.ndim != 2 or self.xy.shape[1] != 2:
            raise PhaseError(f"A phase has the shape (frames, 2), found {self.xy.shape}.")
        if len(self.xy) < 2:
            raise PhaseError(f"A phase needs two frames or more, found {len(self.xy)}.")
        if not 0 < self.frame_time < np.inf:
            raise PhaseError(f"Frames are more than 0 s apart, found {self.frame_time:g} s.")
        broken = ~np.isfinite(self.xy).all(axis=1)
        if broken.any():
            first, count = int(np.argmax(broken)), int(np.count_nonzero(broken))
            raise PhaseError(
                f"The phase is not a number in {count} of {len(self.xy)} frames, first in {first}."
            )

    def __len__(self) -> int:
        return len(self.xy)

    @property
    def time_s(self) -> np.ndarray:
        """Seconds (T,) from the first frame."""
        return np.arange(len(self.xy)) * self.frame_time

    @property
    def length_s(self) -> float:
        """Seconds from the first frame to the last."""
        return (len(self.xy) - 1) * self.frame_time

    @cached_property
    def turns(self) -> np.ndarray:
        """Angle (T,) float64 in turns, unwrapped: steps between frames are within half a turn."""
        return np.unwrap(phase_angle(np.asarray(self.xy, np.float64)) / (2 * np.pi), period=1.0)

    @cached_property
    def amplitude(self) -> np.ndarray:
        """Length (T,) of xy, no unit."""
        return phase_amplitude(np.asarray(self.xy, np.float64))

    @property
    def strong_amplitude(self) -> float:
        """The 90th percentile of the amplitude, never zero."""
        return max(float(np.percentile(self.amplitude, _STRONG_PERCENTILE)), _LEAST_STRONG)

    def frequency(self, window_s: float = FREQUENCY_WINDOW_S) -> np.ndarray:
        """Turns per second (T,): the least-squares slope of the angle over a window around each
        frame, one frame either side at least. At the ends the window is cut short.
        """
        turns, frames = self.turns, len(self.turns)
        half = max(1, round(window_s / 2 / self.frame_time))
        offsets = np.arange(-half, half + 1)
        found = np.empty(frames)
        if frames > 2 * half:
            weights = offsets / (offsets @ offsets)
            found[half : frames - half] = np.correlate(turns, weights, "valid")
        ends = [*range(min(half, frames)), *range(max(frames - half, half), frames)]
        for frame in ends:
            first, last = max(0, frame - half), min(frames, frame + half + 1)
            away = np.arange(first, last) - (first + last - 1) / 2
            found[frame] = away @ turns[first:last] / (away @ away)
        return found / self.frame_time


def wrapped(turns: np.ndarray) -> np.ndarray:
    """``turns`` (...) less whole ones, in -0.5..0.5."""
    return turns - np.round(turns)
