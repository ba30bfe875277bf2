"""Rows that the models really see, for ``models validate``: of clips that trained none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from character.anatomy import STATE_SIZE
from character.convert import reference_clip
from character.reference import ClipError, read_clip
from inference import EngineError, ModelError, load_model
from inference.models import LATENT_SIZE, MODELS
from motion.features import FEATURES, PHASE_INPUT, WINDOW, windows
from viewer.model.clip import MotionFileError, OpenMotion, load_motion

COUNT = 1000
CLIPS = 12
STRIDE = 3


class NoRows(Exception):
    """Why there are no real rows for a model, in one sentence."""


def real_rows(width: int, assets: Path) -> tuple[np.ndarray, str]:
    """Rows (COUNT, width) float32 of the model that takes so many numbers, and whence they come.

    They are phase frames, motion windows, their latents, or states of the character.
    Raises NoRows.
    """
    if width == STATE_SIZE:
        return _states(assets)
    motions, whence = _motions(assets)
    if width == PHASE_INPUT:
        frames = [motion.phase_frames for motion in motions if motion.phase_frames is not None]
        return _drawn(frames), f"phase frames of {whence}"
    if width not in (WINDOW * FEATURES, LATENT_SIZE):
        raise NoRows("The file is none of the five models: there are no real inputs for it.")
    found = [windows(m.features, STRIDE) for m in motions if m.features is not None]
    rows = _drawn([part.reshape(len(part), -1) for part in found])
    if width == WINDOW * FEATURES:
        return rows, f"windows of {whence}"
    return _encoded(rows, assets), f"latents of windows of {whence}"


def _drawn(parts: list[np.ndarray]) -> np.ndarray:
    """COUNT rows in a drawn order; again and again where there are fewer."""
    rows = np.concatenate(parts)
    order = np.random.default_rng(2).permutation(len(rows))
    return np.ascontiguousarray(rows[np.resize(order, COUNT)], np.float32)


@cache
def _motions(assets: Path) -> tuple[tuple[OpenMotion, ...], str]:
    """Held-out captures where they lie beside the project, else the demo clips."""
    mocap = assets.resolve().parents[1] / "shared" / "mocap"
    held_out = [mocap / name for name in _held_out(assets) if (mocap / name).is_file()]
    chosen = held_out or sorted((assets / "clips").glob("*.bvh"))
    if not chosen:
        raise NoRows("There are no clips to take real inputs from.")
    places = np.unique(np.linspace(0, len(chosen) - 1, CLIPS).astype(int))
    motions = tuple(_opened(chosen[place] for place in places))
    kind = f"held-out clips of {mocap}" if held_out else "demo clips, which our decoder made"
    return motions, f"{len(motions)} {kind}"


def _held_out(assets: Path) -> list[str]:
    """The clips that trained neither DeepPhase nor StyleVAE, by the manifest."""
    try:
        entries = json.loads((assets / "models" / "manifest.json").read_text(encoding="utf-8"))
        splits = [
            set(entry["split"]["held_out"])
            for entry in entries["models"].values()
            if "held_out" in entry.get("split", {})
        ]
    except (OSError, ValueError, KeyError):
        return []
    return sorted(set.intersection(*splits)) if splits else []


def _opened(paths: Iterator[Path]) -> Iterator[OpenMotion]:
    for path in paths:
        try:
            yield load_motion(path)
        except MotionFileError as error:
            raise NoRows(f"A clip for the real inputs cannot be read: {error}") from error


def _encoded(rows: np.ndarray, assets: Path) -> np.ndarray:
    encoder = MODELS["stylevae_encoder"]
    try:
        runner = load_model(encoder.path(assets), "numpy", spec=encoder)
    except (ModelError, EngineError) as error:
        raise NoRows(f"Latents need the encoder: {error}") from error
    return runner.run({"motion": rows})["mu"]


def _states(assets: Path) -> tuple[np.ndarray, str]:
    """States of the character at even times of its own clip, or of the demo's walk."""
    try:  # MuJoCo is not there for every Python
        from character.simulation import Simulation
    except ModuleNotFoundError as error:
        raise NoRows(f"States of the character need MuJoCo ({error}).") from error
    own, demo = assets / "character" / "walk.txt", assets / "clips" / "walk.bvh"
    try:
        clip = read_clip(own) if own.is_file() else reference_clip(load_motion(demo).clip)
    except (ClipError, MotionFileError, OSError) as error:
        raise NoRows(f"States of the character need a clip: {error}") from error
    simulation = Simulation(clip)
    states = []
    for time in np.linspace(0, clip.duration, COUNT, endpoint=False):
        simulation.reset(float(time))
        states.append(simulation.state())
    rows = np.array(states, np.float32)
    return _drawn([rows]), f"states of the character in {(own if own.is_file() else demo).name}"
