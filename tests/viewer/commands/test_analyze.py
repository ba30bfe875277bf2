"""main.py analyze: what the written files hold."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

import viewer.model.shipped
from inference.onnx.reader import read_mlp
from motion.canonical import INDEX
from motion.features import windows
from motion.phase.series import PhaseSeries
from motion.phase.thresholds import Thresholds, thresholds_from_json
from tests.conftest import FRAMES, Call
from tests.viewer.commands.conftest import linear_model
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.saliency import saliency


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An assets folder with linear models of the shipped tensors."""
    folder = tmp_path / "assets"
    models = folder / "models"
    linear_model(models / "deepphase.onnx", "deepphase", ("frame", 132), {"phase": 2})
    heads = {"mu": 256, "logvar": 256}
    linear_model(models / "stylevae_encoder.onnx", "encoder", ("motion", 4380), heads)
    monkeypatch.setattr(viewer.model.shipped, "ASSETS", folder)
    return folder


def test_npz_holds_what_the_models_answer(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.npz"
    answer = call("analyze", walk_file, "-o", output, "--json")
    assert answer.code == 0, answer.err
    motion = load_motion(walk_file)
    assert motion.features is not None and motion.phase_frames is not None
    phase_layer = read_mlp(assets / "models" / "deepphase.onnx").layers[0]
    mu_layer = read_mlp(assets / "models" / "stylevae_encoder.onnx").layers[0]
    flat = windows(motion.features).reshape(-1, 4380)
    with np.load(output) as found:
        assert (str(found["schema"]), int(found["version"])) == ("stridescope.analysis", 1)
        phase = motion.phase_frames @ phase_layer.weight.T + phase_layer.bias
        np.testing.assert_allclose(found["phase"], phase, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found["amplitude"], np.hypot(*phase.T), rtol=1e-4, atol=1e-5)
        latents = flat @ mu_layer.weight.T + mu_layer.bias
        np.testing.assert_allclose(found["latents"], latents, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(found["window_time"], np.arange(len(flat)) / 30)
        np.testing.assert_array_equal(found["contacts"], motion.contacts)
        assert list(found["contact_joints"])[:2] == ["LeftFoot", "LeftToeBase"]
        assert found["anomaly_frames"].shape == (len(found["anomaly_kind"]), 2)
        anomalies = len(found["anomaly_kind"])
    assert json.loads(answer.out) == {
        "file": str(output),
        "kind": "npz",
        "engine": "mojo",
        "frames": FRAMES,
        "windows": len(flat),
        "anomalies": anomalies,
    }


def test_the_engine_asked_for_runs_and_is_named(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    engines = {"numpy": ["--engine", "numpy"], "mojo-half": ["--precision", "half"]}
    phases = {}
    for name, options in engines.items():
        output = tmp_path / f"{name}.npz"
        answer = call("analyze", walk_file, "-o", output, "--json", *options)
        assert json.loads(answer.out)["engine"] == name
        with np.load(output) as found:
            phases[name] = found["phase"]
    error = np.abs(phases["mojo-half"] - phases["numpy"]).max() / np.abs(phases["numpy"]).max()
    assert 1e-5 < error < 2e-2


def test_csv_has_one_row_per_frame(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    call("analyze", walk_file, "-o", tmp_path / "out.npz")
    assert call("analyze", walk_file, "-o", tmp_path / "out.csv").code == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["frame"]) for row in rows] == list(range(FRAMES))
    with np.load(tmp_path / "out.npz") as found:
        for column, expected in (("phase_x", found["phase"][:, 0]), ("time_s", found["time"])):
            values = [float(row[column]) for row in rows]
            np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


def test_a_model_that_is_missing_is_named(
    refused: Callable[..., str], walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    (assets / "models" / "deepphase.onnx").unlink()
    assert "DeepPhase is not trained yet" in refused(
        "analyze", walk_file, "-o", tmp_path / "out.npz"
    )


def test_a_file_cut_short_is_told_once_and_used(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.bvh"
    short.write_text(walk_file.read_text()[:-100])
    for command in ("analyze", "export"):
        answer = call(command, short, "-o", tmp_path / "out.npz")
        assert answer.code == 0 and f"{FRAMES - 1} frames" in answer.out
        assert answer.err.startswith(f"{short}: warning: The motion block is cut short")
        assert answer.err.count("\n") == 1
    answer = call("info", short)
    assert "cut short" in answer.out and answer.err == ""


@pytest.mark.parametrize("command", ["analyze", "export"])
def test_npz_in_capitals_through_a_link(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path, command: str
) -> None:
    (tmp_path / "link.NPZ").symlink_to(tmp_path / "out.NPZ")
    before = len(list(tmp_path.iterdir()))
    assert call(command, walk_file, "-o", tmp_path / "link.NPZ").code == 0
    assert (tmp_path / "link.NPZ").is_symlink()
    with np.load(tmp_path / "out.NPZ") as arrays:
        assert arrays["version"] == 1
    assert len(list(tmp_path.iterdir())) == before + 1


def test_a_model_of_other_shapes_is_refused(
    refused: Callable[..., str], walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    path = assets / "models" / "deepphase.onnx"
    linear_model(path, "deepphase", ("latent", 256), {"motion": 2})
    said = refused("analyze", walk_file, "-o", tmp_path / "out.npz")
    assert str(path) in said and "'latent' has shape [batch, 256]" in said


def test_a_model_with_other_tensor_names_serves(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    linear_model(assets / "models" / "deepphase.onnx", "mine", ("x", 132), {"y": 2})
    assert call("analyze", walk_file, "-o", tmp_path / "out.npz").code == 0


def test_a_rig_that_is_not_human_cannot_be_analyzed(
    refused: Callable[..., str], snake_file: Path, assets: Path, tmp_path: Path
) -> None:
    said = refused("analyze", snake_file, "-o", tmp_path / "out.npz")
    assert "human rig" in said and "LeftFoot" in said
    assert not (tmp_path / "out.npz").exists()


def test_layers_and_saliency_go_into_the_npz(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    shutil.copy(ASSETS / "models" / "deepphase.onnx", assets / "models" / "deepphase.onnx")
    output = tmp_path / "out.npz"
    asked = ("analyze", walk_file, "-o", output, "--layers", "--saliency", "angle")
    answer = call(*asked, "--json")
    assert answer.code == 0, answer.err
    facts = json.loads(answer.out)
    assert [layer["units"] for layer in facts["layers"]] == [256, 128, 32]
    network = read_mlp(assets / "models" / "deepphase.onnx")
    frames = load_motion(walk_file).phase_frames
    assert frames is not None
    last = network.layers[-1]
    with np.load(output) as found:
        assert [found[f"layer_{n}"].shape for n in (1, 2, 3)] == [
            (FRAMES, 256),
            (FRAMES, 128),
            (FRAMES, 32),
        ]
        phase = found["layer_3"].astype(np.float32) @ last.weight.T + last.bias
        np.testing.assert_allclose(phase, found["phase"], rtol=0.02, atol=0.02)
        assert found["layer_1_dead"].sum() == facts["layers"][0]["dead"]
        assert found["layer_1_saturated"].sum() == facts["layers"][0]["saturated"]
        assert found["saliency"].shape == (FRAMES, 22, 2) and found["saliency_of"] == "angle"
        assert list(found["saliency_units"]) == ["turns per cm", "turns per m/s"]
        right = saliency(network, frames, "angle")
        np.testing.assert_array_equal(found["saliency"], right.values)
        assert found["joints"][0] == "Hips" and found["version"] == 1
    (joint, share), *_ = right.top()
    assert facts["saliency"]["joints"][joint] == share
    assert f"the angle depends on {joint} {share:.1%}" in call(*asked).out


def test_layers_and_saliency_are_only_there_when_asked_for(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.npz"
    assert call("analyze", walk_file, "-o", output, "--saliency", "x").code == 0
    with np.load(output) as found:
        assert "saliency" in found.files and "layer_1" not in found.files


def test_a_joint_whose_weight_was_blown_up_is_named(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    model = onnx.load(ASSETS / "models" / "deepphase.onnx")
    place = 66 + 3 * INDEX["RightHand"] + 2
    for tensor in model.graph.initializer:
        weight = onnx.numpy_helper.to_array(tensor).copy()
        if weight.shape == (256, 132):
            weight[:, place] *= 30
            tensor.CopyFrom(onnx.numpy_helper.from_array(weight, tensor.name))
    onnx.save(model, assets / "models" / "deepphase.onnx")
    answer = call("analyze", walk_file, "-o", tmp_path / "out.npz", "--saliency", "angle")
    assert answer.code == 0 and "the angle depends on RightHand" in answer.out


def test_a_model_without_hidden_layers_says_so(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    answer = call("analyze", walk_file, "-o", tmp_path / "out.npz", "--layers")
    assert answer.code == 0 and answer.out.endswith("no hidden layers\n")


def test_csv_has_no_room_for_layers(
    refused: Callable[..., str], walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    assert "go into an .npz" in refused("analyze", walk_file, "-o", output, "--layers")
    assert not output.exists()


def test_a_rig_that_is_not_human_is_passed_over_among_several(
    call: Call, walk_file: Path, snake_file: Path, assets: Path, tmp_path: Path
) -> None:
    single = one_frame(walk_file, tmp_path)
    output = tmp_path / "table.csv"
    answer = call("analyze", walk_file, snake_file, tmp_path / "no.bvh", single, "-o", output)
    assert answer.code == 2
    told = answer.err.splitlines()
    assert "human rig" in told[0] and "LeftFoot" in told[0]
    assert told[1] == f"{tmp_path / 'no.bvh'}: there is no such file."
    assert told[2] == f"{single}: A phase needs two frames or more, found 1."
    assert told[3:] == ["3 of 4 files could not be read."]
    assert f"{output}: 1 row, by" in answer.out
    with output.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["path"] == str(walk_file) and row["frames"] == str(FRAMES)
    assert f"{walk_file}: {row['verdict']}" in answer.out


def test_where_no_clip_can_be_used_nothing_is_written(
    call: Call, snake_file: Path, assets: Path, tmp_path: Path
) -> None:
    answer = call("analyze", snake_file, tmp_path / "no.bvh", "-o", tmp_path / "table.npz")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith("2 of 2 files could not be read.\n")
    assert not (tmp_path / "table.npz").exists()


def test_the_table_as_json_and_npz(call: Call, tmp_path: Path) -> None:
    """By the models that ship, on clips that ship."""
    output = tmp_path / "table.npz"
    names = ("walk", "angry_walk", "skip")
    files = [ASSETS / "clips" / f"{name}.bvh" for name in names]
    answer = call("analyze", *files, "-o", output, "--json")
    assert answer.code == 0, answer.err
    *rows, last = map(json.loads, answer.out.splitlines())
    assert (last["file"], last["kind"], last["rows"]) == (str(output), "npz", 3)
    with np.load(output) as found:
        assert str(found["schema"]) == "stridescope.phase_table"
        assert list(found["path"]) == [str(file) for file in files]
        assert list(found["clip"]) == list(names)
        for name in ("forward", "turns_per_cycle", "anomalies", "jump", "strike_off_phase"):
            told = [np.nan if row[name] is None else row[name] for row in rows]
            np.testing.assert_allclose(found[name], told)
    assert [row["anomalies"] for row in rows] == [0, 4, 9]
    assert rows[2]["turns_per_cycle"] is None and rows[2]["strike_off_phase"] == 9
    assert rows[1]["worst_severity"] == pytest.approx(1.215, abs=0.01)


def test_frequency_is_written_beside_the_rest(
    call: Call, walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    npz, table = tmp_path / "out.npz", tmp_path / "out.csv"
    for output in (npz, table):
        assert call("analyze", walk_file, "-o", output, "--frequency", "0.8").code == 0
    with np.load(npz) as found:
        assert float(found["frequency_window"]) == 0.8
        series = PhaseSeries(found["phase"], float(found["frame_time"]))
        np.testing.assert_allclose(found["frequency"], series.frequency(0.8))
        with table.open(newline="") as file:
            rows = list(csv.DictReader(file))
        told = [float(row["frequency_turns_per_s"]) for row in rows]
        np.testing.assert_allclose(told, found["frequency"], rtol=1e-4, atol=1e-5)
    assert list(rows[0])[-1] == "anomaly"


def test_lint_tells_verdict_and_anomalies(call: Call, tmp_path: Path) -> None:
    clip, output = ASSETS / "clips" / "angry_walk.bvh", tmp_path / "out.npz"
    answer = call("analyze", clip, "--lint")
    _, verdict, *anomalies = answer.out.splitlines()
    assert verdict == "98.4 % forward, 0.99 turns a cycle, strikes ± 0.04, 4 anomalies"
    assert len(anomalies) == 4 and anomalies[1].startswith("  jump at 2.63 s, frame 79: 7.29")
    found = json.loads(call("analyze", clip, "--lint", "-o", output, "--json").out)
    assert found["verdict"] == verdict and found["anomalies"] == 4
    with np.load(output) as arrays:
        assert str(arrays["verdict"]) == verdict
        assert list(arrays["anomaly_kind"]) == [each["kind"] for each in found["found"]]
        spans = [[each["first"], each["last"]] for each in found["found"]]
        assert arrays["anomaly_frames"].tolist() == spans
        np.testing.assert_allclose(arrays["anomaly_size"], [e["size"] for e in found["found"]])
        assert arrays["foot_skate"].shape == (300, 2) and arrays["stride_offset"].shape == (300,)
        assert len(arrays["left_strikes"]) > 5
        assert thresholds_from_json(str(arrays["thresholds"])) == Thresholds()


def test_thresholds_of_a_file_decide(
    call: Call, refused: Callable[..., str], tmp_path: Path
) -> None:
    clip, file = ASSETS / "clips" / "angry_walk.bvh", tmp_path / "mine.json"
    file.write_text('{"jump": 9, "dead_s": 0.5}')
    assert "0 anomalies" in call("analyze", clip, "--lint", file).out
    file.write_text('{"jmp": 9}')
    assert refused("analyze", clip, "--lint", file).startswith(f"{file}: There is no threshold")
    assert "name the clips before it" in refused("analyze", clip, "--lint", "walk.bvh")
    assert "Where to?" in refused("analyze", clip)
    for option in (("--frequency",), ("--layers",), ("--saliency", "angle")):
        assert "one clip" in refused("analyze", clip, clip, "--lint", *option)
    assert ".parquet" in refused("analyze", clip, clip, "-o", tmp_path / "out.txt")


def one_frame(walk_file: Path, tmp_path: Path) -> Path:
    """The first frame of a clip."""
    head, _, block = walk_file.read_text().partition("MOTION\n")
    frames, time, first, *_ = block.splitlines()
    path = tmp_path / "one.bvh"
    path.write_text(f"{head}MOTION\nFrames: 1\n{time}\n{first}\n")
    assert frames.startswith("Frames")
    return path


def test_one_frame_has_a_phase_and_no_frequency(
    call: Call, refused: Callable[..., str], walk_file: Path, assets: Path, tmp_path: Path
) -> None:
    single = one_frame(walk_file, tmp_path)
    assert "1 frames" in call("analyze", single, "-o", tmp_path / "out.npz").out
    for option in ("--lint", "--frequency"):
        said = refused("analyze", single, "-o", tmp_path / "out.npz", option)
        assert said == f"{single}: A phase needs two frames or more, found 1.\n"


def test_a_model_broken_on_purpose_is_found_out(call: Call, broken: Path, tmp_path: Path) -> None:
    """From the anomalies to the joints at fault."""
    clip, output = ASSETS / "clips" / "walk.bvh", tmp_path / "out.npz"
    asked = ("analyze", clip, "--phase", broken, "--lint", "--saliency", "angle", "-o", output)
    answer = call(*asked, "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert found["verdict"].startswith("72.2 % forward, 0.00 turns a cycle")
    assert [each["kind"] for each in found["found"]] == ["reversal"] * 14
    with np.load(output) as arrays:
        size = arrays["saliency"].sum(axis=(0, 2))
        blind = {name for name, each in zip(arrays["joints"], size, strict=True) if each == 0}
    assert blind == {"LeftLeg", "LeftFoot", "LeftToeBase"}
    table = call("analyze", clip, clip, "--phase", broken, "--lint", "--json")
    assert all(json.loads(line)["reversal"] == 14 for line in table.out.splitlines())


def test_the_picture_is_the_phase_over_time_with_its_numbers(
    call: Call, refused: Callable[..., str], tmp_path: Path
) -> None:
    clip = ASSETS / "clips" / "walk.bvh"
    answer = call("analyze", clip, "-o", tmp_path / "w.npz", "--picture", tmp_path / "w.svg")
    assert answer.code == 0, answer.err
    svg = (tmp_path / "w.svg").read_text()
    assert "walk.bvh by DeepPhase" in svg and "φ (turn)" in svg and "f (turn/s)" in svg
    table = np.genfromtxt(tmp_path / "w.csv", delimiter=",", names=True)
    with np.load(tmp_path / "w.npz") as found:
        np.testing.assert_allclose(table["x"], found["phase"][:, 0], atol=1e-6)
        np.testing.assert_allclose(table["amplitude"], found["amplitude"], atol=1e-6)
    said = refused("analyze", clip, "-o", tmp_path / "v.csv", "--picture", tmp_path / "v.svg")
    assert "give it another name" in said
    assert "writes .png or .svg" in refused("analyze", clip, "--picture", tmp_path / "v.gif")
    assert "go with one clip" in refused("analyze", clip, clip, "--picture", tmp_path / "v.svg")
