"""``main.py analyze CLIP -o OUT``: what the models see in a clip.

NPZ schema ``stridescope.analysis`` version 1 (README.md): clip, frame_time s, time (T,) s,
phase (T, 2), angle (T,) rad, amplitude (T,), contacts (T, 4) with contact_joints (4,),
latents (W, 256) and window_time (W,) s: window w covers the two seconds from there;
anomaly_kind (N,), anomaly_frames (N, 2) first and last frame.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from motion.anomalies import Anomaly, find_anomalies
from motion.files import whole_file
from motion.npz import write_npz
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused, sentence

from .console import emit, engine_asked, track, warn

if TYPE_CHECKING:
    from inference import Runner
    from viewer.model.clip import OpenMotion

CHUNK = 256


@dataclass(frozen=True, eq=False)
class Analysis:
    """Curves per frame of the clip, latents per window of 60 frames at 30 fps."""

    clip: str
    frame_time: float
    phase: np.ndarray
    contacts: np.ndarray
    latents: np.ndarray
    anomalies: list[Anomaly]
    engine: str

    @property
    def angle(self) -> np.ndarray:
        from motion.features import phase_angle

        return phase_angle(self.phase)

    @property
    def amplitude(self) -> np.ndarray:
        from motion.features import phase_amplitude

        return phase_amplitude(self.phase)

    @property
    def time_s(self) -> np.ndarray:
        return np.arange(len(self.phase)) * self.frame_time


def run(args: argparse.Namespace) -> None:
    output = Path(args.output)
    kind = output.suffix.lower()
    if kind not in (".npz", ".csv"):
        raise Refused(f"{output}: analyze writes .npz or .csv.")
    engine_asked(args)
    motion = load_motion(Path(args.file), args.units, args.up_axis)
    result = analyze(motion, args.engine or "auto", args.device or "cpu", args.precision or "fp32")
    (save_npz if kind == ".npz" else save_csv)(result, output)
    warn(args.file, motion.clip)
    counts = {
        "frames": len(result.phase),
        "windows": len(result.latents),
        "anomalies": len(result.anomalies),
    }
    line = f"{output}: " + ", ".join(f"{count} {what}" for what, count in counts.items())
    facts = {"file": str(output), "kind": kind[1:], "engine": result.engine, **counts}
    emit(facts, f"{line}, by {result.engine}", args.json)


def analyze(
    motion: OpenMotion, engine: str = "auto", device: str = "cpu", precision: str = "fp32"
) -> Analysis:
    """Runs DeepPhase on every frame and the encoder on every window of ``motion``.

    engine, device, precision: as for ``inference.load_model``.
    """
    from inference.engines import VARIANTS
    from motion.features import FEATURES, WINDOW, windows

    if motion.contacts is None or motion.features is None or motion.phase_frames is None:
        raise Refused(sentence(f"{motion.path}: {motion.not_human.split('. ')[0]}"))
    deepphase = load("deepphase", engine, device, precision)
    encoder = load("stylevae_encoder", *VARIANTS[deepphase.engine])
    phase = run_chunked(deepphase, motion.phase_frames, "phase")
    flat = windows(motion.features).reshape(-1, WINDOW * FEATURES)
    return Analysis(
        clip=motion.clip.name,
        frame_time=motion.frame_time,
        phase=phase,
        contacts=motion.contacts,
        latents=run_chunked(encoder, flat, "mu"),
        anomalies=find_anomalies(phase, motion.frame_time),
        engine=encoder.engine,
    )


def load(name: str, engine: str, device: str, precision: str) -> Runner:
    """The runner of a shipped model, Refused with a sentence when its file is not there."""
    from inference import EngineError, ModelError, load_model
    from inference.models import MODELS

    spec = MODELS[name]
    path = spec.path(ASSETS)
    if not path.is_file():
        raise Refused(f"{spec.title} is not trained yet: {path} is missing.")
    try:
        return load_model(path, engine, device, precision, spec)
    except (ModelError, EngineError) as error:
        raise Refused(sentence(error)) from error


def run_chunked(runner: Runner, rows: np.ndarray, output: str) -> np.ndarray:
    """The tensor ``output`` for all ``rows``, a chunk at a time under a progress bar."""
    (name,) = runner.inputs
    starts = range(0, max(len(rows), 1), CHUNK)
    parts = [
        runner.run({name: rows[start : start + CHUNK]})[output]
        for start in track(starts, len(starts), runner.name)
    ]
    return np.concatenate(parts)


def save_npz(result: Analysis, path: Path) -> None:
    from motion.canonical import FOOT_JOINTS, JOINTS
    from motion.features import FPS

    frames = [(anomaly.start, anomaly.end) for anomaly in result.anomalies]
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
    write_npz(path, arrays)


def save_csv(result: Analysis, path: Path) -> None:
    """One row per frame; latents, which are per window, are in the NPZ only."""
    from motion.canonical import FOOT_JOINTS, JOINTS

    broken = [""] * len(result.phase)
    for anomaly in result.anomalies:
        for frame in range(anomaly.start, anomaly.end + 1):
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
