"""What the motion models see in a clip, and that as NPZ and CSV.

NPZ schema ``stridescope.analysis`` version 1 (docs/reference/file-formats.md): clip, frame_time s,
time (T,) s, phase (T, 2), angle (T,) rad, amplitude (T,), contacts (T, 4) with contact_joints (4,),
latents (W, 256) and window_time (W,) s: window w covers the two seconds from there;
anomaly_kind (N,), anomaly_frames (N, 2) first and last frame. Where asked for: frequency (T,)
turns/s and its frequency_window s; of a lint anomaly_time (N,) s, anomaly_size (N,),
anomaly_severity (N,), verdict, thresholds as JSON, left_strikes and right_strikes as frames,
stride_offset (T,) turns, foot_skate (T, 2) m/s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motion.canonical import FOOT_JOINTS, JOINTS
from motion.features import FEATURES, FPS, WINDOW, phase_amplitude, phase_angle, windows
from motion.npz import write_npz
from motion.phase.lint import Anomaly, breaks
from motion.phase.series import PhaseSeries
from motion.phase.thresholds import Thresholds, thresholds_to_json

from .clip import OpenMotion
from .phase_csv import Column, anomaly_columns, measured_columns, save_columns
from .phase_measures import PhaseMeasures, measured
from .phase_reading import human, series_of
from .shipped import Track, load_shipped, run_chunked, untracked


@dataclass(frozen=True, eq=False)
class Analysis:
    """Curves per frame of the clip, latents per window of 60 frames at 30 fps."""

    clip: str
    frame_time: float
    phase: np.ndarray
    contacts: np.ndarray
    latents: np.ndarray
    anomalies: tuple[Anomaly, ...]
    engine: str
    frequency_window_s: float = 0.0
    measures: PhaseMeasures | None = None

    @property
    def frequency(self) -> np.ndarray | None:
        """Turns per second (T,), None where nobody asked."""
        if not self.frequency_window_s:
            return None
        return PhaseSeries(self.phase, self.frame_time).frequency(self.frequency_window_s)

    @property
    def angle(self) -> np.ndarray:
        return phase_angle(self.phase)

    @property
    def amplitude(self) -> np.ndarray:
        return phase_amplitude(self.phase)

    @property
    def time_s(self) -> np.ndarray:
        return np.arange(len(self.phase)) * self.frame_time


def analyze(
    motion: OpenMotion,
    engine: str = "auto",
    device: str = "cpu",
    precision: str = "fp32",
    track: Track = untracked,
    frequency_window_s: float = 0.0,
    thresholds: Thresholds | None = None,
    own: Path | None = None,
) -> Analysis:
    """Runs DeepPhase on every frame and the encoder on every window of ``motion``.

    engine, device, precision: as for ``inference.load_model``. frequency_window_s: above 0 asks
    for the frequency. thresholds: ask for a lint by them. own: the file of another DeepPhase than
    the one that ships. Raises Refused.
    """
    from inference.engines import variant_of

    _, frames = human(motion)
    assert motion.features is not None and motion.contacts is not None
    deepphase = load_shipped("deepphase", engine, device, precision, own)
    encoder = load_shipped("stylevae_encoder", *variant_of(deepphase.engine))
    phase = run_chunked(deepphase, frames, "phase", track)
    asked = frequency_window_s > 0 or thresholds is not None
    series = series_of(motion, phase) if asked or len(phase) > 1 else None
    found = None
    if series and thresholds:
        found = measured(motion, phase, thresholds)
    anomalies = found.anomalies if found else breaks(series) if series else ()
    flat = windows(motion.features).reshape(-1, WINDOW * FEATURES)
    return Analysis(
        clip=motion.clip.name,
        frame_time=motion.frame_time,
        phase=phase,
        contacts=motion.contacts,
        latents=run_chunked(encoder, flat, "mu", track),
        anomalies=anomalies,
        engine=encoder.engine,
        frequency_window_s=frequency_window_s,
        measures=found,
    )


def save_npz(result: Analysis, path: Path, inside: Mapping[str, np.ndarray] | None = None) -> None:
    """Writes everything, named as that page lists it; ``inside``: arrays to go with it."""
    frames = [(anomaly.first, anomaly.last) for anomaly in result.anomalies]
    arrays = {
        "schema": "stridescope.analysis",
        "version": 1,
        "clip": result.clip,
        "frame_time": result.frame_time,
        "time": result.time_s,
        "phase": result.phase,
        "angle": result.angle,
        "amplitude": result.amplitude,
        "contacts": result.contacts,
        "contact_joints": np.array([JOINTS[j] for j in FOOT_JOINTS]),
        "latents": result.latents,
        "window_time": np.arange(len(result.latents)) / FPS,
        "anomaly_kind": np.array([a.kind for a in result.anomalies], dtype=np.str_),
        "anomaly_frames": np.array(frames, int).reshape(-1, 2),
    }
    write_npz(path, {**arrays, **_asked_for(result), **(inside or {})})


def _asked_for(result: Analysis) -> dict[str, Any]:
    """The arrays of frequency and lint, where someone asked for them."""
    found: dict[str, Any] = {}
    if (frequency := result.frequency) is not None:
        found |= {"frequency": frequency, "frequency_window": result.frequency_window_s}
    if (measured := result.measures) is not None:
        found |= {
            "anomaly_time": np.array([a.time_s for a in measured.anomalies]),
            "anomaly_size": np.array([a.size for a in measured.anomalies]),
            "anomaly_severity": np.array([a.severity for a in measured.anomalies]),
            "verdict": str(measured.verdict),
            "thresholds": thresholds_to_json(measured.thresholds),
            "left_strikes": measured.gait.left,
            "right_strikes": measured.gait.right,
            "stride_offset": measured.offset,
            "foot_skate": measured.skate,
        }
    return found


def save_csv(result: Analysis, path: Path) -> None:
    """One row per frame; latents, which are per window, are in the NPZ only."""
    frames = len(result.phase)
    columns: dict[str, Column] = {
        "frame": np.arange(frames),
        "time_s": result.time_s,
        "phase_x": result.phase[:, 0],
        "phase_y": result.phase[:, 1],
        "angle_rad": result.angle,
        "amplitude": result.amplitude,
    }
    columns |= {f"contact_{JOINTS[j]}": result.contacts[:, n] for n, j in enumerate(FOOT_JOINTS)}
    if (frequency := result.frequency) is not None:
        columns["frequency_turns_per_s"] = frequency
    if result.measures is not None:
        columns |= measured_columns(result.measures)
    else:
        columns["anomaly"] = anomaly_columns(result.anomalies, frames)["anomaly"]
    save_columns(path, columns)
