"""The style networks behind a ``run`` of the worker, as restyling asks for them; no Qt."""

from __future__ import annotations

import numpy as np

from inference.worker.messages import Run
from motion.restyling.restyle import Decode, Encode

from .style_space import DECODER, ENCODER

_CHUNK = 64


def encoding_by(run: Run) -> Encode:
    """Windows (W, 60, 73) to latents (W, 256)."""

    def encode(windows: np.ndarray) -> np.ndarray:
        return _chunked(run, ENCODER, "motion", windows.reshape(len(windows), -1), "mu")

    return encode


def decoding_by(run: Run) -> Decode:
    """Latents (W, 256) to windows (W, 60, 73)."""

    def decode(latents: np.ndarray) -> np.ndarray:
        return _chunked(run, DECODER, "latent", latents, "motion")

    return decode


def _chunked(run: Run, model: str, name: str, rows: np.ndarray, wanted: str) -> np.ndarray:
    whole = np.ascontiguousarray(rows, np.float32)
    starts = range(0, len(whole), _CHUNK)
    return np.concatenate([run(model, {name: whole[n : n + _CHUNK]})[wanted] for n in starts])
