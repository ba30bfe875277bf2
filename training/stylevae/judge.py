"""Trains the judge of styles (motion.restyling.judge) on motion capture alone.

Run as ``python -m training judge``. It learns from steady gaits that show their style, and
is held to the same of clips that nobody trained on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from motion.canonical import JOINTS
from motion.features import JOINT_VALUES, WINDOW, motion_features, windows
from motion.npz import write_npz
from motion.restyling.judge import KERNEL, STEP, Judge, judge_inputs
from motion.restyling.quality import mean_speed
from training.data import TRAIN, Corpus, load_corpus
from training.manifest import describe_split, update_manifest

from .gaits import Gaits, PairMaker, gather_gaits
from .restyle_report import specimens
from .samples import training_styles

_WIDTH = 64
_STEPS, _BATCH, _RATE = 2000, 128, 2e-3
_SPEEDS = (0.8, 1.25)
_BODY_M, _NOISE = 0.02, 0.3
_BANK = 20000


class JudgeNetwork(nn.Module):
    """Inputs (B, 60, 135), standardised, to logits (B, S)."""

    def __init__(self, inputs: int, styles: int) -> None:
        super().__init__()
        self.first = nn.Linear(KERNEL * inputs, _WIDTH)
        self.second = nn.Linear(KERNEL * _WIDTH, _WIDTH)
        self.last = nn.Linear(2 * _WIDTH, styles)

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.first, self.second):
            x = F.dropout(x, 0.1, self.training)
            x = layer(x.unfold(1, KERNEL, STEP).transpose(2, 3).flatten(2)).relu()
        pooled = torch.cat([x.mean(dim=1), x.amax(dim=1)], dim=1)
        return self.last(F.dropout(pooled, 0.5, self.training))


def train_judge(gaits: Gaits, maker: PairMaker, styles: tuple[str, ...], seed: int) -> Judge:
    """A judge of the styles that ``gaits`` shows, from windows at 0.8 to 1.25 of their speed."""
    torch.manual_seed(seed)
    names = tuple(maker.shown)
    bank, style = maker.real(_BANK, _SPEEDS, np.random.default_rng(seed))
    label = torch.tensor([names.index(styles[n]) for n in style])
    inputs = judge_inputs(bank)
    mean, spread = inputs.mean(axis=(0, 1)), inputs.std(axis=(0, 1)) + 0.02
    ready = torch.from_numpy((inputs - mean) / spread)
    body = torch.from_numpy(_BODY_M / spread[:JOINT_VALUES])
    network = JudgeNetwork(inputs.shape[-1], len(names))
    optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _STEPS)
    for _ in range(_STEPS):
        index = torch.randint(len(ready), (_BATCH,))
        x = ready[index] + _NOISE * torch.randn(_BATCH, WINDOW, inputs.shape[-1])
        x[..., :JOINT_VALUES] += body * torch.randn(_BATCH, 1, 3 * len(JOINTS))
        loss = F.cross_entropy(network(x), label[index], label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    weights = {
        name: (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy())
        for name, layer in network.named_children()
    }
    nothing = np.zeros(0)
    judge = Judge(names, mean, spread, weights, nothing, (nothing, nothing))
    return replace(judge, **described(judge, bank, label.numpy()))


def described(judge: Judge, bank: np.ndarray, label: np.ndarray) -> dict[str, Any]:
    """How fast the joints of each style go, and how the traits of real windows lie."""
    speed = np.array([mean_speed(window) for window in bank])
    traits = judge.traits(bank).astype(np.float64)
    return {
        "speeds": np.array([np.median(speed[label == n]) for n in range(len(judge.styles))]),
        "real": (traits.mean(axis=0), np.cov(traits.T)),
    }


def run(mocap: Path, runs: Path, assets: Path, seed: int) -> None:
    """Trains the judge on the clips of ``mocap`` and ships it with how it reads others."""
    corpus = load_corpus(mocap, runs / "cache")
    styles = training_styles(corpus)
    gaits = gather_gaits(corpus.of(TRAIN), styles)
    judge = train_judge(gaits, PairMaker(gaits, styles), styles, seed)
    file = assets / "models" / "style_judge.npz"
    save_judge(file, judge)
    entry = {
        "file": file.name,
        "holds": "a classifier of the styles of gaits, trained on motion capture alone: two "
        "temporal convolutions, pooled, and a linear reading; joint speeds of the styles",
        "styles": list(judge.styles),
        "seed": seed,
        "command": f"python -m training judge --seed {seed}",
        "split": describe_split(corpus),
        "metrics_are": "share of held-out windows in a steady gait that are read right, mean "
        "over styles",
        "metrics": held_out_reading(corpus, judge),
    }
    update_manifest(assets / "models", "style_judge", entry)


def held_out_reading(corpus: Corpus, judge: Judge) -> dict[str, Any]:
    """How ``judge`` reads the held-out windows of the judged styles."""
    right: dict[str, list[np.ndarray]] = {}
    for clip in specimens(corpus):
        if clip.shown is not None and clip.shown.any():
            found = windows(motion_features(clip.positions))[clip.shown]
            reading = judge.read(found) == judge.styles.index(clip.style)
            right.setdefault(clip.style, []).append(reading)
    recall = {style: float(np.concatenate(parts).mean()) for style, parts in right.items()}
    return {
        "balanced_accuracy": round(float(np.mean(list(recall.values()))), 4),
        "by_style": {style: round(value, 4) for style, value in sorted(recall.items())},
        "chance": round(1 / len(judge.styles), 4),
    }


def save_judge(path: Path, judge: Judge) -> None:
    """Writes what ``motion.restyling.judge.load_judge`` reads."""
    arrays = {"styles": np.array(judge.styles), "mean": judge.mean, "spread": judge.spread}
    arrays |= {"speeds": judge.speeds, "real.mean": judge.real[0]}
    arrays |= {"real.covariance": judge.real[1].astype(np.float32)}
    for name, (weight, bias) in judge.weights.items():
        arrays |= {f"{name}.weight": weight, f"{name}.bias": bias}
    write_npz(path, arrays)
