"""From a trained StyleVAE to the shipped files: ONNX, style space, map, manifest, credits."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from motion.features import FEATURES, WINDOW
from motion.restyling.quality import TARGETS as RESTYLING_TARGETS
from training.data import TRAIN, Corpus, load_corpus
from training.export import Graph, run_onnx
from training.manifest import describe_split, update_manifest
from training.run import finish

from .atlas import make_atlas
from .basis import SIZE, Basis
from .evaluate import evaluate
from .gaits import PairMaker, gather_gaits
from .networks import LATENT, CoefficientVAE, Decoder, Encoder, fold, parameter_count
from .restyle_report import restyling_report
from .samples import Samples, load_samples
from .style_space import save_style_space, style_space
from .train import Run, Settings

TARGETS = {
    "joint_error_cm": "<= 4.0",
    "joint_error_walks_and_runs_cm": "<= 3.0",
    "bone_error_percent": "<= 5",
    "foot_speed_in_contact_ratio": "<= 1.5",
    "style_block_balanced_accuracy": ">= 0.60",
    "swap_read_as_style": ">= 0.60",
    "interpolation_bone_error_percent": "<= 8",
    "random_worst_joint_speed_mps": "<= 12",
}


def run(
    mocap: Path,
    runs: Path,
    assets: Path,
    seed: int,
    resume: bool,
    steps: int | None = None,
    first: Path | None = None,
) -> None:
    """Train, export, measure and describe StyleVAE; results go to ``assets``/models.

    steps: those of ``Settings`` by default. first: a folder of StyleVAE files to begin with.
    """
    judge = assets / "models" / "style_judge.npz"
    if not judge.is_file():
        raise FileNotFoundError(
            f"{judge}: not found; train it first with `python -m training judge`, which is "
            "what restyling is measured by"
        )
    corpus = load_corpus(mocap, runs / "cache")
    samples, basis = load_samples(corpus, runs / "cache", seed)
    settings = Settings(seed=seed) if steps is None else Settings(seed=seed, steps=steps)
    pairs = PairMaker(gather_gaits(corpus.of(TRAIN), samples.styles), samples.styles)
    weights = read_networks(first) if first else None
    origin = encoder_hash(first) if first else "chance"
    training = Run(samples, basis, settings, pairs, weights)
    finish(training, runs / "stylevae.pt", settings.steps, resume)
    ship(training.exported(), basis, samples, corpus, assets, settings, origin)


def encoder_hash(folder: Path) -> str:
    """Which encoder lies in ``folder``, for the manifest."""
    content = (folder / "stylevae_encoder.onnx").read_bytes()
    return f"encoder sha256 {hashlib.sha256(content).hexdigest()}"


def ship(
    vae: CoefficientVAE,
    basis: Basis,
    samples: Samples,
    corpus: Corpus,
    assets: Path,
    settings: Settings,
    origin: str,
) -> dict[str, Any]:
    """Write every shipped file of a trained network; returns the held-out metrics.

    origin: what the first weights were, for the manifest.
    """
    models, seed = assets / "models", settings.seed
    encoder, decoder = fold(vae, basis)
    export_encoder(encoder, models / "stylevae_encoder.onnx")
    export_decoder(decoder, models / "stylevae_decoder.onnx")
    latents = _latents(vae, samples)
    space = style_space(vae, latents, samples.probability, samples.style, seed)
    save_style_space(models / "style_space.npz", space, samples.styles)
    make_atlas(corpus, assets, seed)
    metrics = evaluate(corpus, models, seed)
    metrics["restyling"] = restyling_report(corpus, assets, seed)
    shared = {
        "seed": seed,
        "command": "python -m training " + " ".join(sys.argv[1:]),
        "split": describe_split(corpus),
        "metrics_are": "measured on held-out clips, from the ONNX files",
        "began_from": origin,
        "settings": asdict(settings),
        "targets": TARGETS,
        "restyling_targets": RESTYLING_TARGETS,
        "metrics": metrics,
        **check(vae, basis, encoder, decoder, samples, models),
    }
    encoder_entry = {
        "file": "stylevae_encoder.onnx",
        "inputs": {"motion": ["batch", SIZE]},
        "outputs": {"mu": ["batch", LATENT], "logvar": ["batch", LATENT]},
        "layers": "4380-512-256, two heads 256-256, ReLU",
        "blocks": {"style": [0, 64], "content": [64, 256]},
        "parameters": parameter_count(encoder),
    }
    decoder_entry = {
        "file": "stylevae_decoder.onnx",
        "inputs": {"latent": ["batch", LATENT]},
        "outputs": {"motion": ["batch", WINDOW, FEATURES]},
        "layers": "256-256-512-4380, ReLU",
        "parameters": parameter_count(decoder),
    }
    space_entry = {
        "file": "style_space.npz",
        "holds": "mean, components, sigma, style names and centroids of encoded training windows",
    }
    update_manifest(models, "stylevae_encoder", encoder_entry | shared)
    update_manifest(models, "stylevae_decoder", decoder_entry | shared)
    update_manifest(models, "style_space", space_entry | {"seed": seed})
    return metrics


def read_networks(models: Path) -> tuple[Encoder, Decoder]:
    """The networks of the files that ``ship`` wrote, to go on from; FileNotFoundError."""
    encoder, decoder = Encoder(), Decoder()
    for network, name, own in ((encoder, "encoder", ""), (decoder, "decoder", "layers.")):
        file = onnx.load(models / f"stylevae_{name}.onnx")
        weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in file.graph.initializer}
        network.load_state_dict(
            {
                name: torch.from_numpy(weights[name.replace(own, "layer.") if own else name].copy())
                for name in network.state_dict()
            }
        )
    return encoder, decoder


def export_encoder(encoder: Encoder, path: Path) -> None:
    """``motion`` (batch, 4380) to ``mu`` and ``logvar`` (batch, 256)."""
    graph = Graph()
    hidden = _perceptron(graph, encoder.trunk, "motion", "hidden", "trunk")
    graph.linear("mu", encoder.mu, hidden, "mu")
    graph.linear("logvar", encoder.logvar, hidden, "logvar")
    outputs = {"mu": (None, LATENT), "logvar": (None, LATENT)}
    graph.save(path, "stylevae_encoder", {"motion": (None, SIZE)}, outputs)


def export_decoder(decoder: Decoder, path: Path) -> None:
    """``latent`` (batch, 256) to ``motion`` (batch, 60, 73)."""
    graph = Graph()
    flat = _perceptron(graph, decoder.layers, "latent", "flat", "layer")
    graph.constant("shape", np.array([-1, WINDOW, FEATURES], np.int64))
    graph.node("Reshape", [flat, "shape"], "motion", name="reshape")
    shapes = {"motion": (None, WINDOW, FEATURES)}
    graph.save(path, "stylevae_decoder", {"latent": (None, LATENT)}, shapes)


def _perceptron(graph: Graph, layers: nn.Sequential, source: str, target: str, name: str) -> str:
    """Linear layers and ReLUs from ``source``; returns the tensor they end in."""
    for number, layer in enumerate(layers):
        last = number == len(layers) - 1
        result = target if last else f"{name}.{number}.out"
        if isinstance(layer, nn.Linear):
            graph.linear(f"{name}.{number}", layer, source, result)
        else:
            graph.node("Relu", [source], result, name=f"{name}.{number}")
        source = result
    return source


@torch.no_grad()
def check(
    vae: CoefficientVAE,
    basis: Basis,
    encoder: Encoder,
    decoder: Decoder,
    samples: Samples,
    models: Path,
) -> dict[str, float]:
    """Largest differences: folded against unfolded, and ONNX Runtime against torch."""
    coefficients = torch.from_numpy(samples.coefficients[:: len(samples.style) // 256])
    windows = torch.from_numpy(basis.mean + coefficients.double().numpy() @ basis.synthesis)
    motion = windows.float()
    mu, logvar = encoder(motion)
    mu_plain, logvar_plain = vae.encode(coefficients)
    decoded = decoder(mu)
    plain = basis.mean + vae.decode(mu).double().numpy() @ basis.synthesis
    encoded_onnx = run_onnx(models / "stylevae_encoder.onnx", {"motion": motion.numpy()})
    decoded_onnx = run_onnx(models / "stylevae_decoder.onnx", {"latent": mu.numpy()})
    return {
        "folding_error": max(
            _apart(mu, mu_plain), _apart(logvar, logvar_plain), _apart(decoded, plain)
        ),
        "onnx_error": max(
            _apart(mu, encoded_onnx["mu"]),
            _apart(logvar, encoded_onnx["logvar"]),
            _apart(decoded, decoded_onnx["motion"].reshape(len(mu), -1)),
        ),
    }


def _apart(a: torch.Tensor, b: torch.Tensor | np.ndarray) -> float:
    """Largest difference, relative to the largest value or 1."""
    difference = np.abs(np.asarray(a, np.float64) - np.asarray(b, np.float64)).max()
    return float(f"{difference / max(1.0, np.abs(np.asarray(b)).max()):.2g}")


@torch.no_grad()
def _latents(vae: CoefficientVAE, samples: Samples) -> np.ndarray:
    batches = torch.from_numpy(samples.coefficients).split(4096)
    return torch.cat([vae.encode(batch)[0] for batch in batches]).double().numpy()
