"""main.py restyle: whole clips in another style, read back from their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from motion.bvh import read_bvh
from motion.contacts import joint_speed
from tests.conftest import Call
from viewer.model.demo import demo_clips

Refusal = Callable[..., str]
CLIPS = {clip.path.stem: clip.path for clip in demo_clips()}


def test_a_walk_takes_the_style_of_another_clip(call: Call, tmp_path: Path) -> None:
    output = tmp_path / "out.bvh"
    given = ("restyle", CLIPS["walk"], "--style", CLIPS["angry_walk"], "-o", output)
    answer = call(*given, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    walk, back = read_bvh(CLIPS["walk"]).resampled(1 / 30), read_bvh(output)
    assert (back.frame_count, back.units) == (walk.frame_count, "cm") and told["style"] == (
        "angry_walk"
    )
    assert (told["read_as"], told["frames"]) == ("Angry", walk.frame_count)
    assert told["read_share"] > 0.8
    speeds = [joint_speed(clip.positions, 1 / 30).mean() for clip in (back, walk)]
    assert told["speed_ratio"] == pytest.approx(speeds[0] / speeds[1], rel=0.02)
    assert told["foot_speed_in_contact"] <= 0.1
    line = call(*given).out
    assert line.startswith(f"{output}: {walk.frame_count} frames of walk in the style angry_walk")
    assert "reads as Angry" in line and line.count("\n") == 1


@pytest.mark.parametrize("kind", ["bvh", "npz"])
def test_no_strength_is_the_clip_itself(call: Call, tmp_path: Path, kind: str) -> None:
    output = tmp_path / f"out.{kind}"
    given = ("--style", CLIPS["run"], "--strength", 0, "-o", output)
    assert call("restyle", CLIPS["salsa"], *given).code == 0
    if kind == "npz":
        with np.load(output) as stored:
            found = stored["positions"]
    else:
        found = read_bvh(output).positions
    wanted = read_bvh(CLIPS["salsa"]).resampled(1 / 30).positions
    assert np.linalg.norm(found - wanted, axis=-1).mean() < 0.025


def test_a_latent_is_a_style(call: Call, tmp_path: Path) -> None:
    assert call("analyze", CLIPS["angry_walk"], "-o", tmp_path / "angry.npz").code == 0
    with np.load(tmp_path / "angry.npz") as stored:
        latent = stored["latents"].mean(axis=0)
    np.savez(tmp_path / "whole.npz", latent=latent)
    np.savez(tmp_path / "part.npz", style=latent[:64])
    for name in ("whole", "part"):
        given = ("--style", tmp_path / f"{name}.npz", "-o", tmp_path / f"{name}.bvh", "--json")
        told = json.loads(call("restyle", CLIPS["walk"], *given).out)
        assert (told["style"], told["read_as"]) == (name, "Angry")
    one, other = (read_bvh(tmp_path / f"{name}.bvh").positions for name in ("whole", "part"))
    assert np.allclose(one, other)


def test_what_cannot_be_restyled_is_refused(
    refused: Refusal, snake_file: Path, tmp_path: Path
) -> None:
    walk, output = CLIPS["walk"], tmp_path / "out.bvh"
    assert ".glb" in refused("restyle", walk, "-o", tmp_path / "out.txt")
    assert "human rig" in refused("restyle", snake_file, "--style", walk, "-o", output)
    assert "nowhere.bvh" in refused("restyle", walk, "--style", "nowhere.bvh", "-o", output)
    for arrays, said in (
        ({"latent": np.zeros(255)}, "'latent' of 256"),
        ({"style": np.zeros(63)}, "a style is 64 numbers"),
        ({"style": np.full(64, np.nan)}, "finite"),
        ({"other": np.zeros(64)}, "'latent' of 256"),
    ):
        np.savez(tmp_path / "bad.npz", **arrays)
        assert said in refused("restyle", walk, "--style", tmp_path / "bad.npz", "-o", output)
    assert "from 0 to 100" in refused("restyle", walk, "--strength", "-1", "-o", output)
    assert "metres" in refused("restyle", walk, "--units", "m", "-o", tmp_path / "out.glb")
    assert not output.exists()
