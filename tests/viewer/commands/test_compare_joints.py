"""main.py compare --joints: how far two clips are apart over time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Call
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS

CLIPS = ASSETS / "clips"


def test_a_clip_beside_itself_is_no_different(call: Call) -> None:
    found = json.loads(call("compare", *[CLIPS / "walk.bvh"] * 2, "--joints", "--json").out)
    assert (found["frames"], found["joints"], found["without_partner"]) == (300, 22, [])
    assert found["worst_cm"] < 1e-3


@pytest.mark.parametrize("align", ["time", "phase", "strike"])
def test_numbers_file_and_picture_agree(call: Call, tmp_path: Path, align: str) -> None:
    files = CLIPS / "walk.bvh", CLIPS / "rushed_walk.bvh"
    outputs = "-o", tmp_path / "o.npz", "--picture", tmp_path / "p.svg"
    answer = call("compare", *files, "--joints", "--align", align, *outputs, "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    over = found["over_time"]
    assert np.mean(over["mean_cm"]) == pytest.approx(found["mean_cm"])
    assert len(over["time_b_s"]) == found["frames"] > 100
    with np.load(tmp_path / "o.npz") as kept:
        assert str(kept["schema"]) == "stridescope.joint_difference"
        np.testing.assert_allclose(100 * kept["distance"].mean(axis=1), over["mean_cm"])
        row = int(np.flatnonzero(kept["frame"] == found["worst_frame"])[0])
        joint = kept["joints"].tolist().index(found["worst_joint"])
        assert 100 * kept["distance"][row, joint] == pytest.approx(found["worst_cm"])
    table = np.genfromtxt(tmp_path / "p.csv", delimiter=",", names=True)
    assert table is not None and (tmp_path / "p.svg").stat().st_size > 1000


def test_the_number_is_the_best_turn_about_the_vertical(call: Call) -> None:
    files = CLIPS / "walk.bvh", CLIPS / "run.bvh"
    found = json.loads(call("compare", *files, "--joints", "--json").out)
    a, b = (load_motion(file).positions for file in files)
    assert a is not None and b is not None
    own, other = a[40] - a[40, :1], b[40] - b[40, :1]
    turns = np.linspace(0, 2 * np.pi, 3601)
    cos, sin = np.cos(turns)[:, None], np.sin(turns)[:, None]
    x, z = cos * other[:, 0] - sin * other[:, 2], sin * other[:, 0] + cos * other[:, 2]
    square = (own[:, 0] - x) ** 2 + (own[:, 2] - z) ** 2 + (own[:, 1] - other[:, 1]) ** 2
    best = square[square.sum(axis=1).argmin()]
    assert found["over_time"]["mean_cm"][40] == pytest.approx(100 * np.sqrt(best).mean(), rel=1e-3)


def test_what_cannot_be_compared_is_one_sentence(call: Call, tmp_path: Path) -> None:
    snake = tmp_path / "snake.bvh"
    snake.write_text(
        "HIERARCHY\nROOT Tail\n{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition Zposition "
        "Zrotation Xrotation Yrotation\nEnd Site\n{\nOFFSET 0 0 1\n}\n}\nMOTION\nFrames: 2\n"
        "Frame Time: 0.1\n0 1 0 0 0 0\n0 1 0 0 0 0\n"
    )
    answer = call("compare", CLIPS / "walk.bvh", snake, "--joints")
    assert answer.code == 2
    assert answer.err.strip() == "walk.bvh and snake.bvh have no joint of the same name."
    lone = call("compare", CLIPS / "walk.bvh", "--joints")
    assert lone.code == 2 and "two clips" in lone.err
