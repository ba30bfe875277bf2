"""Whole clips in other styles, with the models that ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.contacts import joint_speed
from motion.features import FPS
from motion.restyling.atlas import StyleAtlas, fingerprint, load_atlas, principal_atlas, save_atlas
from motion.restyling.course import StyleAt
from motion.restyling.sliders import StyleSlider
from viewer.model import shipped
from viewer.model.clip import OpenMotion, load_motion
from viewer.model.demo import ASSETS, demo_clips
from viewer.model.document import Latent
from viewer.model.notice import Refused
from viewer.model.quality import ATLAS
from viewer.model.restyling import (
    StyleNetworks,
    Wish,
    canonical_motion,
    lasting,
    measured,
    shipped_judge,
    shipped_networks,
    shipped_phase,
    styles_of,
)

CLIPS = {clip.path.stem: clip.path for clip in demo_clips()}


@pytest.fixture(scope="module")
def networks() -> StyleNetworks:
    return shipped_networks("numpy")


@pytest.fixture(scope="module")
def walk() -> OpenMotion:
    return load_motion(CLIPS["walk"])


def style_of(networks: StyleNetworks, name: str) -> Latent:
    return Latent(networks.style(canonical_motion(load_motion(CLIPS[name]))), name)


def test_a_wish_for_nothing_is_the_clip(networks: StyleNetworks, walk: OpenMotion) -> None:
    run = style_of(networks, "run")
    content = canonical_motion(walk)
    made = networks.restyled(walk.clip, Wish(run, strength=0.0))
    assert np.linalg.norm(made.positions - content, axis=-1).max() < 1e-3
    assert made.strengths == pytest.approx(np.zeros(len(content)))
    own = networks.restyled(walk.clip, Wish())
    away = (own.positions - own.positions[:, :1]) - (content - content[:, :1])
    assert np.linalg.norm(away, axis=-1).mean() < 0.05


def test_what_is_measured_is_the_made_motion(networks: StyleNetworks, walk: OpenMotion) -> None:
    judge = shipped_judge()
    same = measured(networks.restyled(walk.clip, Wish(strength=0.0)), judge)
    assert same.speed_ratio == pytest.approx(1.0, abs=1e-3)
    assert next(iter(same.reads)) == "walk" and sum(same.reads.values()) == pytest.approx(1.0)
    number = judge.styles.index("walk")
    speed = joint_speed(canonical_motion(walk), 1 / FPS).mean()
    assert same.style_speed_ratio == pytest.approx(speed / judge.speeds[number], rel=1e-3)
    made = networks.restyled(walk.clip, Wish(style_of(networks, "angry_walk")))
    told = measured(made, judge)
    assert next(iter(told.reads)) == "Angry" and told.reads["Angry"] > 0.8
    assert told.foot_speed_in_contact is not None and told.foot_speed_in_contact < 0.12


def test_what_stands_still_has_no_speed_ratio(networks: StyleNetworks, walk: OpenMotion) -> None:
    clip = walk.clip
    still = replace(
        clip,
        rotations=np.repeat(clip.rotations[:1], 90, axis=0),
        translations=np.repeat(clip.translations[:1], 90, axis=0),
    )
    told = measured(networks.restyled(still, Wish(strength=0.0)), shipped_judge())
    assert told.speed_ratio is None


def test_keys_are_followed_from_the_content_to_a_style(
    networks: StyleNetworks, walk: OpenMotion
) -> None:
    angry = style_of(networks, "angry_walk").values
    keys = (StyleAt(3.0, angry, 0.0, "linear"), StyleAt(6.0, angry, 1.0))
    made = networks.restyled(walk.clip, Wish(keys=keys))
    whole = networks.restyled(walk.clip, Wish(Latent(angry, "angry")))
    content = canonical_motion(walk)
    assert np.linalg.norm(made.positions[:40] - content[:40], axis=-1).max() < 5e-3

    def pose(positions: np.ndarray) -> np.ndarray:
        last = positions[-40:]
        height: np.ndarray = last[..., 1]
        return height

    assert pose(made.positions) == pytest.approx(pose(whole.positions), abs=0.01)
    assert np.abs(pose(whole.positions) - pose(content)).max() > 0.05
    half = networks.restyled(walk.clip, Wish(keys=keys, strength=0.5))
    assert half.strengths == pytest.approx(made.strengths / 2)
    assert Wish(keys=keys).lasts_s == 6.0 and Wish().lasts_s == 0.0


def test_a_clip_lasts_as_long_as_is_wanted(networks: StyleNetworks, walk: OpenMotion) -> None:
    phase = shipped_phase("numpy")
    longer = lasting(walk, 25.0, phase)
    assert longer.duration == pytest.approx(25.0, abs=1 / 30)
    made = networks.restyled(longer, Wish(style_of(networks, "elated_walk")))
    assert len(made.positions) == 25 * FPS + 1
    speed = joint_speed(made.positions, 1 / FPS).max(axis=1)
    rounds = slice(8 * FPS, 22 * FPS)
    assert speed[rounds].max() < 1.5 * speed[: 8 * FPS].max()
    shorter = lasting(walk, 3.0, phase)
    assert shorter.frame_count == 3 * FPS + 1
    assert shorter.positions == pytest.approx(walk.clip.positions[: 3 * FPS + 1])


def test_sliders_move_whatever_style_it_is(networks: StyleNetworks, walk: OpenMotion) -> None:
    arrow = np.eye(1, 64)[0]
    pose = np.zeros((22, 3))
    slider = StyleSlider("lean", "°", arrow, arrow, pose, pose, {})
    atlas = replace(principal_atlas(np.zeros((2, 64)), ["a", "b"]), sliders=(slider,))
    style = Latent(np.full(64, 0.5, np.float32), "half")
    content = networks.restyled(walk.clip, Wish(strength=0.0)).content
    wishes = (
        Wish(style, sliders=((0, 2.0),)),
        Wish(keys=(StyleAt(0.0, style.values),), sliders=((0, 2.0),)),
    )
    for wish in wishes:
        styles, _ = styles_of(wish, content, atlas)
        assert styles[:, 0] == pytest.approx(np.full(len(styles), 2.0))
        assert styles[:, 1:] == pytest.approx(np.full((len(styles), 63), 0.5))
    styles, _ = styles_of(Wish(sliders=((0, 2.0),)), content, atlas)
    own = content.latents[:, :64]
    assert styles[:, 0].mean() == pytest.approx(2.0)
    assert styles - styles.mean(axis=0) == pytest.approx(own - own.mean(axis=0), abs=1e-5)


def test_the_map_that_is_made_for_the_networks_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, networks: StyleNetworks
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for name in ("stylevae_encoder.onnx", "stylevae_decoder.onnx"):
        (models / name).symlink_to(ASSETS / "models" / name)
    monkeypatch.setattr(shipped, "ASSETS", tmp_path)
    files = (models / "stylevae_encoder.onnx", models / "stylevae_decoder.onnx")
    mine: StyleAtlas = principal_atlas(np.eye(64), ["mine"] * 64)
    save_atlas(models / ATLAS, replace(mine, made_for=fingerprint(*files)))
    assert load_atlas(models / ATLAS).legend == ("mine",)
    assert shipped_networks("numpy").atlas().legend == ("mine",)
    save_atlas(models / ATLAS, replace(mine, made_for=("0", "1")))
    legend = shipped_networks("numpy").atlas().legend
    assert {"walk", "run", "Angry"} <= set(legend)
    (models / ATLAS).write_bytes(b"nothing")
    with pytest.raises(Refused, match=ATLAS):
        networks.atlas()


def test_short_and_inhuman_clips_are_refused(walk: OpenMotion, tmp_path: Path) -> None:
    short = replace(
        walk,
        clip=lasting(walk, 0.8, shipped_phase("numpy")),
        positions=canonical_motion(walk)[:25],
        phase_frames=np.zeros((25, 132), np.float32),
    )
    with pytest.raises(Refused, match="too short to go on"):
        lasting(short, 10.0, shipped_phase("numpy"))
    snake = replace(walk, positions=None, not_human="Style needs a human rig. The clip plays.")
    for call in (canonical_motion, lambda motion: lasting(motion, 1.0, lambda frames: frames)):
        with pytest.raises(Refused, match="Style needs a human rig"):
            call(snake)
