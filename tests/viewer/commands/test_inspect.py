"""main.py inspect: joints, their distance, slides of feet, of a clip and of a session."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Call
from viewer.model.demo import ASSETS
from viewer.model.document import Document, Marker, OpenClip, View
from viewer.model.session import Session
from viewer.model.session_file import write_session


def test_it_tells_what_joints_do(call: Call, walk_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "walk.csv"
    answer = call("inspect", walk_file, "--joint", "lefthand", "--joint", "Head", "-o", output)
    assert answer.code == 0, answer.err
    assert "LeftHand: " in answer.out and "LeftHand to Head: " in answer.out
    with output.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 150 and float(rows[0]["Head_y_m"]) > 1


def test_as_json_it_is_one_object(call: Call, walk_file: Path) -> None:
    answer = call("inspect", walk_file, "--joint", "Head", "--most", 2, "--json")
    found = json.loads(answer.out)
    assert found["frames"] == 150 and found["joints"][0]["name"] == "Head"
    assert len(found["skate"]["worst"]) <= 2 and found["distances"] == []


def test_without_joints_it_tells_of_the_feet(call: Call, walk_file: Path) -> None:
    assert "slide" in call("inspect", walk_file).out


def test_a_session_brings_its_markers(call: Call, walk_file: Path, tmp_path: Path) -> None:
    clip = OpenClip(walk_file.resolve(), markers=(Marker("step", 0.5, note="left"),))
    document = Document((clip,), view=View(clip=clip.key))
    write_session(tmp_path / "s.stride", Session(document), ASSETS)
    output = tmp_path / "s.csv"
    answer = call("inspect", tmp_path / "s.stride", "--joint", "Head", "-o", output)
    assert answer.code == 0 and "step at 0.50 s" in answer.out, answer.err
    with output.open(newline="") as file:
        marked = {
            n: row["marker_note"] for n, row in enumerate(csv.DictReader(file)) if row["marker"]
        }
    assert marked == {30: "left"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--joint", "LeftHnd"), "LeftHand"),
        (("--joint", ""), "no joint ''"),
        (("-o", "out.npz"), "inspect writes .csv"),
        (("--most", "0"), "whole number"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    refused: Callable[..., str], walk_file: Path, more: tuple[str, ...], words: str
) -> None:
    assert words in refused("inspect", walk_file, *more)


def test_a_file_that_is_none_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "absent.bvh" in refused("inspect", tmp_path / "absent.bvh")
    assert "absent.stride" in refused("inspect", tmp_path / "absent.stride")
