"""What stands beside the phase on stage: B, checked before it is taken, and beside A; no Qt."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from motion.phase.series import PhaseError, PhaseSeries
from motion.phase.thresholds import Thresholds

from .clip import load_motion
from .document import Beside, BesideKind
from .notice import Refused
from .phase_compare import Side, given_series
from .phase_measures import PhaseMeasures
from .phase_reading import checked, human
from .shipped import read_shipped

KINDS: dict[str, BesideKind] = {
    ".bvh": "clip", ".onnx": "model", ".npz": "series", ".csv": "series",
}  # fmt: skip
"""What a file is, by its suffix."""


def beside_of(path: Path) -> Beside:
    """What a file gives to compare with; it is looked into. Raises Refused and OSError."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        expected = "a clip (.bvh), a DeepPhase (.onnx) or a series (.npz, .csv)"
        raise Refused(f"{path}: expected {expected} to compare with.")
    if kind == "clip":
        motion = load_motion(path)
        human(motion)
        if motion.frame_count < 2:
            raise Refused(f"{path}: A phase needs two frames or more, found {motion.frame_count}.")
    elif kind == "model":
        read_shipped("deepphase", path)
    else:
        given_series(path)
    return Beside(kind, path.resolve())


def measured_side(label: str, found: PhaseMeasures) -> Side:
    """A phase that was measured, as one side of a comparison."""
    return Side(label, found.series, found.gait, found.verdict, anomalies=found.anomalies)


def read_side(label: str, phase: np.ndarray, positions: np.ndarray, frame_time: float) -> Side:
    """DeepPhase outputs (T, 2) of ``positions`` (T, 22, 3), metres. Raises Refused: NaN."""
    try:
        check = checked(PhaseSeries(phase, frame_time), positions, Thresholds())
    except PhaseError as error:
        raise Refused(f"{label}: {error}") from error
    return Side(label, check.series, check.gait, check.verdict, anomalies=check.anomalies)
