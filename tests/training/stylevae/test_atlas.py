"""The map of styles of a small corpus, by the networks that ship."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from motion.features import FPS, WINDOW, motion_features
from motion.restyling.atlas import StyleAtlas, atlas_for, load_atlas
from motion.restyling.subspace import LATENT_SIZE
from tests.motion.synthetic import walk, wander
from training.data import HELD_OUT, TRAIN, Corpus, TrainingClip
from training.stylevae.atlas import Dots, balanced, gait_styles, gathered, make_atlas
from training.stylevae.properties import PROPERTIES

MODELS = Path(__file__).parents[3] / "assets" / "models"
NETWORKS = ("stylevae_encoder.onnx", "stylevae_decoder.onnx")


def clip(name: str, style: str, positions: np.ndarray, first: int = 0) -> TrainingClip:
    usable = np.ones(len(positions), bool)
    features = motion_features(positions)
    return TrainingClip(name, style, "", TRAIN, positions, features, usable, first)


def corpus() -> Corpus:
    """Walks in two styles, two dances, and a clip that nobody learns from."""
    held_out = clip("held out", "walk", walk(200, 1 / FPS))
    kept = TrainingClip(**{**vars(held_out), "split": HELD_OUT})
    clips = [
        clip("walk 1", "walk", walk(110, 1 / FPS), first=90),
        clip("walk 2", "walk", walk(150, 1 / FPS, 0.9)),
        clip("angry", "Angry", walk(150, 1 / FPS, 1.2)),
        clip("dance 1", "salsa_dance", wander(1, 150)),
        clip("dance 2", "salsa_dance", wander(2, 150)),
        clip("short", "salsa_dance", wander(3, 40)),
    ]
    return Corpus((*clips, kept), "key")


def encode(windows: np.ndarray) -> np.ndarray:
    latents = np.zeros((len(windows), LATENT_SIZE))
    latents[:, 0] = windows[:, :, 67].mean(axis=1)
    return latents


def test_windows_are_gathered_with_where_they_come_from(tmp_path: Path) -> None:
    spoilt = clip("spoilt", "salsa_dance", wander(4, 130))
    spoilt.usable[100] = False
    dots = gathered(Corpus((*corpus().clips, spoilt), "key"), tmp_path, encode)
    assert set(dots.clips) == {"walk 1", "walk 2", "angry", "dance 1", "dance 2", "spoilt"}
    first = dots.starts_s[dots.clips == "walk 1"]
    assert first.min() >= 90 / FPS and np.allclose(np.diff(first), 5 / FPS)
    assert dots.starts_s[dots.clips == "spoilt"].max() + WINDOW / FPS < 100.5 / FPS
    np.testing.assert_allclose(dots.styles[dots.labels == "walk", 0], 1.0, atol=0.05)


def test_demo_clips_are_known_by_their_titles(tmp_path: Path) -> None:
    clips = Path(__file__).parents[3] / "assets" / "clips"
    row = json.loads((clips / "clips.json").read_text())[0]
    shutil.copy(clips / row["file"], tmp_path)
    (tmp_path / "clips.json").write_text(json.dumps([row]))
    dots = gathered(Corpus(corpus().clips, "key"), tmp_path, encode)
    assert (dots.labels[dots.clips == row["title"]] == row["style"]).all()
    assert (dots.clips == row["title"]).sum() > 3


def test_styles_of_few_windows_keep_them_all() -> None:
    counts = {"walk": 2000, "hop": 30, "salsa_dance": 2000, "wave": 3}
    labels = np.repeat(list(counts), list(counts.values()))
    starts = np.concatenate([np.arange(n) for n in counts.values()])
    kept = balanced(Dots(np.zeros((len(labels), 64)), labels, labels, starts))
    found = {name: int((kept.labels == name).sum()) for name in counts}
    assert found["hop"] == 30 and found["wave"] == 3
    assert found["salsa_dance"] < found["walk"] < 700
    walks = kept.starts_s[kept.labels == "walk"]
    assert walks[0] == 0 and walks[-1] == 1999 and np.diff(walks).max() < 4


def test_every_gait_counts_alike() -> None:
    labels = np.array(["walk"] * 30 + ["hop"] * 10 + ["salsa_dance"] * 5)
    styles = np.zeros((45, 64))
    styles[30:40], styles[40:] = 1.0, 9.0
    real = gait_styles(Dots(styles, labels, labels, np.zeros(45)))
    assert len(real.styles) == 40
    np.testing.assert_allclose(real.mean, 0.5)


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    (folder / "models").mkdir()
    for name in NETWORKS:
        shutil.copy(MODELS / name, folder / "models")
    return folder


@pytest.fixture(scope="module")
def made(assets: Path) -> StyleAtlas:
    return make_atlas(corpus(), assets, 0)


def test_the_map_fits_the_networks_and_is_read_back(made: StyleAtlas, assets: Path) -> None:
    models = assets / "models"
    networks = [models / name for name in NETWORKS]
    back = atlas_for(models / "style_atlas.npz", *networks)
    assert back is not None and set(back.legend) == {"walk", "Angry", "salsa_dance"}
    np.testing.assert_array_equal(back.points, made.points)
    assert atlas_for(models / "style_atlas.npz", networks[1], networks[0]) is None
    assert atlas_for(models / "none.npz", *networks) is None
    assert load_atlas(models / "style_atlas.npz").metric is not None
    assert np.linalg.norm(back.points, axis=1).max() <= 1 + 1e-6


def test_the_manifest_tells_of_every_slider_that_was_tried(made: StyleAtlas, assets: Path) -> None:
    entry = json.loads((assets / "models" / "manifest.json").read_text())["models"]["style_atlas"]
    table = entry["metrics"]["sliders"]
    assert set(table) == {each.name for each in PROPERTIES}
    kept = [name for name, row in table.items() if not row["left_out"]]
    assert [each.name for each in made.sliders] == kept
    assert entry["windows"] == len(made) and entry["rule"] and entry["data"]


def test_every_slider_leaves_the_others_alone(made: StyleAtlas) -> None:
    assert made.sliders
    style = made.styles[0]
    before = made.coordinates(style)
    for index in range(len(made.sliders)):
        wanted = before.copy()
        wanted[index] = 1.5
        moved = made.coordinates(made.moved(style, index, 1.5))
        np.testing.assert_allclose(moved, wanted, atol=1e-3)
