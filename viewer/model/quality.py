"""How good restyling is with the models that ship, or with a person's own: ``models quality``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from inference import load_model
from inference.models import LATENT_SIZE, MODELS
from inference.runner import Runner
from motion.bvh import read_bvh
from motion.features import FPS, motion_features
from motion.restyling.atlas import atlas_for
from motion.restyling.joining import cut, window_starts
from motion.restyling.judge import load_judge
from motion.restyling.quality import TARGETS, Progress, Quality, Specimen, meets
from motion.restyling.restyle import Decode, Encode
from motion.restyling.subspace import STYLE_BLOCK, STYLE_SIZE, StyleSubspace, found_subspace

from .demo import ASSETS, demo_clips
from .shipped import run_chunked

JUDGE, ATLAS = "style_judge.npz", "style_atlas.npz"
MEASURED_MODELS = ("stylevae_encoder", "stylevae_decoder", "deepphase")
WORDS: Mapping[str, str] = {
    "judge_on_specimens": "the judge reads the clips' own windows right",
    "read_as_style": "style B in content A read as B, mean over styles",
    "speed_ratio": "joint speed ÷ the median of style B",
    "amplitude_ratio": "phase amplitude ÷ the content's",
    "phase_apart": "gait phase against the content's, turns",
    "foot_speed_in_contact_90th": "foot speed in contact, 90th percentile, m/s",
    "join_ratio": "largest joint acceleration at joins ÷ elsewhere",
    "map_read_as_style": "map: at a dot's place, the dot left out, read as its style",
    "map_speed_ratio": "map: joint speed ÷ the median of the style",
    "random_bone_error_percent": "1,000 random styles: bone-length error, %",
    "random_speed_ratio": "1,000 random styles: joint speed ÷ the content's",
    "strength_0_error_cm": "strength 0: joint error, cm",
    "frechet_distance": "Fréchet distance on the judge's features",
    "pairs": "pairs of content and style",
    "styles": "styles",
    "chance": "chance of the judge",
}
"""Rows of the table in its order, and what they say."""


@dataclass(frozen=True)
class Row:
    """A number of the table. target: "" without one. met: None without a target.

    held_out: what the manifest says of clips that nobody trained on; None where it does not.
    """

    name: str
    words: str
    value: float
    target: str
    met: bool | None
    held_out: float | None


@dataclass(frozen=True)
class Table:
    """The measured rows. files: by model. style: in words, where in a latent the style is taken
    to be. numbers: all that was measured, also by style.
    """

    files: dict[str, Path]
    style: str
    rows: tuple[Row, ...]
    numbers: dict[str, Any]


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
    files: Mapping[str, Path] | None = None,
    progress: Progress = lambda done, total: None,
    style_block: bool = False,
) -> Table:
    """The table of restyling on the demo clips.

    files: by name, models to measure instead of those that ship. style_block: the first 64
    numbers of their latents are the style, whatever a manifest says.
    Raises ModelError, EngineError, OSError or ValueError with one sentence.
    """
    paths = {name: MODELS[name].path(ASSETS) for name in MEASURED_MODELS} | dict(files or {})
    encoder, decoder, deepphase = (
        load_model(paths[name], spec=MODELS[name]) for name in MEASURED_MODELS
    )
    specimens = [
        Specimen(demo.title, demo.style, read_bvh(demo.path).resampled(1 / FPS).positions)
        for demo in demo_clips()
    ]
    encode = encoding(encoder)
    entry = manifest_entry(paths["stylevae_encoder"])
    if style_block or _has_style_block(entry):
        subspace, style = STYLE_BLOCK, f"the first {STYLE_SIZE} of {LATENT_SIZE} numbers"
    else:
        subspace = subspace_of(specimens, encode)
        style = (
            f"{subspace.size} axes of {LATENT_SIZE} that tell the demo clips apart, found, as no "
            "manifest.json beside the encoder says which numbers are the style"
        )
    quality = Quality(
        specimens,
        load_judge(ASSETS / "models" / JUDGE),
        encode,
        decoding(decoder),
        lambda frames: run_chunked(deepphase, frames, "phase"),
        subspace=subspace,
        atlas=atlas_for(ASSETS / "models" / ATLAS, *(paths[n] for n in MEASURED_MODELS[:2])),
    )
    numbers = quality.all(progress)
    ours = entry and manifest_entry(paths["stylevae_decoder"])
    return Table(paths, style, table_rows(numbers, held_out_of(ours)), numbers)


def subspace_of(specimens: Sequence[Specimen], encode: Encode) -> StyleSubspace:
    """Where in the latents of ``encode`` the styles of ``specimens`` differ."""
    latents, groups = [], []
    for specimen in specimens:
        features = motion_features(specimen.positions)
        found = encode(cut(features, window_starts(len(features))))
        latents.append(found)
        groups += [specimen.style or specimen.name] * len(found)
    return found_subspace(np.concatenate(latents), groups)


def manifest_entry(path: Path) -> dict[str, Any]:
    """What ``manifest.json`` beside a model, or the one that ships, says of just this file.

    Empty where neither knows it. Raises OSError.
    """
    digest = sha256(path.read_bytes()).hexdigest()
    for folder in (path.resolve().parent, ASSETS / "models"):
        try:
            models = json.loads((folder / "manifest.json").read_text("utf-8"))["models"]
            entries = [entry for entry in models.values() if entry.get("sha256") == digest]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if entries:
            return dict(entries[0])
    return {}


def has_style_block(encoder: Path) -> bool:
    """Whether a manifest says that the first 64 numbers of the encoder's latents are the style."""
    return _has_style_block(manifest_entry(encoder))


def _has_style_block(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("blocks", {}).get("style") == [0, STYLE_SIZE])


def held_out_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table on held-out clips in a manifest's entry; empty where it has none."""
    metrics = entry.get("metrics")
    found = metrics.get("restyling") if isinstance(metrics, dict) else None
    return found if isinstance(found, dict) else {}


def table_rows(numbers: Mapping[str, Any], held_out: Mapping[str, Any]) -> tuple[Row, ...]:
    """The rows in their order, those with a target first."""
    return tuple(
        Row(
            name,
            words,
            numbers[name],
            TARGETS.get(name, ""),
            meets(name, numbers[name]),
            held_out.get(name),
        )
        for name, words in WORDS.items()
    )
