"""Training of DeepPhase: the phase of a motion from one of its frames.

The output is a point (x, y): its angle is the phase (Starke et al., "DeepPhase:
periodic autoencoders for learning motion phase manifolds", 2022), its distance
from the origin the amplitude. Labels come from footfalls (training.teacher).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from motion.features import FPS, JOINT_VALUES, PHASE_INPUT, phase_frames
from training.data import HELD_OUT, Corpus, load_corpus
from training.export import Graph, run_onnx
from training.manifest import describe_split, update_manifest
from training.run import ResumableRun, finish

from .report import METRICS_ARE, TARGETS, held_out_report
from .samples import PhaseSamples, load_samples

LAYERS = (PHASE_INPUT, 256, 128, 32, 2)
SLOPE = 0.01
_SMALLEST_SPREAD = 0.05


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, apart from the corpus."""

    seed: int = 0
    """Of the first weights and of every draw."""
    steps: int = 10000
    """Batches learned from."""
    batch: int = 1024
    """Pairs of successive frames in a batch."""
    rate: float = 2e-3
    """Highest learning rate, after the first tenth of a one-cycle schedule."""
    weight_decay: float = 1e-2
    """Of AdamW."""
    change: float = 40.0
    """Weight of the error in how (x, y) changes to the next frame."""
    position_noise: float = 0.015
    """Spread of the noise that both frames of a pair share, as if the body had other
    proportions, m."""
    velocity_noise: float = 0.15
    """The same of velocities, m/s."""
    flicker: float = 0.5
    """Noise of each frame alone, as a share of that of both; with ``change`` it keeps the
    phase from trembling."""
    speed: float = 0.1
    """Clips are played up to this share faster or slower."""


class DeepPhase(nn.Module):
    """132-256-128-32-2, leaky ReLU between: frames (B, 132) in m and m/s to (x, y) (B, 2)."""

    mean: Tensor
    spread: Tensor

    def __init__(self, mean: Tensor | None = None, spread: Tensor | None = None) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(PHASE_INPUT) if mean is None else mean)
        self.register_buffer("spread", torch.ones(PHASE_INPUT) if spread is None else spread)
        self.linears = nn.ModuleList(map(nn.Linear, LAYERS[:-1], LAYERS[1:]))

    def forward(self, frames: Tensor) -> Tensor:
        x = (frames - self.mean) / self.spread
        for layer in self.linears[:-1]:
            x = nn.functional.leaky_relu(layer(x), SLOPE)
        return self.linears[-1](x)


@torch.no_grad()
def fold(network: DeepPhase) -> DeepPhase:
    """The same function with the normalisation of its input inside the first layer."""
    folded = DeepPhase()
    state = network.state_dict()
    first = network.linears[0]
    weight = first.weight.double() / network.spread.double()
    state["linears.0.weight"] = weight.float()
    state["linears.0.bias"] = (first.bias.double() - weight @ network.mean.double()).float()
    state.update(mean=folded.mean, spread=folded.spread)
    folded.load_state_dict(state)
    return folded.eval()


def export(network: DeepPhase, path: Path) -> None:
    """Write ``network`` as ONNX: ``frame`` (batch, 132) to ``phase`` (batch, 2)."""
    graph, source = Graph(), "frame"
    last = len(LAYERS) - 2
    for number, layer in enumerate(fold(network).linears):
        target = "phase" if number == last else f"linear{number}"
        graph.linear(f"layer{number}", layer, source, target)
        if number != last:
            source = f"hidden{number}"
            graph.node("LeakyRelu", [target], source, alpha=SLOPE)
    graph.save(path, "deepphase", {"frame": (None, LAYERS[0])}, {"phase": (None, LAYERS[-1])})


class Run(ResumableRun):
    """Learns from pairs of successive frames, mirrored, sped up and shaken; counts steps."""

    row_every = 50

    def __init__(self, samples: PhaseSamples, settings: Settings) -> None:
        super().__init__("DeepPhase", settings)
        self.settings = settings
        self._frames = torch.from_numpy(samples.frames)
        self._angle = torch.from_numpy(samples.angle)
        self._vigour = torch.from_numpy(samples.vigour)
        self._steady = torch.from_numpy(samples.steady)
        self._pairs = torch.from_numpy(samples.pairs)
        self._probability = torch.from_numpy(samples.probability)
        seen = self._frames.flatten(0, 1)
        spread = seen.std(dim=0).clamp(min=_SMALLEST_SPREAD)
        self.network = DeepPhase(seen.mean(dim=0), spread)
        self._noise = torch.tensor(
            [settings.position_noise] * JOINT_VALUES + [settings.velocity_noise] * JOINT_VALUES
        )
        self._optimizer = torch.optim.AdamW(
            self.network.parameters(), settings.rate, weight_decay=settings.weight_decay
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, settings.rate, settings.steps, pct_start=0.1
        )
        self.parts = {
            "network": self.network,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }

    def advance(self) -> dict[str, float]:
        s = self.settings
        chance = self.chance
        drawn = torch.multinomial(self._probability, s.batch, replacement=True, generator=chance)
        index = self._pairs[drawn]
        mirror = torch.randint(2, (s.batch,), generator=chance)
        speed = 1 + s.speed * (2 * torch.rand(s.batch, 1, generator=chance) - 1)
        pace = torch.cat([torch.ones_like(speed), speed], dim=1).repeat_interleave(JOINT_VALUES, 1)
        shape = torch.randn(s.batch, PHASE_INPUT, generator=chance)
        said, wanted = [], []
        for frame in (index, index + 1):
            own = torch.randn(s.batch, PHASE_INPUT, generator=chance)
            noise = shape + s.flicker * own
            said.append(self.network(self._frames[mirror, frame] * pace + noise * self._noise))
            wanted.append(self._target(frame, mirror, speed[:, 0]))
        error = [a - b for a, b in zip(said, wanted, strict=True)]
        level = (error[0] ** 2 + error[1] ** 2).mean()
        change = ((error[1] - error[0]) ** 2).mean()
        loss = level + s.change * change
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        self._schedule.step()
        self.done += 1
        return {"step": self.done, "loss": loss.item()}

    def _target(self, frame: Tensor, mirror: Tensor, speed: Tensor) -> Tensor:
        """The teacher's (x, y) (B, 2); a mirrored body is half a cycle on."""
        amplitude = self._steady[frame] * torch.tanh(speed * self._vigour[frame])
        angle = self._angle[frame] + torch.pi * mirror
        return amplitude[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)


def run(mocap: Path, runs: Path, assets: Path, seed: int, resume: bool) -> None:
    """Train on the clips of ``mocap``, export to ``assets`` and write what was measured."""
    settings = Settings(seed=seed)
    corpus = load_corpus(mocap, runs / "cache")
    training = Run(load_samples(corpus), settings)
    finish(training, runs / "deepphase.pt", settings.steps, resume)
    network = training.network.eval()
    file = assets / "models" / "deepphase.onnx"
    export(network, file)
    metrics = held_out_report(corpus, mocap, file)
    metrics["torch_vs_onnx"] = export_error(network, file, corpus)
    entry = {
        "file": file.name,
        "inputs": {"frame": ["batch", LAYERS[0]]},
        "outputs": {"phase": ["batch", LAYERS[-1]]},
        "layers": list(LAYERS),
        "activation": f"LeakyReLU({SLOPE})",
        "parameters": sum(p.numel() for p in network.parameters()),
        "seed": seed,
        "command": f"python -m training deepphase --seed {seed}",
        "settings": asdict(settings),
        "split": describe_split(corpus),
        "metrics_are": METRICS_ARE,
        "targets": TARGETS,
        "metrics": metrics,
    }
    update_manifest(assets / "models", "deepphase", entry)


@torch.no_grad()
def export_error(network: DeepPhase, file: Path, corpus: Corpus) -> float:
    """Largest difference of the file's outputs from ``network``'s on held-out frames."""
    clips = [phase_frames(clip.positions, 1 / FPS) for clip in corpus.of(HELD_OUT)]
    frames = np.concatenate(clips)
    said = run_onnx(file, {"frame": frames})["phase"]
    return float(np.abs(said - network(torch.from_numpy(frames)).numpy()).max())
