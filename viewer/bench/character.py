"""The live physics character: the time of a step, and how many keep up with real time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from character.anatomy import POLICY_HZ
from character.deeds import StartAt
from character.reference import read_clip

from .measurement import Measurement

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.live.job import LiveCharacter

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SECONDS, MANY, CORES = 20.0, 16, 2
STEP_MS, ONE, ALL = 6.0, 8.0, 1.0
_GET_READY_S = 6.0

Run = Callable[[str, Mapping[str, np.ndarray]], dict[str, np.ndarray]]


def measure_character(assets: Path = ASSETS, seconds: float = SECONDS) -> list[Measurement]:
    """The shipped walk with its critic, memory and messages on the engine that ``auto`` takes.

    Simulated as fast as it goes for ``seconds`` of its time; then 16 characters in two processes.
    Raises RuntimeError with a sentence where no policy ships or MuJoCo is missing.
    """
    steps = _alone(assets, seconds)
    p50, p99 = (float(x) for x in np.percentile(steps, [50, 99]) * 1e3)
    factor = seconds / float(steps.sum())
    many = _together(assets, seconds)
    title = "live character, walk"
    return [
        Measurement(f"{title}: a step of 1/30 s, p50", p50, "ms"),
        Measurement(f"{title}: a step of 1/30 s, p99", p99, "ms", STEP_MS),
        Measurement(f"{title}: times real time on one core", factor, "x", ONE, at_least=True),
        Measurement(
            f"{MANY} live characters on {CORES} cores: times real time", many, "x", ALL,
            at_least=True,
        ),
    ]  # fmt: skip


def _alone(assets: Path, seconds: float) -> np.ndarray:
    """Seconds of each step."""
    (character,), run = _characters(assets, 1)
    took = []
    for _ in range(round(seconds * POLICY_HZ)):
        start = time.perf_counter()
        character.step(run)
        took.append(time.perf_counter() - start)
    return np.array(took)


def _together(assets: Path, seconds: float) -> float:
    """Simulated seconds of each of the characters per second, by the slower process."""
    begin = time.time() + _GET_READY_S
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        share = [pool.submit(_crowd, assets, MANY // CORES, seconds, begin) for _ in range(CORES)]
        return min(process.result() for process in share)


def _crowd(assets: Path, count: int, seconds: float, begin: float) -> float:
    """Steps ``count`` characters in turn from the moment ``begin`` on; their times real time."""
    characters, run = _characters(assets, count)
    time.sleep(max(begin - time.time(), 0))
    start = time.perf_counter()
    for _ in range(round(seconds * POLICY_HZ)):
        for character in characters:
            character.step(run)
    return seconds / (time.perf_counter() - start)


def _characters(assets: Path, count: int) -> tuple[list[LiveCharacter], Run]:
    """Characters at different moments of the walk, warm, and the networks they ask."""
    try:  # MuJoCo is not there for every Python
        from character.live.job import LiveCharacter
    except ModuleNotFoundError as error:
        raise RuntimeError("The character needs MuJoCo (Python 3.11 or newer).") from error
    from inference import load_model
    from inference.models import MODELS

    names = ("deepmimic_actor", "deepmimic_critic")
    motion = assets / "character" / "walk.txt"
    files = [motion, *(MODELS[name].path(assets) for name in names)]
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise RuntimeError(f"The character cannot be measured: {missing[0]} is missing")
    runners = {name: load_model(MODELS[name].path(assets), spec=MODELS[name]) for name in names}

    def run(model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return runners[model].run(dict(inputs))

    clip = read_clip(motion)
    characters = [LiveCharacter(clip, time.perf_counter) for _ in range(count)]
    for number, character in enumerate(characters):
        character.handle(StartAt(clip.duration * number / count), run)
        for _ in range(15):
            character.step(run)
    return characters, run
