"""Styles and sliders by what a person writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.restyling.atlas import StyleAtlas, principal_atlas
from motion.restyling.sliders import StyleSlider
from viewer.model.notice import Refused
from viewer.model.style_names import StyleNames, chosen


def an_atlas() -> StyleAtlas:
    """60 styles with three names and two sliders."""
    draw = np.random.default_rng(2)
    labels = ["Angry", "jackson_walk", "walk"] * 20
    styles = draw.normal(size=(60, 64)) + np.array([len(name) for name in labels])[:, None]
    pose = np.zeros((22, 3))
    arrows = np.eye(2, 64)
    sliders = (
        StyleSlider(name, "%", arrow, arrow, pose, pose, {})
        for name, arrow in zip(("arm swing", "lean"), arrows, strict=True)
    )
    return replace(principal_atlas(styles, labels), sliders=tuple(sliders))


@pytest.fixture
def names() -> StyleNames:
    return StyleNames(an_atlas, lambda path: np.full(64, 7.0, np.float32))


@pytest.mark.parametrize("text", ["jackson_walk", "Jackson walk", "JACKSON-WALK"])
def test_a_name_is_found_however_it_is_written(names: StyleNames, text: str) -> None:
    found = names.find(text)
    assert found.label == "jackson_walk"
    assert found.values == pytest.approx(names.atlas.style("jackson_walk"))


def test_a_place_of_the_map_is_a_mix(names: StyleNames) -> None:
    at = np.array([[0.1, -0.2]])
    assert names.find("map:0.1,-0.2").values == pytest.approx(names.atlas.at(at)[0])
    for text in ("map:", "map:1", "map:1,2,3", "map:x,1", "map:nan,0"):
        with pytest.raises(Refused, match="written map:X,Y"):
            names.find(text)


def test_files_are_styles(names: StyleNames, tmp_path: Path) -> None:
    assert names.find("some/clip.bvh").label == "clip"
    latent = np.arange(256.0) / 10
    np.savez(tmp_path / "mine.npz", latent=latent)
    assert names.find(str(tmp_path / "mine.npz")).values == pytest.approx(latent[:64])
    with pytest.raises(OSError, match="No such file"):
        names.find(str(tmp_path / "nowhere.npz"))


@pytest.mark.parametrize("worst", [1e9, -101.0, np.nan, np.inf])
def test_numbers_that_no_motion_has_are_refused(
    names: StyleNames, tmp_path: Path, worst: float
) -> None:
    values = np.zeros(256)
    values[7] = worst
    np.savez(tmp_path / "latent.npz", latent=values)
    np.savez(tmp_path / "style.npz", style=values[:64])
    for file in ("latent.npz", "style.npz"):
        with pytest.raises(Refused, match=f"{file}: .* of at most 100 either way"):
            names.find(str(tmp_path / file))


def test_near_misses_and_choices_are_told(names: StyleNames) -> None:
    with pytest.raises(Refused, match="'wlak'; did you mean walk") as refused:
        names.find("wlak")
    assert "Choose from Angry, jackson_walk, walk, or give a BVH" in str(refused.value)
    with pytest.raises(Refused, match="no slider 'len'; did you mean lean"):
        names.slider("len=1")
    with pytest.raises(Refused, match="There is no dish 'soup'; choose from bread, cake"):
        chosen("dish", "soup", ("bread", "cake"))


def test_sliders_are_numbered_and_bounded(names: StyleNames) -> None:
    assert names.slider("arm swing=-1.5") == (0, -1.5)
    assert names.slider("Lean=2") == (1, 2.0)
    assert names.slider("arm-swing=1") == (0, 1.0)
    for text in ("lean", "lean=", "=1", "lean=x", "lean=nan", "lean=99"):
        with pytest.raises(Refused, match="written NAME=SIGMA"):
            names.slider(text)
    plain = StyleNames(lambda: replace(an_atlas(), sliders=()), lambda path: np.zeros(64))
    with pytest.raises(Refused, match="no named sliders"):
        plain.slider("lean=1")


def test_a_seed_always_draws_the_same_style(names: StyleNames) -> None:
    one, again, other = names.random(1), names.random(1), names.random(2)
    assert one == again and one != other
    drawn = np.stack([names.random(seed).values for seed in range(300)])
    known = names.atlas.styles
    assert np.linalg.norm(drawn.std(axis=0)) == pytest.approx(
        np.linalg.norm(known.std(axis=0)), rel=0.1
    )
