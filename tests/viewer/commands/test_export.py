"""main.py export: BVH and NPZ, GLB, takes, clips of our own and decoded latents."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motion.bvh import read_bvh
from tests.conftest import Call

Refusal = Callable[..., str]


def document(path: Path) -> Any:
    return pytest.importorskip("pygltflib").GLTF2().load(str(path))


def test_a_bvh_becomes_a_glb(call: Call, walk_file: Path, tmp_path: Path) -> None:
    answer = call("export", walk_file, "-o", tmp_path / "walk.glb")
    assert answer.code == 0 and "150 frames of walk" in answer.out, answer.err
    glb = document(tmp_path / "walk.glb")
    assert {n.name for n in glb.nodes} >= {"Hips", "LeftToeBase", "Head"}
    assert glb.accessors[glb.animations[0].samplers[0].input].count == 150
    assert [path.name for path in tmp_path.iterdir()] == ["walk.glb"]


def test_a_recording_of_the_character_is_exported_in_every_format(
    call: Call, tmp_path: Path
) -> None:
    pytest.importorskip("mujoco")
    from character.anatomy import BALL_POSE, NAMES, POSE_SIZE
    from character.reference import ReferenceClip, clip_text, read_clip
    from tests.inference.nets import save_model_like

    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    clip = ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))
    (tmp_path / "standing.txt").write_text(clip_text(clip))
    actor = save_model_like("deepmimic_actor", tmp_path / "actor.onnx")
    given = ("--policy", actor, "--motion", tmp_path / "standing.txt", "--seconds", 1)
    assert call("simulate", *given, "--record", tmp_path / "take.npz").code == 0
    with np.load(tmp_path / "take.npz") as stored:
        poses, joints = stored["pose"], stored["joints"]
    for kind in ("bvh", "glb", "npz", "txt"):
        answer = call("export", tmp_path / "take.npz", "-o", tmp_path / f"out.{kind}")
        assert answer.code == 0, answer.err
    bvh = read_bvh(tmp_path / "out.bvh")
    assert bvh.frame_count == len(poses) and bvh.fps == pytest.approx(30, rel=1e-4)
    knee = bvh.positions[:, bvh.skeleton.index("LeftLeg")]
    there = joints[:, NAMES.index("left_knee")]
    assert np.allclose(knee, np.stack([-there[:, 2], there[:, 1], there[:, 0]], -1), atol=1e-4)
    assert np.allclose(read_clip(tmp_path / "out.txt").poses[:, :3], poses[:, :3], atol=1e-9)
    assert {n.name for n in document(tmp_path / "out.glb").nodes} >= {"Hips", "Chest", "Head"}
    assert call("export", tmp_path / "out.npz", "-o", tmp_path / "again.bvh").code == 0
    again = read_bvh(tmp_path / "again.bvh")
    assert np.allclose(again.positions[:, 0], bvh.positions[:, 0], atol=1e-4)


def test_a_cut_in_a_take_is_told(call: Call, tmp_path: Path) -> None:
    pytest.importorskip("mujoco")
    from character.live.commands import KeepTake, Reset
    from character.live.job import LiveCharacter
    from character.live.messages import TakeKept
    from tests.character.acting import Clock, Networks, wobbler
    from tests.character.live.test_take import STANDING

    run = Networks(actor=wobbler(3))
    live = LiveCharacter(STANDING, Clock(), policy="actor", critic=None)
    for _ in range(29):
        live.step(run)
    live.handle(Reset(), run)
    kept = live.handle(KeepTake(), run)
    assert isinstance(kept, TakeKept)
    kept.take.save(tmp_path / "take.npz")
    answer = call("export", tmp_path / "take.npz", "-o", tmp_path / "take.bvh")
    assert answer.code == 0
    assert answer.err == f"{tmp_path / 'take.npz'}: warning: the take is cut at 1.00 s.\n"


def test_latents_are_decoded(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.inference.nets import save_model_like
    from viewer.model import shipped

    (tmp_path / "assets" / "models").mkdir(parents=True)
    save_model_like("stylevae_decoder", tmp_path / "assets" / "models" / "stylevae_decoder.onnx")
    monkeypatch.setattr(shipped, "ASSETS", tmp_path / "assets")

    draw = np.random.default_rng(1)
    np.savez(tmp_path / "one.npz", latent=draw.normal(size=256).astype(np.float32))
    np.savez(tmp_path / "many.npz", latents=draw.normal(size=(3, 256)))
    np.savez(tmp_path / "apart.npz", latents=draw.normal(size=(2, 256)), window_time=[0, 2.5])
    answer = call("export", tmp_path / "one.npz", "-o", tmp_path / "one.bvh")
    assert answer.code == 0, answer.err
    assert read_bvh(tmp_path / "one.bvh").frame_count == 60
    assert call("export", tmp_path / "many.npz", "-o", tmp_path / "many.glb").code == 0
    assert document(tmp_path / "many.glb").accessors[-1].count == 120
    answer = call("export", tmp_path / "apart.npz", "-o", tmp_path / "apart.bvh")
    assert answer.code == 2 and "gaps" in answer.err


@pytest.mark.parametrize(
    ("given", "units", "said"), [((), "cm", "centimetres"), (("--units", "m"), "m", "metres")]
)
def test_a_bvh_says_its_unit_and_comes_back_the_same(
    call: Call, walk_file: Path, tmp_path: Path, given: tuple[str, ...], units: str, said: str
) -> None:
    output = tmp_path / "out.bvh"
    answer = call("export", walk_file, "-o", output, *given)
    assert (answer.code, answer.err) == (0, "") and answer.out.endswith(f", in {said}\n")
    assert (
        json.loads(call("export", walk_file, "-o", output, *given, "--json").out)["units"] == units
    )
    source, back = read_bvh(walk_file), read_bvh(output)
    assert (back.units, back.warnings) == (units, ())
    assert back.positions == pytest.approx(source.positions, abs=1e-5)
    hips = float(output.read_text().split("OFFSET")[2].split()[1])
    metres = float(source.skeleton.offsets[1, 1])
    assert hips == pytest.approx(metres * (100 if units == "cm" else 1), abs=1e-4)


def test_a_unit_that_will_be_misread_is_told(call: Call, walk_file: Path, tmp_path: Path) -> None:
    giant = ("export", walk_file, "--source-units", "dm", "-o", tmp_path / "giant.bvh")
    answer = call(*giant, "--units", "m")
    assert answer.code == 0 and "open it with the unit m." in answer.err
    assert read_bvh(tmp_path / "giant.bvh").units == "dm"
    assert call(*giant).err == "" and read_bvh(tmp_path / "giant.bvh").units == "cm"


def test_units_of_what_is_always_in_metres_are_refused(
    call: Call, refused: Refusal, walk_file: Path, tmp_path: Path
) -> None:
    for kind in ("glb", "npz", "txt"):
        given = ("export", walk_file, "-o", tmp_path / f"out.{kind}", "--units", "m")
        assert f"--units goes with OUT.bvh; .{kind} is always in metres." in refused(*given)
    assert list(tmp_path.iterdir()) == []
    said = refused("export", walk_file, "-o", tmp_path / "out.bvh", "--units", "inch")
    assert "expected m or cm" in said and "--source-units" in said
    assert call("export", walk_file, "-o", tmp_path / "out.glb").out.endswith(", in metres\n")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.zeros(3)}, "expected a take, a clip or latents"),
        ({"schema": "stridescope.take", "pose": np.zeros((2, 44))}, "expected [N, 43]"),
        ({"schema": "stridescope.clip", "parents": np.zeros(3)}, "not a whole clip"),
        ({"latents": np.zeros((2, 255))}, "expected [W, 256]"),
        ({"latents": np.full((2, 256), np.nan)}, "not finite"),
        ({"latents": np.zeros((2, 256), int)}, "not finite"),
        ({"latents": np.zeros((2, 256)), "window_time": [0.0]}, "a time in seconds"),
        ({"latents": np.zeros((2, 256)), "window_time": [0.0, np.nan]}, "a time in seconds"),
        ({"latents": np.zeros((2, 256)), "window_time": [0.0, 1e12]}, "a time in seconds"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    refused: Refusal, tmp_path: Path, arrays: dict[str, Any], said: str
) -> None:
    np.savez(tmp_path / "in.npz", **arrays)
    assert said in refused("export", tmp_path / "in.npz", "-o", tmp_path / "out.bvh")
    assert not (tmp_path / "out.bvh").exists()


def test_a_clip_is_not_written_over_by_itself(
    refused: Refusal, walk_file: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.bvh"
    own.write_bytes(walk_file.read_bytes())
    beside = tmp_path / "folder" / ".." / "own.bvh"
    (tmp_path / "folder").mkdir()
    assert "that is the clip itself" in refused("export", own, "-o", beside)
    assert "that is the clip itself" in refused("restyle", own, "--style", "run", "-o", own)
    assert own.read_bytes() == walk_file.read_bytes()


def test_files_that_are_no_archives_are_refused(refused: Refusal, tmp_path: Path) -> None:
    (tmp_path / "in.npz").write_bytes(b"PK nonsense")
    assert "not an NPZ" in refused("export", tmp_path / "in.npz", "-o", tmp_path / "out.bvh")
    assert "no.npz" in refused("export", tmp_path / "no.npz", "-o", tmp_path / "out.bvh")
    assert ".glb" in refused("export", tmp_path / "in.npz", "-o", tmp_path / "out.fbx")


def test_export_writes_the_same_motion(call: Call, walk_file: Path, tmp_path: Path) -> None:
    clip = read_bvh(walk_file)
    assert call("export", walk_file, "-o", tmp_path / "b.bvh").code == 0
    assert call("export", walk_file, "-o", tmp_path / "b.npz").code == 0
    again = read_bvh(tmp_path / "b.bvh")
    np.testing.assert_allclose(again.positions, clip.positions, atol=1e-4)
    with np.load(tmp_path / "b.npz") as found:
        assert (str(found["schema"]), int(found["version"])) == ("stridescope.clip", 1)
        np.testing.assert_allclose(found["positions"], clip.positions, atol=1e-6)
        assert tuple(found["joint_names"]) == clip.skeleton.names
        assert float(found["frame_time"]) == clip.frame_time


@pytest.mark.parametrize("suffix", ["npz", "bvh"])
def test_a_full_disk_is_one_sentence(
    refused: Callable[..., str], walk_file: Path, suffix: str
) -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("needs /dev/full")
    assert "/dev/full" in refused("export", walk_file, "-o", f"/dev/full/x.{suffix}")


def test_a_failed_write_keeps_the_old_file(
    refused: Callable[..., str], call: Call, walk_file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.npz"
    output.write_bytes(b"old")
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal = pytest.importorskip("signal")
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        refused("export", walk_file, "-o", output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert output.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.npz"]
