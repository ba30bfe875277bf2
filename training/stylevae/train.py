"""Training of StyleVAE: a motion window as a style block and a content block.

Kingma & Welling, "Auto-encoding variational Bayes", 2014, with the style block
read by a linear classifier, the content block blinded to style by an
adversary, and swapped, blended and random latents held to human motion.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from rich.progress import Progress
from torch import Tensor, nn

from training.run import progress_bar, save_checkpoint

from . import losses
from .basis import Basis
from .networks import LATENT, STYLE, CoefficientVAE, StyleReader
from .samples import Samples

_CHECKPOINT_STEPS = 500
_READERS = 2
_FEW, _FAR = 0.03, 2.0
"""Half of the random latents are like far sliders: 3 % of entries drawn, twice as far."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, apart from the corpus."""

    seed: int = 0
    steps: int = 10000
    batch: int = 256
    rate: float = 7e-4
    warmup: int = 300
    weight_decay: float = 1e-2
    average: float = 0.999
    reader_steps: int = 1500
    run_frames: int = 12
    input_noise: float = 0.03
    kl: float = 1e-3
    reconstruction: float = 1 / 0.04**2
    joints: float = 20.0
    bones: float = 14.0
    skate: float = 3.0
    hybrid_bones: float = 8.0
    hybrid_skate: float = 0.6
    overspeed: float = 3.0
    speed_limit: float = 8.0
    style: float = 0.5
    blind: float = 0.6
    swap: float = 0.3
    cycle: float = 0.2
    normal: float = 0.3


class Run:
    """A training run that can stop after any step and go on as if it had not.

    readers: style classifiers of real windows, trained first, that judge swaps.
    averaged: the running mean of the weights, which is what is exported.
    """

    def __init__(self, samples: Samples, basis: Basis, settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.styles = samples.styles
        self.step = 0
        self._synthesis = losses.Synthesis(basis)
        self._coefficients = torch.from_numpy(samples.coefficients)
        self._contacts = torch.from_numpy(samples.contacts)
        self._style = torch.from_numpy(samples.style)
        self._probability = torch.from_numpy(samples.probability)
        spread = torch.from_numpy(basis.spread).float()
        self._spread = spread
        self.vae = CoefficientVAE(spread)
        self.averaged = torch.optim.swa_utils.AveragedModel(
            self.vae, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average)
        )
        count = len(samples.styles)
        self._frequency = torch.zeros(count).index_add(0, self._style, self._probability.float())
        self._style_head = nn.Sequential(nn.Dropout(0.1), nn.Linear(STYLE, count))
        self._adversary = nn.Sequential(
            nn.Linear(LATENT - STYLE, 128), nn.LeakyReLU(0.1), nn.Linear(128, count)
        )
        self.readers = nn.ModuleList(StyleReader(spread, count) for _ in range(_READERS))
        self._modules = nn.ModuleDict(
            {
                "vae": self.vae,
                "averaged": self.averaged,
                "style_head": self._style_head,
                "adversary": self._adversary,
                "readers": self.readers,
            }
        )
        learned = [self.vae, self._style_head, self._adversary]
        self._optimizer = torch.optim.AdamW(
            [p for module in learned for p in module.parameters()],
            settings.rate,
            weight_decay=settings.weight_decay,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._rate_at)

    def train(self, checkpoint: Path, until: int | None = None) -> None:
        """Train to ``until`` steps (all by default), saving to ``checkpoint``."""
        last = self.settings.steps if until is None else min(until, self.settings.steps)
        with progress_bar() as progress:
            if self.step == 0:
                self._train_readers(progress)
            task = progress.add_task("StyleVAE", total=self.settings.steps, completed=self.step)
            while self.step < last:
                report = self._advance()
                progress.advance(task)
                if self.step % _CHECKPOINT_STEPS == 0 or self.step == last:
                    self.save(checkpoint)
                    progress.update(task, description=_sentence(report))
                    progress.console.print(f"step {self.step}: {_sentence(report)}")

    def save(self, path: Path) -> None:
        state = {
            "settings": asdict(self.settings),
            "styles": self.styles,
            "step": self.step,
            "modules": self._modules.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "random": torch.get_rng_state(),
        }
        save_checkpoint(state, path)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint; ValueError when it is of another run."""
        state = torch.load(path, weights_only=True)
        if state["settings"] != asdict(self.settings) or state["styles"] != self.styles:
            raise ValueError(
                f"{path}: made with other settings or styles; train without --resume or "
                f"with the same ones"
            )
        self._modules.load_state_dict(state["modules"])
        self.readers.eval().requires_grad_(False)
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self.step = state["step"]
        torch.set_rng_state(state["random"])

    def _rate_at(self, step: int) -> float:
        warm = min(1.0, (step + 1) / self.settings.warmup)
        done = torch.tensor(min(1.0, step / self.settings.steps))
        return warm * (0.01 + 0.99 * float(0.5 * (1 + torch.cos(done * torch.pi))))

    def _draw(self, count: int) -> Tensor:
        return torch.multinomial(self._probability, count, replacement=True)

    def _noisy(self, coefficients: Tensor, amount: float) -> Tensor:
        return coefficients + amount * self._spread * torch.randn_like(coefficients)

    def _train_readers(self, progress: Progress) -> None:
        task = progress.add_task("Style readers", total=_READERS * self.settings.reader_steps)
        for reader in self.readers:
            optimizer = torch.optim.AdamW(reader.parameters(), 1e-3, weight_decay=0.05)
            for _ in range(self.settings.reader_steps):
                index = self._draw(self.settings.batch)
                logits = reader(self._noisy(self._coefficients[index], 0.3))
                loss = F.cross_entropy(logits, self._style[index], label_smoothing=0.1)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                progress.advance(task)
            reader.eval().requires_grad_(False)
        progress.remove_task(task)

    def _advance(self) -> dict[str, float]:
        terms = self._terms()
        total = torch.stack([weight * value for weight, value in terms.values()]).sum()
        self._optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(self.vae.parameters(), 5.0)
        self._optimizer.step()
        self._schedule.step()
        self.averaged.update_parameters(self.vae)
        self.step += 1
        return {name: value.item() for name, (_, value) in terms.items()}

    def _terms(self) -> dict[str, tuple[float, Tensor]]:
        """Every loss of one batch with its weight."""
        s = self.settings
        index = self._draw(s.batch)
        target, style = self._coefficients[index], self._style[index]
        mu, logvar = self.vae.encode(self._noisy(target, s.input_noise))
        logvar = logvar.clamp(-12, 4)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        predicted = self.vae.decode(z)
        start = losses.random_run(s.run_frames)
        contacts = self._contacts[index, start : start + s.run_frames]
        seen = self._synthesis.frames(predicted, start, s.run_frames)
        true = self._synthesis.frames(target, start, s.run_frames)
        ramp = min(1.0, self.step / (0.2 * s.steps))
        told = self._adversary(z[:, STYLE:].detach())
        terms = {
            "reconstruction": (s.reconstruction, losses.reconstruction(predicted, target)),
            "kl": (s.kl, losses.kl_divergence(mu, logvar)),
            "normal": (s.normal, losses.off_normal(mu, logvar)),
            "joints": (s.joints, losses.joint_error(seen, true)),
            "bones": (s.bones, losses.bone_error(seen)),
            "skate": (s.skate, losses.skate(seen, true, contacts)),
            "style": (s.style, F.cross_entropy(self._style_head(z[:, :STYLE]), style)),
            "adversary": (1.0, F.cross_entropy(told, style)),
            "blind": (ramp * s.blind, self._giveaway(z[:, STYLE:])),
        }
        return terms | self._hybrid_terms(z, mu, style, ramp)

    def _giveaway(self, content: Tensor) -> Tensor:
        """How far the adversary's opinion of content (B, 192) is from knowing nothing.

        The gradient reaches the encoder only, and ends where the opinion is the
        frequency of the styles, so that neither side can run away.
        """
        fixed = {name: p.detach() for name, p in self._adversary.named_parameters()}
        opinion = torch.func.functional_call(self._adversary, fixed, (content,))
        return F.kl_div(
            F.log_softmax(opinion, dim=1), self._frequency.expand_as(opinion), reduction="batchmean"
        )

    def _hybrid_terms(
        self, z: Tensor, mu: Tensor, style: Tensor, ramp: float
    ) -> dict[str, tuple[float, Tensor]]:
        """Losses of latents no capture was encoded to: swapped, blended, random."""
        s = self.settings
        half, quarter = len(z) // 2, len(z) // 4
        swapped = torch.cat([z[half:, :STYLE], z[:half, STYLE:]], dim=1)
        share = torch.rand(quarter, 1)
        blended = torch.lerp(z[:quarter], z[half : half + quarter], share)
        drawn = torch.randn(quarter, LATENT)
        few = torch.rand(quarter // 2, LATENT) < _FEW
        drawn[: quarter // 2] *= _FAR * few
        decoded = self.vae.decode(torch.cat([swapped, blended, drawn]))
        start = losses.random_run(s.run_frames)
        seen = self._synthesis.frames(decoded, start, s.run_frames)
        swaps = decoded[:half]
        read = torch.stack(
            [F.cross_entropy(reader(swaps), style[half:]) for reader in self.readers]
        )
        again, _ = self.vae.encode(swaps)
        wanted = torch.cat([mu[half:, :STYLE], mu[:half, STYLE:]], dim=1).detach()
        return {
            "hybrid bones": (s.hybrid_bones, losses.bone_error(seen)),
            "hybrid skate": (s.hybrid_skate, losses.own_skate(seen)),
            "overspeed": (s.overspeed, losses.overspeed(seen, s.speed_limit)),
            "swap": (ramp * s.swap, read.mean()),
            "cycle": (ramp * s.cycle, F.mse_loss(again, wanted)),
        }


def _sentence(report: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in report.items())


def trained(
    samples: Samples,
    basis: Basis,
    settings: Settings,
    checkpoint: Path,
    resume: bool,
) -> CoefficientVAE:
    """The averaged network after a whole run."""
    run = Run(samples, basis, settings)
    if resume and checkpoint.is_file():
        run.restore(checkpoint)
    run.train(checkpoint)
    vae: CoefficientVAE = run.averaged.module
    return vae.eval()
