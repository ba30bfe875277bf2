"""What the motion models see in a clip, and that as NPZ and CSV.

NPZ schema ``stridescope.analysis`` version 1 (README.md): clip, frame_time s, time (T,) s,
phase (T, 2), angle (T,) rad, amplitude (T,), contacts (T, 4) with contact_joints (4,),
latents (W, 256) and window_time (W,) s: window w covers the two seconds from there;
anomaly_kind (N,), anomaly_frames (N, 2) first and last frame.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motion.canonical import FOOT_JOINTS, JOINTS
from motion.features import FEATURES, FPS, WINDOW, phase_amplitude, phase_angle, windows
from motion.files import whole_file
from motion.npz import write_npz
from motion.phase.lint import Anomaly, breaks
from motion.phase.series import PhaseSeries

from .clip import OpenMotion
from .notice import Refused, sentence
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
) -> Analysis:
    """Runs DeepPhase on every frame and the encoder on every window of ``motion``.

    engine, device, precision: as for ``inference.load_model``. Raises Refused.
    """
    from inference.engines import VARIANTS

    if motion.contacts is None or motion.features is None or motion.phase_frames is None:
        raise Refused(sentence(f"{motion.path}: {motion.not_human.split('. ')[0]}"))
    deepphase = load_shipped("deepphase", engine, device, precision)
    encoder = load_shipped("stylevae_encoder", *VARIANTS[deepphase.engine])
    phase = run_chunked(deepphase, motion.phase_frames, "phase", track)
    flat = windows(motion.features).reshape(-1, WINDOW * FEATURES)
    return Analysis(
        clip=motion.clip.name,
        frame_time=motion.frame_time,
        phase=phase,
        contacts=motion.contacts,
        latents=run_chunked(encoder, flat, "mu", track),
        anomalies=breaks(PhaseSeries(phase, motion.frame_time)) if len(phase) > 1 else (),
        engine=encoder.engine,
    )


def save_npz(result: Analysis, path: Path, inside: Mapping[str, np.ndarray] | None = None) -> None:
    """Writes everything, named as the README lists it; ``inside``: arrays to go with it."""
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
    write_npz(path, {**arrays, **(inside or {})})


def save_csv(result: Analysis, path: Path) -> None:
    """One row per frame; latents, which are per window, are in the NPZ only."""
    broken = [""] * len(result.phase)
    for anomaly in result.anomalies:
        for frame in range(anomaly.first, anomaly.last + 1):
            broken[frame] = f"{broken[frame]};{anomaly.kind}".lstrip(";")
    header = ["frame", "time_s", "phase_x", "phase_y", "angle_rad", "amplitude"]
    header += [f"contact_{JOINTS[j]}" for j in FOOT_JOINTS] + ["anomaly"]
    numbers = np.column_stack(
        [result.time_s, result.phase, result.angle, result.amplitude, result.contacts]
    )
    with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for frame, row in enumerate(numbers):
            writer.writerow([frame, *(f"{value:.6g}" for value in row), broken[frame]])
