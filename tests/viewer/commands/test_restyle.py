"""main.py restyle: whole clips in another style, read back from their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from motion import resample
from motion.bvh import read_bvh
from motion.contacts import joint_speed
from motion.retarget import retarget
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
    begin = f"{output}: {walk.frame_count} frames of walk at 30 fps, style: angry_walk, strength 1"
    assert line.startswith(begin)
    assert "reads as Angry in " in line and line.count("\n") == 1


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
    assert "from 0 to 3" in refused("restyle", walk, "--strength", "-1", "-o", output)
    assert "metres" in refused("restyle", walk, "--units", "m", "-o", tmp_path / "out.glb")
    assert not output.exists()


def test_keys_and_seconds_make_the_clip_go_on(call: Call, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(
        json.dumps(
            [
                {"time": 0, "style": "walk"},
                {"time": 8, "style": str(CLIPS["angry_walk"]), "ease": "hold"},
                {"time": 14, "style": "Elated", "strength": 0.9},
            ]
        )
    )
    output = tmp_path / "out.bvh"
    answer = call("restyle", CLIPS["walk"], "--keys", keys, "-o", output, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert told["style"] == "3 keys" and len(told["reads"]) >= 2
    assert sum(told["reads"].values()) == pytest.approx(1.0, abs=1e-3)
    assert read_bvh(output).duration == pytest.approx(14.0, abs=0.04)
    given = ("restyle", CLIPS["walk"], "--style", "elated", "--seconds", 4, "-o", output)
    assert call(*given).code == 0
    assert read_bvh(output).duration == pytest.approx(4.0, abs=0.04)


def test_its_own_rig_comes_back_at_its_own_rate(call: Call, mocap: Path, tmp_path: Path) -> None:
    file, output = mocap / "cmu31" / "012" / "12_01.bvh", tmp_path / "out.bvh"
    given = ("restyle", file, "--style", CLIPS["angry_walk"], "--rig", "source", "-o", output)
    answer = call(*given, "--json")
    assert answer.code == 0, answer.err
    source, back = read_bvh(file), read_bvh(output)
    assert back.skeleton.names == source.skeleton.names
    assert back.frame_count == source.frame_count
    assert back.fps == pytest.approx(source.fps, rel=1e-4)
    canonical = tmp_path / "canonical.bvh"
    assert call(*given[:4], "-o", canonical).code == 0
    wanted = read_bvh(canonical).positions
    found = resample.linear(retarget(back), back.frame_time, 1 / 30)[: len(wanted)]
    assert np.linalg.norm(found - wanted, axis=-1).mean() < 0.04
    assert call(*given, "--strength", 0).code == 0
    assert read_bvh(output).positions == pytest.approx(source.positions, abs=1e-3)


def test_what_export_wrote_is_restyled_too(call: Call, tmp_path: Path) -> None:
    clip = tmp_path / "walk.npz"
    assert call("export", CLIPS["walk"], "-o", clip).code == 0
    for name, content in (("one", CLIPS["walk"]), ("other", clip)):
        given = ("--style", "Elated", "--engine", "numpy", "-o", tmp_path / f"{name}.bvh")
        assert call("restyle", content, *given).code == 0
    one, other = (read_bvh(tmp_path / f"{name}.bvh").positions for name in ("one", "other"))
    assert other == pytest.approx(one, abs=5e-3)


def test_a_take_of_the_character_is_restyled(call: Call, tmp_path: Path) -> None:
    pytest.importorskip("mujoco")
    take, output = tmp_path / "take.npz", tmp_path / "out.bvh"
    assert call("simulate", "--seconds", 4, "--record", take).code == 0
    given = ("--style", CLIPS["angry_walk"], "--rig", "source", "-o", output, "--json")
    answer = call("restyle", take, *given)
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["read_as"] == "Angry"
    back = read_bvh(output)
    assert "Chest" in back.skeleton.names and back.duration == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("seconds", [0.01, 0.2])
def test_the_shortest_clips_are_restyled(
    call: Call, mocap: Path, tmp_path: Path, seconds: float
) -> None:
    file = mocap / "cmu31" / "012" / "12_01.bvh"
    for rig, output in (("source", tmp_path / "a.bvh"), ("canonical", tmp_path / "b.bvh")):
        given = ("--style", "Angry", "--seconds", seconds, "--rig", rig, "-o", output)
        answer = call("restyle", file, *given)
        assert answer.code == 0, answer.err
        assert np.isfinite(read_bvh(output).positions).all()


def test_a_glb_holds_every_frame(call: Call, tmp_path: Path) -> None:
    gltf = pytest.importorskip("pygltflib")
    output = tmp_path / "out.glb"
    assert call("restyle", CLIPS["run"], "--style", "walk", "-o", output).code == 0
    glb = gltf.GLTF2().load(str(output))
    frames = read_bvh(CLIPS["run"]).resampled(1 / 30).frame_count
    assert glb.accessors[glb.animations[0].samplers[0].input].count == frames


def test_a_named_slider_moves_the_clip_in_its_own_style(call: Call, tmp_path: Path) -> None:
    told = {}
    for sigma in (-1.5, 1.5):
        given = ("--slider", f"Energy={sigma}", "-o", tmp_path / "out.npz", "--json")
        answer = call("restyle", CLIPS["walk"], *given)
        assert answer.code == 0, answer.err
        told[sigma] = json.loads(answer.out)
    assert told[1.5]["style"] == "its own, Energy=1.5"
    assert told[1.5]["speed_ratio"] > 1.2 * told[-1.5]["speed_ratio"]


def test_a_seed_gives_the_same_file(call: Call, tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        given = ("--seed", seed, "--engine", "numpy", "-o", tmp_path / f"{name}.bvh", "--json")
        told = json.loads(call("restyle", CLIPS["walk"], *given).out)
        assert (told["style"], told["engine"]) == (f"seed {seed}", "numpy")
    one, again, other = ((tmp_path / f"{n}.bvh").read_text() for n in ("one", "again", "other"))
    assert one == again != other


def test_wrong_names_and_keys_are_refused(refused: Refusal, tmp_path: Path) -> None:
    walk, output = CLIPS["walk"], tmp_path / "out.bvh"
    said = refused("restyle", walk, "--style", "Angri", "-o", output)
    assert "did you mean Angry" in said and "jackson_walk" in said
    assert "slider" in refused("restyle", walk, "--slider", "lean", "-o", output)
    assert "slider" in refused("restyle", walk, "--slider", "lear=1", "-o", output)
    assert "What style?" in refused("restyle", walk, "-o", output)
    long = ("--style", "run", "--seconds", "1e6")
    assert "3600 s at most" in refused("restyle", walk, *long, "-o", output)
    both = ("--style", "run", "--seed", "1")
    assert "leave one out" in refused("restyle", walk, *both, "-o", output)
    keys = tmp_path / "keys.json"
    assert "keys.json" in refused("restyle", walk, "--keys", keys, "-o", output)
    keys.write_text('[{"time": 0, "style": "run", "ease": "never"}]')
    assert f"{keys}: key 1: 'ease'" in refused("restyle", walk, "--keys", keys, "-o", output)
    assert not output.exists()
