"""The networks that ship, counted, and the demo clips that they restyle."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inference import load_model
from inference.models import MODELS
from motion.features import FPS
from motion.resample import linear
from motion.restyling.course import StyleAt
from motion.restyling.restyle import read_content
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.quality import decoding, encoding
from viewer.model.restyle_job import Wear
from viewer.model.style_space import DECODER, ENCODER, STYLE_VAE

RUNNERS = {
    name: load_model(MODELS[name].path(ASSETS), engine="numpy", spec=MODELS[name])
    for name in STYLE_VAE
}
WALK = load_motion(ASSETS / "clips" / "walk.bvh")
RUN = load_motion(ASSETS / "clips" / "run.bvh")


class Counted:
    """Runs the real networks and notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        self.asked.append(model)
        return RUNNERS[model].run(dict(inputs))


def style_of_run() -> np.ndarray:
    """The style (K,) of the demo run."""
    positions = linear(RUN.positions, RUN.frame_time, 1 / FPS)
    return read_content(positions, encoding(RUNNERS[ENCODER]), decoding(RUNNERS[DECODER])).style


def wish(positions: np.ndarray | None = None, time_s: float = 0.0, number: int = 0) -> Wear:
    """The demo walk, or ``positions``, in the style of the run."""
    assert WALK.positions is not None
    where = WALK.positions if positions is None else positions
    return Wear(
        "walk", where, WALK.frame_time, (StyleAt(0.0, style_of_run()),), time_s, number=number
    )


def long_walk(seconds: float) -> np.ndarray:
    """The demo walk again and again, each time from where it ended."""
    assert WALK.positions is not None
    step = WALK.positions[-1, 0] - WALK.positions[0, 0]
    times = round(seconds * FPS / len(WALK.positions)) + 1
    return np.concatenate([WALK.positions + n * step * [1, 0, 1] for n in range(times)]).astype(
        np.float32
    )
