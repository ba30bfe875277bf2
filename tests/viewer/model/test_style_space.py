"""The style space: coordinates in sigma on the principal axes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from viewer.model.style_space import (
    EncodedClip,
    StyleBank,
    load_space,
    principal_space,
    prior_space,
)


def sample(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Latents spread by 5, 4, 3 ... along random orthonormal rows, and the rows."""
    rng = np.random.default_rng(3)
    rows = np.linalg.qr(rng.standard_normal((256, 5)))[0].T
    spread = np.array([5, 4, 3, 2, 1.0])
    latents = (rng.standard_normal((count, 5)) * spread) @ rows + 0.5
    return latents.astype(np.float32), rows


def test_principal_axes_are_those_the_data_was_made_of() -> None:
    latents, rows = sample()
    space = principal_space(latents, 3)
    assert np.abs(space.components @ rows.T) == pytest.approx(np.eye(3, 5), abs=0.25)
    assert space.sigma == pytest.approx([5, 4, 3], rel=0.15)
    assert space.to_coords(latents).std(axis=0, ddof=1) == pytest.approx(np.ones(3), abs=1e-3)


def test_coordinates_and_latents_are_inverse() -> None:
    space = principal_space(sample()[0], 5)
    coords = np.array([1.5, -2, 0.25, 0, 3], np.float32)
    assert space.to_coords(space.to_latent(coords)) == pytest.approx(coords, abs=1e-4)


def test_moving_a_latent_changes_only_its_coordinates() -> None:
    latents, _ = sample()
    space = principal_space(latents, 3)
    wanted = np.array([0.5, -1, 2], np.float32)
    moved = space.moved(latents[7], dict(enumerate(wanted)))
    assert space.to_coords(moved) == pytest.approx(wanted, abs=1e-4)
    outside = np.eye(256) - space.components.T @ space.components
    assert outside @ moved == pytest.approx(outside @ latents[7], abs=1e-4)
    one = space.to_coords(space.moved(latents[7], {1: -1.0}))
    others = space.to_coords(latents[7])
    assert one == pytest.approx([others[0], -1, others[2]], abs=1e-4)


def test_few_windows_span_few_axes() -> None:
    assert principal_space(sample(4)[0]).dimensions == 3
    with pytest.raises(ValueError, match="two latents"):
        principal_space(sample(1)[0])


def test_equal_windows_still_give_an_axis() -> None:
    space = principal_space(np.ones((5, 256), np.float32))
    assert np.isfinite(space.to_coords(np.zeros(256))).all()


def test_a_seed_gives_one_style() -> None:
    space = prior_space()
    assert np.array_equal(space.random(11), space.random(11))
    assert not np.array_equal(space.random(11), space.random(12))
    assert np.abs(np.stack([space.random(s) for s in range(500)])).max() <= 3


def test_the_saved_space_is_read_back(tmp_path: Path) -> None:
    space = principal_space(sample()[0], 5)
    path = tmp_path / "style_space.npz"
    np.savez(path, mean=space.mean, components=space.components, sigma=space.sigma)
    read = load_space(path)
    assert np.array_equal(read.components, space.components)
    assert read.dimensions == 5


@pytest.mark.parametrize(
    "content",
    [b"not a zip", None],
    ids=["garbage", "wrong shapes"],
)
def test_a_broken_space_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "style_space.npz"
    if content is None:
        np.savez(path, mean=np.zeros(4), components=np.zeros((2, 4)), sigma=np.ones(2))
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"style_space\.npz: ") as caught:
        load_space(path)
    assert "\n" not in str(caught.value)


def test_bank_indexes_windows_across_clips() -> None:
    bank = StyleBank()
    assert bank.latents().shape == (0, 256)
    bank.put("a", EncodedClip("Walk", "calm", np.array([0, 0.5]), np.zeros((2, 256), "f")))
    bank.put("b", EncodedClip("Run", "", np.array([1.0]), np.ones((1, 256), "f")))
    assert bank.styles() == ("calm", "calm", "Run")
    assert bank.labels()[1:] == ("Walk (calm) at 0.5 s", "Run at 1.0 s")
    bank.remove("a")
    assert bank.latents()[:, 0] == pytest.approx([1.0])
