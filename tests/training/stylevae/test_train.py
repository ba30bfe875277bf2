"""StyleVAE: its shapes, its folding and export, its resumable run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")
torch.set_num_threads(1)

from inference.models import MODELS  # noqa: E402
from motion.features import FEATURES, FPS, WINDOW, motion_features  # noqa: E402
from tests.motion.synthetic import walk  # noqa: E402
from training.data import TRAIN, TrainingClip  # noqa: E402
from training.export import load_perceptron, run_onnx  # noqa: E402
from training.stylevae.basis import SIZE, Basis, window_metric  # noqa: E402
from training.stylevae.gaits import PairMaker, gather_gaits  # noqa: E402
from training.stylevae.networks import LATENT, STYLE, CoefficientVAE, fold, parameter_count, unfold  # noqa: E402
from training.stylevae.samples import Samples  # noqa: E402
from training.stylevae.ship import export_decoder, export_encoder, read_networks  # noqa: E402
from training.stylevae.train import Run, Settings  # noqa: E402

COUNT = 300
SETTINGS = Settings(steps=6, batch=32, reader_steps=2, warmup=2, pairs=8, block=12, renew=2)


@pytest.fixture(scope="module")
def basis() -> Basis:
    """An orthonormal basis, so that synthesis is analysis turned over."""
    draw = np.random.default_rng(1)
    directions = np.linalg.qr(draw.standard_normal((SIZE, COUNT)))[0]
    spread = np.geomspace(3.0, 0.05, COUNT)
    return Basis(draw.standard_normal(SIZE), directions, directions.T, spread)


@pytest.fixture(scope="module")
def samples(basis: Basis) -> Samples:
    draw = np.random.default_rng(2)
    count = 64
    return Samples(
        coefficients=(draw.standard_normal((count, COUNT)) * basis.spread).astype(np.float32),
        contacts=draw.integers(0, 2, (count, WINDOW, 4)).astype(np.float32),
        style=np.arange(count) % 3,
        probability=np.full(count, 1 / count),
        styles=("march", "stroll", "walk"),
    )


@pytest.fixture(scope="module")
def pairs(samples: Samples) -> PairMaker:
    clips = []
    for cadence in (0.8, 1.0):
        positions = walk(200, 1 / FPS, cadence)
        features, usable = motion_features(positions), np.ones(200, bool)
        clips.append(TrainingClip("w", "walk", "", TRAIN, positions, features, usable))
    return PairMaker(gather_gaits(clips, samples.styles), samples.styles)


@pytest.fixture(scope="module")
def vae(basis: Basis) -> CoefficientVAE:
    torch.manual_seed(0)
    return CoefficientVAE(torch.from_numpy(basis.spread).float()).eval()


def test_parameter_counts_are_those_of_the_contract(vae: CoefficientVAE, basis: Basis) -> None:
    encoder, decoder = fold(vae, basis)
    assert parameter_count(encoder) == 2_505_984
    assert parameter_count(decoder) == 2_444_316


def test_starts_as_principal_component_analysis(vae: CoefficientVAE) -> None:
    """While hidden units are in their linear range, the network passes its leading inputs."""
    spread = vae.scale.square() / vae.scale[0]
    small = 0.5 * torch.randn(64, COUNT) * spread
    with torch.no_grad():
        mu, _ = vae.encode(small)
        back = vae.decode(mu)
    kept, wanted = ((x - x.mean(dim=0))[:, :LATENT] for x in (back, small))
    assert (kept - wanted).norm() < 0.25 * wanted.norm()
    assert mu.shape == (64, LATENT)


@torch.no_grad()
def test_folding_is_exact(vae: CoefficientVAE, basis: Basis) -> None:
    encoder, decoder = fold(vae, basis)
    coefficients = np.random.default_rng(3).standard_normal((5, COUNT)) * basis.spread
    motion = basis.mean + coefficients @ basis.synthesis
    mu, logvar = encoder(torch.from_numpy(motion).float())
    wanted_mu, wanted_logvar = vae.encode(torch.from_numpy(coefficients).float())
    torch.testing.assert_close(mu, wanted_mu, rtol=1e-5, atol=2e-5)
    torch.testing.assert_close(logvar, wanted_logvar, rtol=1e-5, atol=2e-5)
    wanted = basis.mean + vae.decode(mu).double().numpy() @ basis.synthesis
    np.testing.assert_allclose(decoder(mu).numpy(), wanted, rtol=1e-5, atol=2e-5)


@torch.no_grad()
def test_unfolding_undoes_folding(vae: CoefficientVAE, basis: Basis) -> None:
    again = CoefficientVAE(torch.from_numpy(basis.spread).float())
    unfold(*fold(vae, basis), again, basis)
    for ours, theirs in zip(vae.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_onnx_says_what_torch_says(vae: CoefficientVAE, basis: Basis, tmp_path: Path) -> None:
    encoder, decoder = fold(vae, basis)
    export_encoder(encoder, tmp_path / "stylevae_encoder.onnx")
    export_decoder(decoder, tmp_path / "stylevae_decoder.onnx")
    draw = np.random.default_rng(4)
    for batch in (1, 7):
        motion = draw.standard_normal((batch, SIZE)).astype(np.float32)
        latent = draw.standard_normal((batch, LATENT)).astype(np.float32)
        encoded = run_onnx(tmp_path / "stylevae_encoder.onnx", {"motion": motion})
        decoded = run_onnx(tmp_path / "stylevae_decoder.onnx", {"latent": latent})["motion"]
        mu, logvar = encoder(torch.from_numpy(motion))
        np.testing.assert_allclose(encoded["mu"], mu.numpy(), rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(encoded["logvar"], logvar.numpy(), rtol=1e-5, atol=1e-4)
        assert decoded.shape == (batch, WINDOW, FEATURES)
        wanted = decoder(torch.from_numpy(latent)).numpy().reshape(decoded.shape)
        np.testing.assert_allclose(decoded, wanted, rtol=1e-5, atol=1e-5)
    for network, read in zip((encoder, decoder), read_networks(tmp_path), strict=True):
        for ours, theirs in zip(network.parameters(), read.parameters(), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    again = load_perceptron(tmp_path / "stylevae_decoder.onnx")(torch.from_numpy(latent))
    np.testing.assert_allclose(again.numpy().reshape(decoded.shape), decoded, atol=1e-5)
    assert MODELS["stylevae_decoder"].outputs == {"motion": (None, WINDOW, FEATURES)}


def test_a_run_that_stops_goes_on_as_if_it_had_not(
    samples: Samples, basis: Basis, pairs: PairMaker, tmp_path: Path
) -> None:
    whole = Run(samples, basis, SETTINGS, pairs)
    whole.train(tmp_path / "whole.pt", SETTINGS.steps)
    first = Run(samples, basis, SETTINGS, pairs)
    first.train(tmp_path / "part.pt", until=3)
    torch.manual_seed(99)
    second = Run(samples, basis, SETTINGS, pairs)
    second.restore(tmp_path / "part.pt")
    second.train(tmp_path / "part.pt", SETTINGS.steps)
    assert second.done == SETTINGS.steps
    for ours, theirs in zip(whole.vae.parameters(), second.vae.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def test_a_checkpoint_of_another_run_is_refused(
    samples: Samples, basis: Basis, pairs: PairMaker, tmp_path: Path
) -> None:
    Run(samples, basis, SETTINGS, pairs).save(tmp_path / "run.pt")
    with pytest.raises(ValueError, match="other settings"):
        Run(samples, basis, Settings(steps=7), pairs).restore(tmp_path / "run.pt")


def test_training_lowers_the_reconstruction_error(
    samples: Samples, basis: Basis, pairs: PairMaker
) -> None:
    run = Run(samples, basis, replace(SETTINGS, steps=40, batch=64), pairs)
    reports = [run.advance()["reconstruction"] for _ in range(40)]
    assert np.mean(reports[-5:]) < 0.9 * np.mean(reports[:5])


def test_the_content_block_does_not_see_the_style_gradient(
    samples: Samples, basis: Basis, pairs: PairMaker
) -> None:
    """The giveaway loss reaches the encoder through content only, never the adversary."""
    run = Run(samples, basis, SETTINGS, pairs)
    content = torch.randn(4, LATENT - STYLE, requires_grad=True)
    run.giveaway(content).backward()
    assert content.grad is not None and content.grad.abs().sum() > 0
    assert all(p.grad is None for p in run.adversary.parameters())


def test_the_metric_is_positive_definite_and_sees_feet_most() -> None:
    metric = window_metric()
    assert np.abs(metric - metric.T).max() < 1e-9
    np.linalg.cholesky(metric)
    toe, hand = 3 * 4, 3 * 17
    middle = 30 * FEATURES
    assert metric[middle + toe, middle + toe] > metric[middle + hand, middle + hand]
