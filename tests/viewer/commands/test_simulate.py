"""main.py simulate and models import-deepmimic: the character from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, POSE_SIZE
from character.reference import ReferenceClip, clip_text, read_clip
from tests.conftest import Call
from tests.inference.nets import save_model_like
from tests.serving_process import serving
from viewer.commands import simulate

Refusal = Callable[..., str]


@pytest.fixture
def standing(tmp_path: Path) -> Path:
    """A motion file of our own: standing still."""
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    clip = ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))
    path = tmp_path / "standing.txt"
    path.write_text(clip_text(clip))
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return save_model_like("deepmimic_actor", tmp_path / "actor.onnx")


def test_it_tells_how_long_and_how_well(call: Call, policy: Path, standing: Path) -> None:
    answer = call("simulate", "--policy", policy, "--motion", standing, "--seconds", 2, "--json")
    assert answer.code == 0, answer.err
    result = json.loads(answer.out)
    assert result["ended"] == "fall"
    assert result["steps"] == round(result["seconds"] * 30)
    assert 0 < result["seconds_upright"] < 2
    assert set(result["reward"]) == {
        "pose", "velocity", "end_effector", "root", "com", "total"
    }  # fmt: skip
    assert all(0 <= value <= 1 for value in result["reward"].values())
    assert result["real_time_factor"] > 0 and result["wall_time"] > 0
    line = call("simulate", "--policy", policy, "--motion", standing, "--seconds", 2).out
    assert "fell" in line and line.count("\n") == 1


def test_the_same_seed_gives_the_same_file(
    call: Call, policy: Path, standing: Path, tmp_path: Path
) -> None:
    takes = []
    for number, seed in enumerate((5, 5, 6)):
        take = tmp_path / f"{number}.npz"
        options = ("--seed", seed, "--push", "0.1,300,left,0.1", "--record", take)
        assert call("simulate", "--policy", policy, "--motion", standing, *options).code == 0
        takes.append(take.read_bytes())
    assert takes[0] == takes[1] != takes[2]
    with np.load(tmp_path / "0.npz") as take:
        assert (str(take["schema"]), int(take["version"])) == ("stridescope.take", 1)
        assert list(take["pushes"]) == ["0.1,300,left,0.1"]
        assert take["positions"].shape == (len(take["time"]), 22, 3)


def test_a_bvh_is_a_motion_too(call: Call, policy: Path, walk_file: Path) -> None:
    answer = call("simulate", "--policy", policy, "--motion", walk_file, "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["start"] == 0


def test_what_ships_is_the_default(
    call: Call,
    refused: Refusal,
    policy: Path,
    standing: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each shipped policy with its own clip, any other with the walk."""
    monkeypatch.setattr(simulate, "ASSETS", tmp_path / "assets")
    said = refused("simulate")
    assert "deepmimic_actor.onnx is missing" in said and "import-deepmimic" in said
    models, clips = tmp_path / "assets" / "models", tmp_path / "assets" / "character"
    models.mkdir(parents=True)
    clips.mkdir()
    for name in ("deepmimic_actor", "deepmimic_actor_run"):
        (models / f"{name}.onnx").write_bytes(policy.read_bytes())
    said = refused("simulate")
    assert "walk.txt is missing" in said and "--motion" in said
    (clips / "walk.txt").write_text(standing.read_text())
    (clips / "run.txt").write_text(standing.read_text())
    for given, name in (
        ((), "walk"),
        (("--policy", models / "deepmimic_actor_run.onnx"), "run"),
        (("--policy", policy), "walk"),
    ):
        answer = call("simulate", *given, "--seconds", 0.5, "--json")
        assert json.loads(answer.out)["motion"] == str(clips / f"{name}.txt")


def test_a_clip_is_exported_as_a_motion(call: Call, walk_file: Path, tmp_path: Path) -> None:
    motion = tmp_path / "walk.txt"
    assert call("export", walk_file, "-o", motion).code == 0
    clip = read_clip(motion)
    assert not clip.loop and clip.poses.shape == (150, 43)
    assert clip.duration == pytest.approx(149 / 60, abs=1e-3)


def test_a_policy_that_gives_nan_is_stopped_with_a_sentence(
    policy: Path, standing: Path, refused: Refusal
) -> None:
    model = onnx.load(policy)
    for weight in model.graph.initializer:
        if weight.name == "baction":
            values = numpy_helper.to_array(weight).copy()
            values[0] = np.nan
            weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    onnx.save(model, policy)
    said = refused("simulate", "--policy", policy, "--motion", standing)
    assert "actor.onnx: at 0.00 s the policy gave 1 of 36 values that are NaN" in said


def test_what_cannot_be_simulated_is_refused(
    policy: Path, standing: Path, walk_file: Path, tmp_path: Path, refused: Refusal
) -> None:
    wrong = save_model_like("deepphase", tmp_path / "phase.onnx")
    said = refused("simulate", "--policy", wrong, "--motion", standing)
    assert "'frame' has shape [batch, 132], DeepMimic actor has [batch, 197]" in said
    assert "no.onnx" in refused("simulate", "--policy", tmp_path / "no.onnx", "--motion", standing)
    given = ("simulate", "--policy", policy, "--motion")
    assert "no.txt" in refused(*given, tmp_path / "no.txt")
    assert "motion file" in refused(*given, policy)
    assert "TIME,FORCE" in refused(*given, standing, "--push", "now")
    assert "shorter than one step" in refused(*given, standing, "--seconds", 0.01)
    assert ".npz" in refused(*given, standing, "--record", tmp_path / "take.csv")
    assert "whole number" in refused(*given, standing, "--seed", "x")


def test_what_would_do_nothing_is_refused_before_anything_runs(
    policy: Path, standing: Path, tmp_path: Path, refused: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "timed", lambda *_: pytest.fail("it was simulated"))
    given = ("simulate", "--policy", policy, "--motion", standing)
    assert "at most 3,600" in refused(*given, "--seconds", "1e9")
    assert "found '-1,200,left,0.2'" in refused(*given, "--push", "-1,200,left,0.2")
    assert "at least 1/600 s" in refused(*given, "--push", "0,200,left,0")
    late = refused(*given, "--seconds", 1, "--push", "3,200,left,0.2")
    assert "a push at 3 s comes after the 1 s simulated" in late
    nowhere = tmp_path / "no" / "take.npz"
    assert f"{nowhere}: cannot be written" in refused(*given, "--record", nowhere)
    for option in ("--policy", "--motion", "--record"):
        assert f"{option}: expected a file" in refused(*given, option, "")
    assert not list(tmp_path.glob(".*"))


def test_a_published_actor_is_imported(
    call: Call, deepmimic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Refusal
) -> None:
    monkeypatch.chdir(tmp_path)
    source = deepmimic / "policies" / "humanoid3d_walk.npz"
    result = json.loads(call("models", "import-deepmimic", source, "--json").out)
    assert result["file"] == "humanoid3d_walk.onnx" and result["difference"] < 1e-5
    motion = deepmimic / "motions" / "humanoid3d_walk.txt"
    options = ("--motion", motion, "--seconds", 3, "--json")
    answer = json.loads(call("simulate", "--policy", "humanoid3d_walk.onnx", *options).out)
    assert answer["ended"] == "time" and answer["reward"]["total"] > 0.95

    assert "needs a FILE" in refused("models", "import-deepmimic")
    assert ".onnx" in refused("models", "import-deepmimic", source, "-o", "walk.npz")
    assert "takes no file" in refused("models", "list", source)
    assert "expected a published actor" in refused("models", "import-deepmimic", motion)
    assert not (tmp_path / "walk.npz").exists()


def test_the_policy_runs_on_a_server(call: Call, refused: Refusal) -> None:
    walk = ("simulate", "--seconds", "1", "--json")
    with serving() as server:
        there = json.loads(call(*walk, "--engine", server.url).out)
        assert there["engine"] == server.url and there["steps"] == 30
        here = json.loads(call(*walk, "--engine", "numpy").out)
        assert there["reward"]["total"] == pytest.approx(here["reward"]["total"], abs=1e-2)
        assert "of its own" in refused("simulate", "--engine", server.url, "--device", "gpu")
    assert "no server at" in refused("simulate", "--engine", server.url)
    assert "http://HOST:PORT" in refused("simulate", "--engine", "gpubox")
