"""main.py compare on clips that ship, on a model broken on purpose, on series of one's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Call
from tests.source_tree import ROOT
from tests.viewer.commands.conftest import linear_model, png_size
from viewer.model.demo import ASSETS
from viewer.model.phase_compare import MEASURES
from viewer.model.plot_svg import WIDTH

CLIPS = ASSETS / "clips"


def test_a_clip_beside_itself_is_no_different(call: Call) -> None:
    answer = call("compare", CLIPS / "walk.bvh", CLIPS / "walk.bvh", "--json")
    found = json.loads(answer.out)
    assert found["frames"] == 300
    assert all(found[name]["worst"] < 1e-6 for name in MEASURES)
    assert found["verdict_a"] == found["verdict_b"]


def test_a_model_broken_on_purpose_is_told_from_the_one_that_ships(
    call: Call, broken: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.npz"
    answer = call("compare", CLIPS / "walk.bvh", "--model-b", broken, "-o", output)
    assert answer.code == 0, answer.err
    a, b, title, angle, amplitude, plane = answer.out.splitlines()
    assert a == "A  walk.bvh by DeepPhase: " + (
        "100.0 % forward, 1.00 turns a cycle, strikes ± 0.01, 0 anomalies"
    )
    assert b.startswith("B  walk.bvh by broken.onnx: 72.2 % forward, 0.00 turns a cycle")
    assert title == "B - A by time, 300 frames:"
    with np.load(output) as found:
        assert (str(found["schema"]), int(found["version"])) == ("stridescope.phase_difference", 1)
        turns = np.abs(found["turns"][found["alive"]])
        frame = int(found["frame"][found["alive"]][turns.argmax()])
        assert angle == (
            f"  angle: mean {turns.mean():.3f} turns, p95 {np.percentile(turns, 95):.3f} turns, "
            f"worst {turns.max():.3f} turns at {frame / 30:.2f} s, frame {frame}"
        )
        assert f"worst {np.abs(found['amplitude']).max():.3f}" in amplitude
        between = np.linalg.norm(found["xy_b"] - found["xy_a"], axis=1)
        np.testing.assert_allclose(found["plane"], between)
        assert f"mean {between.mean():.3f}" in plane
        assert found["distance"].shape == (300, 300)
        np.testing.assert_allclose(found["distance"].diagonal(), between, atol=1e-5)


@pytest.mark.parametrize("by", ["time", "phase", "strike"])
def test_two_clips_are_aligned(call: Call, tmp_path: Path, by: str) -> None:
    files = (CLIPS / "walk.bvh", CLIPS / "rushed_walk.bvh")
    picture = tmp_path / "map.svg"
    found = json.loads(call("compare", *files, "--align", by, "--picture", picture, "--json").out)
    assert found["align"] == by and found["picture"] == str(picture)
    assert (found["turns"]["mean"] < 0.01) == (by == "phase")
    assert (found["lag_s"]["worst"] < 1e-6) == (by == "time")
    table = np.loadtxt(tmp_path / "map.csv", delimiter=",", skiprows=1)
    assert table.shape == (300, 241)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["map.csv", "map.svg"]


def test_a_png_needs_no_display(tmp_path: Path) -> None:
    files = [
        str(CLIPS / "walk.bvh"),
        str(CLIPS / "run.bvh"),
        "--picture",
        str(tmp_path / "map.png"),
    ]
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "main.py", "compare", *files], cwd=ROOT, env=environ, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    width, height = png_size(tmp_path / "map.png")
    assert width == 3 * WIDTH and height > 1000


def test_the_picture_needs_no_qt_as_svg_and_has_the_numbers_of_the_npz(
    call: Call, tmp_path: Path
) -> None:
    files = (CLIPS / "walk.bvh", CLIPS / "walk.bvh")
    answer = call("compare", *files, "-o", tmp_path / "d.npz", "--picture", tmp_path / "d.svg")
    assert answer.code == 0, answer.err
    svg = (tmp_path / "d.svg").read_text()
    assert "A, walk.bvh by DeepPhase, time (s)" in svg and "distance in the phase plane" in svg
    table = np.loadtxt(tmp_path / "d.csv", delimiter=",", skiprows=1)
    with np.load(tmp_path / "d.npz") as found:
        np.testing.assert_allclose(table[:, 1:], found["distance"], atol=1e-6)
        np.testing.assert_allclose(table[:, 0], found["distance_frames_a"] / 30, atol=1e-6)


def test_what_analyze_wrote_is_the_clip(call: Call, tmp_path: Path) -> None:
    clip = CLIPS / "run.bvh"
    for name, error in (("out.npz", 1e-6), ("out.csv", 1e-5)):
        written = tmp_path / name
        assert call("analyze", clip, "-o", written).code == 0
        for pair in ((clip, written), (written, clip), (written, written)):
            answer = call("compare", *pair, "--json")
            assert answer.err == "", answer.err
            found = json.loads(answer.out)
            assert found["frames"] == 180 and found["plane"]["worst"] < error


def test_a_series_of_another_rate_is_resampled_with_a_note(call: Call, tmp_path: Path) -> None:
    series = tmp_path / "mine.csv"
    time = np.arange(601) / 60
    np.savetxt(
        series, np.stack([time, 5.6 * time], 1), "%.6f", ",", header="time,angle", comments=""
    )
    answer = call("compare", CLIPS / "walk.bvh", series, "--align", "phase")
    assert answer.code == 0
    assert answer.err == f"{series}: 60 rows a second, resampled to 30 frames a second.\n"
    assert "B  mine.csv: 100.0 % forward" in answer.out


def test_what_cannot_be_compared_is_one_sentence(
    refused: Callable[..., str], snake_file: Path, tmp_path: Path
) -> None:
    walk, wrong = CLIPS / "walk.bvh", tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    assert "With what?" in refused("compare", walk)
    assert "one or two files, found 3" in refused("compare", walk, walk, walk)
    assert "-o of compare writes .npz" in refused("compare", walk, walk, "-o", "out.csv")
    assert "writes .png or .svg" in refused("compare", walk, walk, "--picture", "out.jpg")
    assert refused("compare", walk, wrong).startswith(f"{wrong}: columns a, b found, expected x")
    assert "LeftFoot" in refused("compare", walk, snake_file)
    assert "no-such.bvh: there is no such file." in refused("compare", walk, "no-such.bvh")
    wrong.write_text("x,y\n1,2\n3,nan\n")
    assert "the phase is not a number in row 2." in refused("compare", walk, wrong)
    assert "is a series already" in refused("compare", walk, wrong, "--model-b", "m.onnx")
    wrong.write_text("x,y\n1,2\n3,4\n")
    assert "no column time, nor a clip" in refused("compare", wrong, wrong)
    wrong.write_text("time,x,y\n0,1,2\n1,3,4\n")
    assert "B has no left heel strike" in refused("compare", walk, wrong, "--align", "strike")


def test_a_model_of_another_shape_is_named(refused: Callable[..., str], tmp_path: Path) -> None:
    model = tmp_path / "mine.onnx"
    linear_model(model, "mine", ("latent", 256), {"phase": 2})
    said = refused("compare", CLIPS / "walk.bvh", "--model-a", model)
    assert str(model) in said and "'latent' has shape [batch, 256]" in said
    said = refused("compare", CLIPS / "walk.bvh", "--model-b", tmp_path / "no.onnx")
    assert str(tmp_path / "no.onnx") in said
