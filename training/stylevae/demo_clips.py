"""Demo clips: motion that the shipped decoder makes from latents of its own space.

A clip is a chain of windows, each overlapping the next by half. The next latent is
a blend of training windows that begin as the last one ends; the whole chain is then
bent by gradient descent until overlapping halves agree, decoded, cross-faded, given
canonical bones and planted feet. No frame of capture is copied.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import track
from torch import Tensor

from motion.bvh import write_bvh
from motion.canonical import FOOT_JOINTS
from motion.contacts import contacts as find_contacts
from motion.contacts import joint_speed
from motion.features import (
    CONTACTS,
    FPS,
    JOINT_VALUES,
    ROOT,
    WINDOW,
    join_windows,
    motion_from_features,
    windows,
)
from motion.files import whole_file
from motion.planting import plant_feet
from motion.pose import to_clip
from training.data import TRAIN, Corpus, TrainingClip, load_corpus
from training.export import load_perceptron
from training.manifest import WEIGHTS_LICENCE

from .augment import continued, mirrored
from .evaluate import StyleVAE

HALF = WINDOW // 2
_STRIDE = 3
_BLEND = (0.6, 0.4)
_APART_S = 1.5
_BEND_STEPS = 300


@dataclass(frozen=True)
class Demo:
    """What a demo clip shows; it starts from windows that keep up ``pace``, m/s."""

    title: str
    style: str
    seconds: int
    pace: float = 0.0
    seed: int = 0

    @property
    def file(self) -> str:
        return self.title.lower().replace(" ", "_") + ".bvh"


DEMOS: tuple[Demo, ...] = (
    Demo("Walk", "walk", 10, pace=0.8),
    Demo("Run", "run", 6, pace=2.2),
    Demo("Skip", "skip", 6, pace=1.0),
    Demo("Elated walk", "Elated", 10),
    Demo("Angry walk", "Angry", 10),
    Demo("Rushed walk", "Rushed", 8),
    Demo("Jackson walk", "jackson_walk", 8, seed=3),
    Demo("Crouch", "crouch", 8, seed=5),
    Demo("Walk backward", "walk_backward", 8),
    Demo("Salsa", "salsa_dance", 14, seed=2),
    Demo("Ballet", "dance", 10),
    Demo("Indian dance", "indian_dance", 12, seed=7),
    Demo("Martial arts", "martial_arts_kata", 12, seed=4),
    Demo("Basketball", "basketball", 8),
    Demo("Jump", "jump", 8),
)


@dataclass(frozen=True, eq=False)
class Bank:
    """Encoded training windows of one style: latents (N, 256), decoded (N, 60, 73),
    clip (N,) numbers, mirrored clips apart, and start (N,) in seconds.
    """

    latents: np.ndarray
    decoded: np.ndarray
    clip: np.ndarray
    start: np.ndarray


def run(mocap: Path, runs: Path, assets: Path, seed: int) -> None:
    """Make every demo clip and clips.json in ``assets``/clips."""
    corpus = load_corpus(mocap, runs / "cache")
    model = StyleVAE(assets / "models")
    folder = assets / "clips"
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for demo in track(DEMOS, description="Making demo clips"):
        features = make(demo, corpus, model, assets / "models", seed)
        positions = plant_feet(motion_from_features(features), features[:, CONTACTS] > 0.5, 1 / FPS)
        write_bvh(to_clip(positions, 1 / FPS, demo.title), folder / demo.file)
        listed.append(describe(demo, positions, features, corpus))
    with whole_file(folder / "clips.json") as part:
        part.write_text(json.dumps(listed, indent=1) + "\n")


def make(demo: Demo, corpus: Corpus, model: StyleVAE, models: Path, seed: int) -> np.ndarray:
    """Features (T, 73) of a demo clip."""
    draw = np.random.default_rng([seed, demo.seed])
    bank = build_bank(demo, corpus, model)
    count = max(2, round(demo.seconds * FPS / HALF) - 1)
    chain = bend(chain_latents(bank, count, draw), models)
    return join_windows(model.decode(chain), HALF * np.arange(len(chain)))


def build_bank(demo: Demo, corpus: Corpus, model: StyleVAE) -> Bank:
    """The windows of one style that a demo clip may be made of, with their mirror images."""
    motions, clips, starts = [], [], []
    sources = [clip for clip in corpus.of(TRAIN) if clip.style == demo.style]
    for number, source in enumerate(sources):
        found, at = _sources(source)
        pace = np.linalg.norm(found[:, :, JOINT_VALUES : JOINT_VALUES + 2], axis=-1)
        kept = np.quantile(pace, 0.1, axis=1) >= demo.pace
        found, at = found[kept], at[kept]
        motions += [found, mirrored(found)]
        starts += [at / FPS] * 2
        clips += [np.full(len(found), 2 * number), np.full(len(found), 2 * number + 1)]
    latents = model.encode(np.concatenate(motions))
    return Bank(latents, model.decode(latents), np.concatenate(clips), np.concatenate(starts))


def _sources(clip: TrainingClip) -> tuple[np.ndarray, np.ndarray]:
    """Windows (W, 60, 73) of a clip, of its continued cycle if it is short, and their starts."""
    if len(clip.features) < WINDOW and clip.usable.all():
        found = windows(continued(clip.features, 2 * WINDOW), _STRIDE)
        return found, np.arange(len(found)) * _STRIDE
    starts = clip.window_starts(_STRIDE)
    return clip.windows(_STRIDE), starts[starts >= 0]


def chain_latents(bank: Bank, count: int, draw: np.random.Generator) -> np.ndarray:
    """``count`` latents (count, 256), each a blend of windows that follow the one before."""
    heads = _signature(bank.decoded[:, :HALF])
    used = np.zeros(len(heads))
    wanted = heads[draw.integers(len(heads))]
    chain = []
    for _ in range(count):
        weights, chosen = _blend(bank, heads, wanted, used, draw)
        chain.append(weights @ bank.latents[chosen])
        tail = np.tensordot(weights, bank.decoded[chosen, HALF:], 1)
        wanted = _signature(tail[None])[0]
    return np.stack(chain)


def _signature(halves: np.ndarray) -> np.ndarray:
    """What must agree where two windows overlap: (N, D) of half windows (N, 30, 73)."""
    joints = halves[:, ::3, :JOINT_VALUES]
    pace = halves[:, ::3, ROOT] * 0.5
    speed = np.diff(halves[..., :JOINT_VALUES], axis=1)[:, ::3] * (FPS * 0.15)
    return np.concatenate([part.reshape(len(halves), -1) for part in (joints, pace, speed)], 1)


def _blend(
    bank: Bank, heads: np.ndarray, wanted: np.ndarray, used: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and numbers of windows that begin like ``wanted`` and lie apart in time.

    ``used`` (N,) remembers what was taken, so that a clip does not go round in circles.
    """
    distance = np.sqrt(((heads - wanted) ** 2).mean(axis=1)) * (1 + used)
    chosen: list[int] = []
    for number in np.argsort(distance):
        apart = [
            bank.clip[number] != bank.clip[c] or abs(bank.start[number] - bank.start[c]) > _APART_S
            for c in chosen
        ]
        if all(apart):
            chosen.append(int(number))
        if len(chosen) == len(_BLEND):
            break
    close = distance[chosen[-1]] < 1.5 * distance[chosen[0]] + 0.02
    weights = np.array(_BLEND if close and len(chosen) == len(_BLEND) else (1.0,))
    chosen = chosen[: len(weights)]
    near = (bank.clip == bank.clip[chosen[0]]) & (
        np.abs(bank.start - bank.start[chosen[0]]) < _APART_S
    )
    used[near] += 0.3 + 0.1 * draw.random()
    return weights, np.array(chosen)


def bend(chain: np.ndarray, models: Path) -> np.ndarray:
    """The chain (C, 256) moved until the halves that overlap agree."""
    decoder = load_perceptron(models / "stylevae_decoder.onnx")
    start = torch.from_numpy(chain.astype(np.float32))
    latents = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([latents], 0.02)
    for _ in range(_BEND_STEPS):
        motion = decoder(latents).view(len(latents), WINDOW, -1)
        loss = 300 * _disagreement(motion) + (latents - start).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return latents.detach().numpy()


def _disagreement(motion: Tensor) -> Tensor:
    """Mean squared difference of overlapping halves of windows (C, 60, 73)."""
    gap = motion[:-1, HALF:] - motion[1:, :HALF]
    speed = gap[:, 1:, :JOINT_VALUES] - gap[:, :-1, :JOINT_VALUES]
    joints = gap[..., :JOINT_VALUES].square().mean() + 20 * speed.square().mean()
    return joints + 0.1 * gap[..., ROOT].square().mean() + 0.01 * gap[..., CONTACTS].square().mean()


def describe(
    demo: Demo, positions: np.ndarray, features: np.ndarray, corpus: Corpus
) -> dict[str, Any]:
    """The clip's entry in clips.json."""
    feet = joint_speed(positions, 1 / FPS)[:, FOOT_JOINTS]
    standing = find_contacts(positions, 1 / FPS) > 0.5
    step = np.linalg.norm(np.diff(positions, 2, axis=0), axis=-1) * FPS**2
    return {
        "file": demo.file,
        "title": demo.title,
        "style": demo.style,
        "seconds": round((len(positions) - 1) / FPS, 2),
        "made_from": "latents of the project's StyleVAE near its encoded training windows of "
        f"style {demo.style}, decoded, cross-faded, feet planted",
        "licence": WEIGHTS_LICENCE,
        "quality": {
            "foot_speed_in_contact_mps": round(float(feet[standing].mean()), 3),
            "worst_joint_speed_mps": round(float(joint_speed(positions, 1 / FPS).max()), 2),
            "joint_acceleration_95th_mps2": round(float(np.percentile(step, 95)), 1),
            "lowest_joint_m": round(float(positions[..., 1].min()), 3),
            "nearest_training_window_cm": nearest_training_cm(features, demo, corpus),
        },
    }


def nearest_training_cm(features: np.ndarray, demo: Demo, corpus: Corpus) -> float:
    """Mean over the clip of the joint distance to the most similar training window, cm."""
    own = np.stack([features[s : s + WINDOW] for s in range(0, len(features) - WINDOW + 1, HALF)])
    own = own[:, ::6, :JOINT_VALUES].reshape(len(own), -1)
    nearest = np.full(len(own), np.inf)
    for clip in corpus.of(TRAIN):
        plain = clip.windows(1)
        if clip.style != demo.style or not len(plain):
            continue
        for side in (plain, mirrored(plain)):
            flat = side[:, ::6, :JOINT_VALUES].reshape(len(side), -1)
            for number, window in enumerate(own):
                gap = (flat - window).reshape(len(flat), -1, 3)
                distance = np.linalg.norm(gap, axis=-1).mean(axis=1).min()
                nearest[number] = min(nearest[number], distance)
    return round(float(nearest.mean() * 100), 1)
