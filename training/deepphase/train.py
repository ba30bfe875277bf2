"""Training of DeepPhase: the phase of a motion from one of its frames.

The output is a point (x, y): its angle is the phase (Starke et al., "DeepPhase:
periodic autoencoders for learning motion phase manifolds", 2022), its distance
from the origin the amplitude. Labels come from footfalls (training.deepphase.teacher).
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
from training.run import progress_bar, save_checkpoint

from .report import METRICS_ARE, TARGETS, held_out_report
from .samples import PhaseSamples, load_samples

LAYERS = (PHASE_INPUT, 256, 128, 32, 2)
SLOPE = 0.01
_SMALLEST_SPREAD = 0.05
_CHECKPOINT_STEPS = 500


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, apart from the corpus.

    change: weight of the error in how (x, y) changes to the next frame.
    position_noise (m), velocity_noise (m/s): spread of the noise both frames of a
    pair share, as if the body had other proportions. flicker: noise of each frame
    alone, as a share of that; with ``change`` it keeps the phase from trembling.
    speed: clips are played up to this share faster or slower.
    """

    seed: int = 0
    steps: int = 10000
    batch: int = 1024
    rate: float = 2e-3
    weight_decay: float = 1e-2
    change: float = 40.0
    position_noise: float = 0.015
    velocity_noise: float = 0.15
    flicker: float = 0.5
    speed: float = 0.1


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


class Run:
    """A training run that can stop after any step and go on as if it had not."""

    def __init__(self, samples: PhaseSamples, settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        self._chance = torch.Generator().manual_seed(settings.seed)
        self.settings = settings
        self.step = 0
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

    def train(self, checkpoint: Path, until: int | None = None) -> None:
        """Train to ``until`` steps (all by default), saving to ``checkpoint``."""
        last = self.settings.steps if until is None else min(until, self.settings.steps)
        with progress_bar() as progress:
            task = progress.add_task("DeepPhase", total=self.settings.steps, completed=self.step)
            while self.step < last:
                loss = self._advance()
                progress.advance(task)
                if self.step % _CHECKPOINT_STEPS == 0 or self.step == last:
                    self.save(checkpoint)
                    progress.update(task, description=f"DeepPhase, loss {loss:.4f}")

    def save(self, path: Path) -> None:
        state = {
            "settings": asdict(self.settings),
            "step": self.step,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "random": self._chance.get_state(),
        }
        save_checkpoint(state, path)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint; ValueError when it is of another run."""
        state = torch.load(path, weights_only=True)
        if state["settings"] != asdict(self.settings):
            raise ValueError(
                f"{path}: made with other settings; train without --resume or with the same ones"
            )
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self.step = state["step"]
        self._chance.set_state(state["random"])

    def _advance(self) -> float:
        s = self.settings
        chance = self._chance
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
        self.step += 1
        return loss.item()

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
    checkpoint = runs / "deepphase.pt"
    if resume and checkpoint.is_file():
        training.restore(checkpoint)
    training.train(checkpoint)
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
