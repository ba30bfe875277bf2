"""A style is read from a latent and written into it, and nothing else of the latent moves."""

from __future__ import annotations

import numpy as np
import pytest

from motion.restyling.subspace import LATENT_SIZE, STYLE_BLOCK, STYLE_SIZE, found_subspace


def test_the_block_is_the_first_values() -> None:
    latents = np.random.default_rng(0).standard_normal((3, LATENT_SIZE)).astype(np.float32)
    style = np.arange(STYLE_SIZE, dtype=np.float32)
    written = STYLE_BLOCK.write(latents, style)
    assert STYLE_BLOCK.read(latents) == pytest.approx(latents[:, :STYLE_SIZE])
    assert written[:, :STYLE_SIZE] == pytest.approx(np.tile(style, (3, 1)), abs=1e-5)
    assert np.array_equal(written[:, STYLE_SIZE:], latents[:, STYLE_SIZE:])


def test_what_differs_between_groups_is_found() -> None:
    draw = np.random.default_rng(1)
    apart = np.linalg.qr(draw.standard_normal((LATENT_SIZE, 2)))[0].T
    places = np.array([[0, 0], [5, 0], [0, 3], [-2, -2]], np.float32)
    number = np.arange(400) % 4
    latents = places[number] @ apart + 0.01 * draw.standard_normal((400, LATENT_SIZE))
    found = found_subspace(latents, [f"clip {n}" for n in number])
    assert found.size == 2
    inside = apart @ found.axes.T @ found.axes
    assert inside == pytest.approx(apart, abs=0.01)
    other = found.write(latents[:1], found.read(latents[1:2]))
    assert other @ apart.T == pytest.approx(latents[1:2] @ apart.T, abs=0.05)
    outside = np.eye(LATENT_SIZE) - found.axes.T @ found.axes
    assert other @ outside == pytest.approx(latents[:1] @ outside, abs=1e-4)


def test_one_group_has_no_style_of_its_own() -> None:
    with pytest.raises(ValueError, match="at least two"):
        found_subspace(np.zeros((5, LATENT_SIZE)), ["only"] * 5)
