"""The StyleVAE networks, and how a training basis folds into their outer layers.

During training the networks see coefficients (training.stylevae.basis) instead of 4380
raw values; both changes of basis are linear, so ``fold`` moves them into the
first and last layer and the shipped file takes and gives metres.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from inference.models import LATENT_SIZE
from motion.features import FEATURES, WINDOW

from .basis import SIZE, Basis

LATENT, STYLE = LATENT_SIZE, 64
_WIDE, _NARROW = 512, 256
_LINEAR_BIAS = 4.5
"""Hidden units start this many standard deviations above zero: linear to begin with."""


class Encoder(nn.Module):
    """inputs-512-256 with two heads 256-256: (B, inputs) to mu, logvar (B, 256)."""

    def __init__(self, inputs: int = SIZE) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Linear(inputs, _WIDE), nn.ReLU(), nn.Linear(_WIDE, _NARROW), nn.ReLU()
        )
        self.mu = nn.Linear(_NARROW, LATENT)
        self.logvar = nn.Linear(_NARROW, LATENT)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.trunk(x)
        return self.mu(hidden), self.logvar(hidden)


class Decoder(nn.Module):
    """256-256-512-outputs: (B, 256) to (B, outputs)."""

    def __init__(self, outputs: int = SIZE) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(LATENT, _NARROW),
            nn.ReLU(),
            nn.Linear(_NARROW, _WIDE),
            nn.ReLU(),
            nn.Linear(_WIDE, outputs),
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)

    def motion(self, z: Tensor) -> Tensor:
        """Windows (B, 60, 73) of latents (B, 256); for decoders of full size."""
        return self(z).view(-1, WINDOW, FEATURES)


class CoefficientVAE(nn.Module):
    """The variational autoencoder on coefficients (B, K).

    half: whether all but the last layers multiply in bfloat16.
    """

    scale: Tensor

    def __init__(self, spread: Tensor, half: bool = False) -> None:
        super().__init__()
        self.half = half
        self.register_buffer("scale", torch.sqrt(spread * spread[0]))
        self.encoder = Encoder(len(spread))
        self.decoder = Decoder(len(spread))
        self._start_principal(spread)

    def encode(self, coefficients: Tensor) -> tuple[Tensor, Tensor]:
        with self._quick():
            hidden = self.encoder.trunk(coefficients / self.scale)
        hidden = hidden.float()
        return self.encoder.mu(hidden), self.encoder.logvar(hidden)

    def decode(self, z: Tensor) -> Tensor:
        with self._quick():
            hidden = self.decoder.layers[:-1](z)
        return self.decoder.layers[-1](hidden.float()) * self.scale

    def _quick(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.half)

    @torch.no_grad()
    def _start_principal(self, spread: Tensor) -> None:
        """Begin as principal component analysis: the first 192 coefficients are the
        content block, the next 64 the style block, each of unit variance.
        """
        eye, order = torch.eye(LATENT), torch.arange(LATENT).roll(STYLE)
        gain = (spread / self.scale)[:LATENT]
        first, second = self.encoder.trunk[0], self.encoder.trunk[2]
        first.weight[:LATENT] *= 0.05
        first.weight[:LATENT, :LATENT] += torch.diag(1 / gain)
        first.bias[:LATENT] = _LINEAR_BIAS
        second.weight *= 0.05
        second.weight[:, :LATENT] += eye
        second.bias.zero_()
        self.encoder.mu.weight.copy_(eye[order])
        self.encoder.mu.bias.fill_(-_LINEAR_BIAS)
        self.encoder.logvar.weight.zero_()
        self.encoder.logvar.bias.fill_(-4.0)
        inner, middle, last = (self.decoder.layers[n] for n in (0, 2, 4))
        inner.weight.copy_(eye[order.argsort()])
        inner.bias.fill_(_LINEAR_BIAS)
        middle.weight[:LATENT] = eye
        middle.bias[:LATENT] = 0.0
        last.weight.zero_()
        last.weight[:LATENT, :LATENT] = torch.diag(gain)
        last.bias.zero_()
        last.bias[:LATENT] = -_LINEAR_BIAS * gain


@torch.no_grad()
def fold(vae: CoefficientVAE, basis: Basis) -> tuple[Encoder, Decoder]:
    """The networks on raw windows that do what ``vae`` does on coefficients."""
    mean, analysis, synthesis = (
        torch.from_numpy(part) for part in (basis.mean, basis.analysis, basis.synthesis)
    )
    scale = vae.scale.double()
    encoder, decoder = Encoder(), Decoder()
    _copy_but(encoder, vae.encoder, "trunk.0")
    _copy_but(decoder, vae.decoder, "layers.4")
    first = vae.encoder.trunk[0]
    weight = (first.weight.double() / scale) @ analysis.T
    encoder.trunk[0].weight.copy_(weight)
    encoder.trunk[0].bias.copy_(first.bias.double() - weight @ mean)
    last = vae.decoder.layers[4]
    decoder.layers[4].weight.copy_(synthesis.T @ (scale[:, None] * last.weight.double()))
    decoder.layers[4].bias.copy_(mean + synthesis.T @ (scale * last.bias.double()))
    return encoder.eval(), decoder.eval()


@torch.no_grad()
def unfold(encoder: Encoder, decoder: Decoder, vae: CoefficientVAE, basis: Basis) -> None:
    """Gives ``vae`` the weights of networks on raw windows: the inverse of ``fold``."""
    mean, analysis, synthesis = (
        torch.from_numpy(part) for part in (basis.mean, basis.analysis, basis.synthesis)
    )
    scale = vae.scale.double()
    _copy_but(vae.encoder, encoder, "trunk.0")
    _copy_but(vae.decoder, decoder, "layers.4")
    first, weight = vae.encoder.trunk[0], encoder.trunk[0].weight.double()
    first.weight.copy_(weight @ synthesis.T * scale)
    first.bias.copy_(encoder.trunk[0].bias.double() + weight @ mean)
    last, source = vae.decoder.layers[4], decoder.layers[4]
    last.weight.copy_(analysis.T @ source.weight.double() / scale[:, None])
    last.bias.copy_(analysis.T @ (source.bias.double() - mean) / scale)


def _copy_but(target: nn.Module, source: nn.Module, layer: str) -> None:
    """Copy every parameter but those of ``layer``, whose shape differs."""
    state = target.state_dict()
    state.update({k: v for k, v in source.state_dict().items() if not k.startswith(layer)})
    target.load_state_dict(state)


class StyleReader(nn.Module):
    """A classifier of styles from coefficients: (B, K) to logits (B, S)."""

    def __init__(self, spread: Tensor, styles: int) -> None:
        super().__init__()
        self.register_buffer("scale", torch.sqrt(spread * spread[0]) * 0.2)
        self.layers = nn.Sequential(
            nn.Dropout(0.2),
            nn.Linear(len(spread), 256),
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, styles),
        )

    def forward(self, coefficients: Tensor) -> Tensor:
        return self.layers(coefficients / self.scale)


def parameter_count(*modules: nn.Module) -> int:
    """How many numbers ``modules`` learn."""
    return sum(p.numel() for module in modules for p in module.parameters())
