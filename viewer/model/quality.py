"""How good restyling is with the models that ship, or with a person's own: ``models quality``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inference import load_model
from inference.models import MODELS
from inference.runner import Runner
from motion.bvh import read_bvh
from motion.features import FPS
from motion.restyling.judge import load_judge
from motion.restyling.quality import Progress, Quality, Specimen
from motion.restyling.restyle import Decode, Encode

from .demo import ASSETS, demo_clips
from .shipped import run_chunked

JUDGE = "style_judge.npz"


def encoding(encoder: Runner) -> Encode:
    """Windows (W, 60, 73) to latents (W, 256) by a runner of ``stylevae_encoder``."""

    def encode(windows: np.ndarray) -> np.ndarray:
        flat = np.ascontiguousarray(windows.reshape(len(windows), -1), np.float32)
        return run_chunked(encoder, flat, "mu")

    return encode


def decoding(decoder: Runner) -> Decode:
    """Latents (W, 256) to windows (W, 60, 73) by a runner of ``stylevae_decoder``."""

    def decode(latents: np.ndarray) -> np.ndarray:
        return run_chunked(decoder, np.ascontiguousarray(latents, np.float32), "motion")

    return decode


def quality_of(
    files: Mapping[str, Path] | None = None, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """The table of restyling on the demo clips.

    files: by name, models to measure instead of those that ship.
    Raises ModelError, EngineError, OSError or ValueError with one sentence.
    """
    names = ("stylevae_encoder", "stylevae_decoder", "deepphase")
    paths = {name: MODELS[name].path(ASSETS) for name in names} | dict(files or {})
    encoder, decoder, deepphase = (load_model(paths[name], spec=MODELS[name]) for name in names)
    specimens = []
    for demo in demo_clips():
        positions = read_bvh(demo.path).resampled(1 / FPS).positions
        specimens.append(Specimen(demo.title, demo.style, positions))
    quality = Quality(
        specimens,
        load_judge(ASSETS / "models" / JUDGE),
        encoding(encoder),
        decoding(decoder),
        lambda frames: deepphase.run({"frame": frames})["phase"],
    )
    return quality.all(progress)
