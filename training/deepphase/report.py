"""How good an exported DeepPhase is on clips it never saw."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from motion.bvh import read_bvh
from motion.features import FPS, phase_frames
from motion.retarget import retarget
from training.data import HELD_OUT, Corpus
from training.export import run_onnx

from .metrics import PhaseClip, measure

WALKS_AND_RUNS = ("walk", "run", "walk_backward", "run_backward")
FAST = 60

TARGETS = {
    "phase_forward": ">= 0.98",
    "turns_per_cycle": "1.00 +- 0.05",
    "strike_spread": "<= 0.06",
    "standing_ratio": "<= 0.35",
    "torch_vs_onnx": "<= 1e-5",
}

METRICS_ARE = (
    "measured on held-out clips from the ONNX file, pooled over walks and runs, forwards and "
    "backwards, at 30 fps. Frames count as moving when the hips go faster than 0.3 m/s. A heel "
    "strike is the first contact of ankle or toe after 0.15 s in the air; a gait cycle runs from "
    "one left strike to the next with one right strike between, 0.4 to 2 s, moving throughout. "
    "Standing: hips below 0.05 m/s, both feet down, 0.5 s or longer, in any held-out clip. "
    "Spreads are in cycles, amplitudes are means."
)


def held_out_report(corpus: Corpus, mocap: Path, model: Path) -> dict[str, Any]:
    """Metrics of the ONNX file ``model`` on held-out clips, rounded for the manifest.

    The first numbers are those of walks and runs, forwards and backwards, at 30
    fps; standing frames come from all held-out clips. ``walks`` and ``runs`` are
    the same for each alone, ``dances`` for salsa, ``at_60_fps`` for the clips
    captured at 60 fps, read at that rate.
    """
    clips = list(corpus.of(HELD_OUT))
    styles = [clip.style for clip in clips]
    slow = [phase_clip(clip.positions, 1 / FPS, model) for clip in clips]
    fast = []
    for clip in clips:
        if clip.first:
            continue
        source = read_bvh(mocap / clip.file)
        if round(1 / source.frame_time) == FAST:
            fast.append((clip.style, phase_clip(retarget(source), source.frame_time, model)))

    def report(wanted: Collection[str]) -> dict[str, float]:
        chosen = [clip for style, clip in zip(styles, slow, strict=True) if style in wanted]
        return rounded(measure(chosen, slow))

    everything = [clip for _, clip in fast]
    moving = [clip for style, clip in fast if style in WALKS_AND_RUNS]
    return report(WALKS_AND_RUNS) | {
        "walks": report(("walk", "walk_backward")),
        "runs": report(("run", "run_backward")),
        "dances": report(("salsa_dance",)),
        "at_60_fps": rounded(measure(moving, everything)),
    }


def phase_clip(positions: np.ndarray, frame_time: float, model: Path) -> PhaseClip:
    """``positions`` (T, 22, 3) with the phase the ONNX file reads from each frame."""
    xy = run_onnx(model, {"frame": phase_frames(positions, frame_time)})["phase"]
    return PhaseClip(positions, xy, frame_time)


def rounded(metrics: dict[str, float]) -> dict[str, float]:
    """The numbers to four places, as the manifest keeps them."""
    return {name: round(value, 4) for name, value in metrics.items()}
