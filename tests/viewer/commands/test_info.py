"""main.py info on real and broken files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Call
from tests.inference.nets import save_chain
from tests.viewer.commands.conftest import linear_model
from viewer.commands.info import describe_model
from viewer.model.demo import ASSETS
from viewer.model.document import Cast, Document, Latent, OpenClip, Style, View
from viewer.model.policies import Policy
from viewer.model.session import KeptTake, Session
from viewer.model.session_file import to_bytes


def test_a_walk_in_words(call: Call, walk_file: Path) -> None:
    answer = call("info", walk_file)
    assert answer.code == 0
    assert answer.out.count("\n") == 1
    for part in ("22 joints", "human rig", "150 frames at 60 fps", "Y up", " m tall"):
        assert part in answer.out


def test_a_walk_as_json(call: Call, walk_file: Path) -> None:
    found = json.loads(call("info", walk_file, "--json").out)
    assert (found["joints"], found["frames"], found["fps"]) == (22, 150, 60.0)
    assert found["duration_s"] == pytest.approx(149 / 60, abs=1e-5)
    assert 1.6 < found["height_m"] < 1.9


def test_exact_frame_rates_survive(call: Call, walk_file: Path, tmp_path: Path) -> None:
    text = walk_file.read_text()
    line = next(line for line in text.splitlines() if line.lower().startswith("frame time"))
    path = tmp_path / "odd.bvh"
    path.write_text(text.replace(line, f"Frame Time: {1 / 119.88:.10f}"))
    assert json.loads(call("info", path, "--json").out)["fps"] == 119.88


def test_a_rig_that_is_not_human_says_what_it_lacks(call: Call, snake_file: Path) -> None:
    answer = call("info", snake_file)
    assert answer.code == 0
    assert "not human rig" in answer.out
    assert "LeftFoot" in answer.out


def test_every_line_is_one_file(call: Call, walk_file: Path, snake_file: Path) -> None:
    lines = call("info", walk_file, snake_file, "--json").out.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(walk_file), str(snake_file)]


def test_a_bad_file_does_not_end_the_run(
    call: Call, walk_file: Path, snake_file: Path, tmp_path: Path
) -> None:
    broken, absent = tmp_path / "broken.bvh", tmp_path / "absent.onnx"
    broken.write_text("no motion")
    files = (broken, walk_file, absent, snake_file)
    answer = call("info", *files)
    assert answer.code == 2
    read = [line.split(": ")[0] for line in answer.out.splitlines()]
    assert read == [str(walk_file), str(snake_file)]
    first, second, last = answer.err.splitlines()
    assert first.startswith(str(broken)) and second.startswith(str(absent))
    assert last == "2 of 4 files could not be read."
    rows = [json.loads(line) for line in call("info", *files, "--json").out.splitlines()]
    assert [row["file"] for row in rows] == [str(path) for path in files]
    assert [row.get("error") for row in rows] == [first, None, second, None]


def test_an_overridden_unit_is_used(call: Call, walk_file: Path) -> None:
    metres = json.loads(call("info", walk_file, "--units", "m", "--json").out)
    inches = json.loads(call("info", walk_file, "--units", "inch", "--json").out)
    assert inches["height_m"] / metres["height_m"] == pytest.approx(0.0254, rel=0.05)


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 100, b"HIERARCHY\n", b"ROOT x"])
def test_a_broken_file_is_refused(
    refused: Callable[..., str], tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "broken.bvh"
    path.write_bytes(content)
    assert "broken.bvh" in refused("info", path)
    assert "broken.onnx" in refused("info", path.rename(tmp_path / "broken.onnx"))


def test_a_folder_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    assert str(tmp_path) in refused("info", tmp_path)


def test_a_model_tells_tensors_layers_and_name(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    linear_model(path, "mine", ("frame", 132), {"phase": 2})
    found = json.loads(call("info", path, "--json").out)
    assert found["model"] == "deepphase"
    assert found["inputs"] == {"frame": [None, 132]}
    assert found["outputs"] == {"phase": [None, 2]}
    assert found["parameters"] == 132 * 2 + 2
    assert "frame [batch, 132] → phase [batch, 2]" in call("info", path).out


def test_a_model_of_other_shapes_is_none_of_the_five(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    linear_model(path, "other", ("x", 7), {"y": 3})
    assert json.loads(call("info", path, "--json").out)["model"] is None


def session_file(folder: Path, walk_file: Path, **members: Any) -> Path:
    """A session with the walk, and a clip that is not there, on disk."""
    gone = OpenClip(folder / "gone.bvh", title="Gone")
    walk = OpenClip(walk_file.resolve(), "m", "Y", "Calm", "A walk")
    policy = Policy("deepmimic_actor_x_1", "x", folder / "x.onnx", None, None)
    style = Style(Latent(np.zeros(256), "mean style"))
    cast, view = Cast((policy,), drives=policy.model), View(**{"clip": walk.key, **members})
    document = Document((gone, walk), style, cast, view)
    session = Session(document, {"clip": 0.75}, KeptTake(b"PK", 30, 120, 60))
    path = folder / "mine.stride"
    path.write_bytes(to_bytes(session, folder, ASSETS))
    return path


def test_a_session_in_words_and_as_json(call: Call, walk_file: Path, tmp_path: Path) -> None:
    path = session_file(tmp_path, walk_file)
    line = call("info", path).out
    assert line.count("\n") == 1 and line.startswith(f"{path}: clips: Gone, A walk; ")
    for part in ("the clip on stage at 0.75 s", "mean style", "policies: x", "a take of 3.00 s"):
        assert part in line
    found = json.loads(call("info", path, "--json").out)
    assert (found["kind"], found["clip"], found["on_stage"]) == ("session", "A walk", "clip")
    assert found["clips"][1] == {
        "path": str(walk_file), "title": "A walk", "style": "Calm", "units": "m", "up_axis": "Y",
        "markers": [],
    }  # fmt: skip
    assert found["take"] == {"frames": [30, 120], "shown": 60, "seconds": 3.0}
    assert ["gone.bvh" in found["warnings"][0], "x.onnx" in found["warnings"][1]] == [True, True]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"schema": "stridescope.session"}'])
def test_a_broken_session_is_refused(
    refused: Callable[..., str], tmp_path: Path, content: str
) -> None:
    path = tmp_path / "broken.stride"
    path.write_text(content)
    assert str(path) in refused("info", path)
    assert str(path) in refused("render", path, "-o", tmp_path / "x.png")


def test_the_clip_of_a_session_is_rendered_where_it_stands(
    call: Call, refused: Callable[..., str], walk_file: Path, tmp_path: Path
) -> None:
    path = session_file(tmp_path, walk_file)
    answer = call("render", path, "-o", tmp_path / "x.png", "--size", "64x48")
    assert answer.code == 0 and "frame 45 of walk" in answer.out
    path = session_file(tmp_path, walk_file, source="latent")
    answer = call("render", path, "-o", tmp_path / "x.png", "--size", "64x48")
    assert answer.code == 0 and "frame 0 of mean style" in answer.out
    path = session_file(tmp_path, walk_file, source="character")
    assert "the character's take" in refused("render", path, "-o", tmp_path / "x.png")
    path = session_file(tmp_path, walk_file, clip=f"{tmp_path / 'gone.bvh'}|auto|auto")
    assert "gone.bvh" in refused("render", path, "-o", tmp_path / "x.png")


def test_info_lists_the_operators_of_a_graph(tmp_path: Path) -> None:
    facts = describe_model(str(save_chain(tmp_path / "net.onnx", (132, 8, 2), "Erf")))
    assert facts["layers"] == ["Gemm", "Erf", "Gemm", "Identity", "Identity"]
    assert (facts["model"], facts["parameters"]) == ("deepphase", 132 * 8 + 8 + 8 * 2 + 2)
