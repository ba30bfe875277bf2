"""Training of StyleVAE: a motion window as a style block and a content block.

Kingma & Welling, "Auto-encoding variational Bayes", 2014, with the style block
read by a linear classifier, the content block blinded to style by an
adversary, and swapped, blended and random latents held to human motion. Gaits are
restyled in supervision: decoding the content of one with the style of another must
give the other's real motion at the phase of the first (training.stylevae.gaits).

``python -m training stylevae --resume`` goes on with a run that was stopped, and
``python -m training stylevae --from FOLDER --steps N`` begins a new one with the StyleVAE
files of a folder, such as assets/models. RESTYLING.md beside this file says what was tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.run import ResumableRun

from . import losses, restyling
from .basis import Basis
from .gaits import PairMaker
from .networks import LATENT, STYLE, CoefficientVAE, Decoder, Encoder, StyleReader, unfold
from .restyling import PairPool
from .samples import Samples

_READERS = 2
_FEW, _FAR = 0.03, 2.0
"""Half of the random latents are like far sliders: 3 % of entries drawn, twice as far."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, apart from the corpus."""

    seed: int = 0
    """Of the first weights and of every draw."""
    steps: int = 12000
    """Batches learned from."""
    batch: int = 192
    """Windows in a batch."""
    rate: float = 4e-4
    """Highest learning rate; it falls to 1 % along a cosine."""
    warmup: int = 200
    """Steps in which the rate rises."""
    weight_decay: float = 1e-2
    """Of AdamW."""
    half: bool = True
    """Whether hidden layers multiply in bfloat16: five times as fast where the CPU can."""
    average: float = 0.999
    """Share of the running mean of the weights that stays from step to step."""
    reader_steps: int = 800
    """Batches that each judge of swaps learns from."""
    run_frames: int = 12
    """Successive frames of a window that the losses on frames look at."""
    input_noise: float = 0.03
    """Noise on what is encoded, as a share of the coefficients' spread."""
    kl: float = 5e-4
    """Weight of the divergence from the unit normal, per nat of a window."""
    reconstruction: float = 1700.0
    """Weight of squared error, per m² of a joint and frame."""
    joints: float = 60.0
    """Weight of the mean distance of joints, per m."""
    bones: float = 14.0
    """Weight of the relative error of bone lengths."""
    skate: float = 60.0
    """Weight of the error of the feet's velocity while they stand, per m/s."""
    hybrid_bones: float = 8.0
    """``bones`` of swapped, blended and random latents."""
    hybrid_skate: float = 0.6
    """Weight of the speed of feet that such motion says are in contact, per m/s."""
    overspeed: float = 3.0
    """Weight of joint speed above ``speed_limit`` in such motion, per m/s."""
    speed_limit: float = 8.0
    """Faster than this (m/s) is unlike a person."""
    style: float = 0.5
    """Weight of the style classifier on the style block, cross-entropy."""
    blind: float = 0.2
    """Weight of how much the adversary knows of the style from the content block."""
    swap: float = 0.3
    """Weight of swapped windows being read as the style they took."""
    cycle: float = 0.2
    """Weight of swapped windows being encoded to the latents they came from."""
    pairs: int = 128
    """Pairs of gaits in a batch."""
    pair: float = 1200.0
    """``reconstruction`` of restyled gaits."""
    pair_joints: float = 35.0
    """``joints`` of restyled gaits."""
    pair_bones: float = 8.0
    """``bones`` of restyled gaits."""
    pair_skate: float = 12.0
    """``skate`` of restyled gaits."""
    pair_vigour: float = 2.0
    """Weight of the squared logarithm of restyled joint speed by what is wanted."""
    pair_alike: float = 0.2
    """Weight of the wanted motion being encoded to the blocks it should be decoded from."""
    pair_read: float = 0.4
    """Weight of restyled gaits being read as the style they took."""
    odd_bones: float = 4.0
    """``bones`` of random styles over gaits."""
    odd_vigour: float = 0.5
    """``pair_vigour`` of random styles over gaits, against the content."""
    block: int = 3000
    """Pairs drawn at a time."""
    renew: int = 400
    """Steps until new pairs are drawn."""
    normal: float = 0.3
    """Weight of the latents being normal over a batch, mean 0 and variance 1."""


class Run(ResumableRun):
    """Learns to decode what it encoded, and latents that nothing was encoded to; counts steps.

    readers: style classifiers of real windows, trained first, that judge swaps.
    averaged: the running mean of the weights, which is what is exported. adversary: guesses the
    style from the content block.
    """

    row_every = 100

    def __init__(
        self,
        samples: Samples,
        basis: Basis,
        settings: Settings,
        pairs: PairMaker,
        first: tuple[Encoder, Decoder] | None = None,
    ) -> None:
        super().__init__("StyleVAE", settings, styles=samples.styles, basis=basis.digest())
        self.settings = settings
        self._synthesis = losses.Synthesis(basis)
        self._coefficients = torch.from_numpy(samples.coefficients)
        self._contacts = torch.from_numpy(samples.contacts)
        self._style = torch.from_numpy(samples.style)
        self._probability = torch.from_numpy(samples.probability)
        spread = torch.from_numpy(basis.spread).float()
        self._spread = spread
        self.vae = CoefficientVAE(spread, settings.half)
        if first is not None:
            unfold(*first, self.vae, basis)
        self.averaged = torch.optim.swa_utils.AveragedModel(
            self.vae, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average)
        )
        count = len(samples.styles)
        self._frequency = torch.zeros(count).index_add(0, self._style, self._probability.float())
        self._style_head = nn.Sequential(nn.Dropout(0.1), nn.Linear(STYLE, count))
        self.adversary = nn.Sequential(
            nn.Linear(LATENT - STYLE, 128), nn.LeakyReLU(0.1), nn.Linear(128, count)
        )
        self.readers = nn.ModuleList(StyleReader(spread, count) for _ in range(_READERS))
        self.readers.eval().requires_grad_(False)
        learned = [self.vae, self._style_head, self.adversary]
        self._optimizer = torch.optim.AdamW(
            [p for module in learned for p in module.parameters()],
            settings.rate,
            weight_decay=settings.weight_decay,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._rate_at)
        self._pool = PairPool(pairs, basis, settings.seed, settings.block)
        self.parts = {
            "pairs": self._pool,
            "vae": self.vae,
            "averaged": self.averaged,
            "style_head": self._style_head,
            "adversary": self.adversary,
            "readers": self.readers,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }

    def exported(self) -> CoefficientVAE:
        """The averaged network, in full precision."""
        vae: CoefficientVAE = self.averaged.module
        vae.half = False
        return vae.eval()

    def _rate_at(self, step: int) -> float:
        warm = min(1.0, (step + 1) / self.settings.warmup)
        done = torch.tensor(min(1.0, step / self.settings.steps))
        return warm * (0.01 + 0.99 * float(0.5 * (1 + torch.cos(done * torch.pi))))

    def _draw(self, count: int) -> Tensor:
        return torch.multinomial(self._probability, count, replacement=True)

    def _noisy(self, coefficients: Tensor, amount: float) -> Tensor:
        return coefficients + amount * self._spread * torch.randn_like(coefficients)

    def _train_readers(self) -> None:
        for reader in self.readers:
            reader.train().requires_grad_(True)
            optimizer = torch.optim.AdamW(reader.parameters(), 1e-3, weight_decay=0.05)
            for _ in range(self.settings.reader_steps):
                index = self._draw(self.settings.batch)
                logits = reader(self._noisy(self._coefficients[index], 0.3))
                loss = F.cross_entropy(logits, self._style[index], label_smoothing=0.1)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            reader.eval().requires_grad_(False)

    def advance(self) -> dict[str, float]:
        if self.done == 0:
            self._train_readers()
        if self.done % self.settings.renew == 0:
            self._pool.renew()
        terms = self._terms() | self._restyling_terms()
        total = torch.stack([weight * value for weight, value in terms.values()]).sum()
        self._optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(self.vae.parameters(), 5.0)
        self._optimizer.step()
        self._schedule.step()
        self.averaged.update_parameters(self.vae)
        self.done += 1
        return {"step": self.done} | {name: value.item() for name, (_, value) in terms.items()}

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
        ramp = min(1.0, self.done / (0.2 * s.steps))
        told = self.adversary(z[:, STYLE:].detach())
        terms = {
            "reconstruction": (s.reconstruction, losses.reconstruction(predicted, target)),
            "kl": (s.kl, losses.kl_divergence(mu, logvar)),
            "normal": (s.normal, losses.off_normal(mu, logvar)),
            "joints": (s.joints, losses.joint_error(seen, true)),
            "bones": (s.bones, losses.bone_error(seen)),
            "skate": (s.skate, losses.skate(seen, true, contacts)),
            "style": (s.style, F.cross_entropy(self._style_head(z[:, :STYLE]), style)),
            "adversary": (1.0, F.cross_entropy(told, style)),
            "blind": (ramp * s.blind, self.giveaway(z[:, STYLE:])),
        }
        return terms | self._hybrid_terms(z, mu, style, ramp)

    def giveaway(self, content: Tensor) -> Tensor:
        """How far the adversary's opinion of content (B, 192) is from knowing nothing.

        The gradient reaches the encoder only, and ends where the opinion is the
        frequency of the styles, so that neither side can run away.
        """
        fixed = {name: p.detach() for name, p in self.adversary.named_parameters()}
        opinion = torch.func.functional_call(self.adversary, fixed, (content,))
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

    def _restyling_terms(self) -> dict[str, tuple[float, Tensor]]:
        """Losses of gaits in other styles, and of random styles over gaits."""
        s = self.settings
        batch = self._pool.draw(s.pairs)
        inputs = torch.cat([self._noisy(batch.content, s.input_noise), batch.source, batch.wanted])
        mu, logvar = self.vae.encode(inputs)
        z = mu + torch.exp(0.5 * logvar.clamp(-12, 4)) * torch.randn_like(mu)
        content, source, _ = z.chunk(3)
        mu_content, mu_source, mu_wanted = mu.chunk(3)
        odd = restyling.random_style(source, 1.0)[: s.pairs // 2]
        blocks = torch.cat([source[:, :STYLE], odd])
        decoded = self.vae.decode(
            torch.cat([blocks, torch.cat([content, content[: len(odd)]])[:, STYLE:]], dim=1)
        )
        made = restyling.Restyled(decoded[: s.pairs], mu_content, mu_source, content, source)
        frames = self._synthesis.frames
        told = restyling.pair_terms(made, batch, mu_wanted, frames, s.run_frames)
        read = [F.cross_entropy(reader(made.decoded), batch.style) for reader in self.readers]
        told["pair read"] = torch.stack(read).mean()
        start = losses.random_run(s.run_frames)
        seen = frames(decoded[s.pairs :], start, s.run_frames)
        plain = frames(batch.content[: len(odd)], start, s.run_frames)
        told["odd bones"] = losses.bone_error(seen)
        told["odd vigour"] = losses.vigour_error(seen, plain)
        ramp = min(1.0, (self.done + 1) / (0.05 * s.steps))
        weight = {name: getattr(s, name.replace(" ", "_")) for name in told}
        return {name: (ramp * weight[name], value) for name, value in told.items()}
