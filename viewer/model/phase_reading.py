"""The phase of a clip as DeepPhase reads it, and what is wrong with it; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.runner import Runner
from motion.footfalls import Gait, gait
from motion.phase.lint import Anomaly, lint
from motion.phase.series import PhaseError, PhaseSeries
from motion.phase.thresholds import Thresholds, read_thresholds
from motion.phase.verdict import Verdict, verdict

from .clip import OpenMotion
from .notice import Refused, sentence
from .shipped import Track, run_chunked, untracked


@dataclass(frozen=True, eq=False)
class PhaseCheck:
    """A phase of T frames, the footfalls of its motion, its anomalies and the line about it."""

    series: PhaseSeries
    gait: Gait
    anomalies: tuple[Anomaly, ...]
    verdict: Verdict

    def by(self, thresholds: Thresholds) -> PhaseCheck:
        """The same phase and footfalls, checked by other thresholds."""
        return _check(self.series, self.gait, thresholds)


def human(motion: OpenMotion) -> tuple[np.ndarray, np.ndarray]:
    """Positions (T, 22, 3) and DeepPhase inputs (T, 132) of ``motion``.

    Raises Refused for a rig that is not human, with the joints that it lacks.
    """
    if motion.positions is None or motion.phase_frames is None:
        raise Refused(sentence(f"{motion.path}: {motion.not_human.split('. ')[0]}"))
    return motion.positions, motion.phase_frames


def read_phase(motion: OpenMotion, deepphase: Runner, track: Track = untracked) -> PhaseSeries:
    """The phase of every frame of ``motion``. Raises Refused: not human, one frame, NaN."""
    _, frames = human(motion)
    return series_of(motion, run_chunked(deepphase, frames, "phase", track))


def series_of(motion: OpenMotion, phase: np.ndarray) -> PhaseSeries:
    """DeepPhase outputs (T, 2) of ``motion`` as a series. Raises Refused: one frame, NaN."""
    try:
        return PhaseSeries(phase, motion.frame_time)
    except PhaseError as error:
        raise Refused(f"{motion.path}: {error}") from error


def check_phase(motion: OpenMotion, series: PhaseSeries, thresholds: Thresholds) -> PhaseCheck:
    """What is wrong with ``series``, the phase of ``motion``. Raises Refused."""
    return checked(series, human(motion)[0], thresholds)


def checked(series: PhaseSeries, positions: np.ndarray, thresholds: Thresholds) -> PhaseCheck:
    """What is wrong with ``series`` of the motion ``positions`` (T, 22, 3), canonical, metres."""
    return _check(series, gait(positions, series.frame_time), thresholds)


def _check(series: PhaseSeries, walked: Gait, thresholds: Thresholds) -> PhaseCheck:
    found = lint(series, walked, thresholds)
    return PhaseCheck(series, walked, found, verdict(series, walked, found))


def thresholds_asked(path: str) -> Thresholds:
    """The thresholds of a JSON file; those as usual where ``path`` is "". Raises Refused."""
    if not path:
        return Thresholds()
    if not path.lower().endswith(".json"):
        raise Refused(f"{path}: --lint takes thresholds as .json; name the clips before it.")
    try:
        return read_thresholds(Path(path))
    except PhaseError as error:
        raise Refused(sentence(error)) from error
