"""The style in a session file: all of it comes back, and what is damaged is left out and told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from viewer.model.demo import ASSETS
from viewer.model.document import Document, Latent, OpenClip, Style, StyleKey
from viewer.model.session import Session
from viewer.model.session_file import read_session, to_bytes, write_session

RNG = np.random.default_rng(3)


def style(label: str, size: int = 64) -> Latent:
    return Latent(RNG.standard_normal(size), label)


KEYS = (
    StyleKey(0.0, style("calm"), 1.0, "hold"),
    StyleKey(1 / 3, style("wild"), 1.7, "linear"),
    StyleKey(2.5, style("calm again"), 0.0, "smooth"),
)
WORN = Document(
    (OpenClip(Path("/a.bvh"), keys=KEYS), OpenClip(Path("/b.bvh"))),
    Style(
        style("loop", 256), 11, None, style("zombie"), 1.25, False,
        (style("a"), None, style("c"), None), ("lean", "arm swing"),
    ),
)  # fmt: skip


def read(path: Path, change: Callable[[dict[str, Any]], object]) -> tuple[Document, list[str]]:
    """The document of a session file that ``change`` has damaged, and the doubts about it."""
    data = json.loads(to_bytes(Session(WORN), path.parent, ASSETS))
    change(data)
    path.write_text(json.dumps(data))
    session, doubts = read_session(path, ASSETS)
    return session.document, list(doubts)


def test_all_of_the_style_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "s.stride"
    write_session(path, Session(WORN), ASSETS)
    session, doubts = read_session(path, ASSETS)
    assert doubts == () and session.document == WORN


def damage(what: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Set the member at ``what``, names and places between dots, to ``value``."""
    *way, last = (int(part) if part.isdigit() else part for part in what.split("."))

    def change(data: Any) -> None:
        for part in way:
            data = data[part]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        ("worn.values", [0.0] * 300, "'worn.values' is not a list of at most 256 numbers"),
        ("worn.values", ["x"], "'worn.values'"),
        ("strength", 99, "'strength' is not a number from 0 to 3"),
        ("keyed", "yes", "'keyed' is not true or false"),
        ("pins", [1, 2], "'pins' is not an object"),
        ("pins.A.values", [1e99], "'pins.A.values'"),
        ("locked", "lean", "'locked' is not a list of at most"),
        ("clips.0.keys.1.style.values", [None], "keys.1.style.values'"),
        ("clips.0.keys.1.time", -1, "keys.1.time' is not a number from 0"),
        ("clips.0.keys.1.ease", "bounce", "keys.1.ease' is not one of smooth, linear, hold"),
        ("clips.0.keys", {"0": 1}, "keys' is not a list of at most 2000"),
        ("clips.0.keys.1", 7, "keys.1' is not an object"),
    ],
)
def test_a_damaged_member_is_left_out_and_told(
    tmp_path: Path, what: str, value: object, words: str
) -> None:
    document, doubts = read(tmp_path / "s.stride", damage(what, value))
    assert len(doubts) == 1 and words in doubts[0]
    assert doubts[0].startswith(f"{tmp_path / 's.stride'}: ") and doubts[0].endswith(".")
    assert document.clips[1] == WORN.clips[1] and document.style.seed == 11


@pytest.mark.parametrize("member", ["style", "time"])
def test_one_damaged_key_costs_no_other(tmp_path: Path, member: str) -> None:
    document, _ = read(tmp_path / "s.stride", damage(f"clips.0.keys.1.{member}", None))
    assert document.clips[0].keys == (KEYS[0], KEYS[2])


def test_keys_are_read_in_the_order_of_their_times(tmp_path: Path) -> None:
    document, doubts = read(tmp_path / "s.stride", lambda data: data["clips"][0]["keys"].reverse())
    assert doubts == [] and document.clips[0].keys == KEYS


def test_a_session_of_before_there_were_styles_wears_none(tmp_path: Path) -> None:
    def forget(data: dict[str, Any]) -> None:
        for name in ("worn", "strength", "keyed", "pins", "locked"):
            del data[name]
        for clip in data["clips"]:
            del clip["keys"]

    document, doubts = read(tmp_path / "s.stride", forget)
    assert doubts == [] and document.style == Style(WORN.style.latent, 11)
    assert all(clip.keys == () for clip in document.clips)
