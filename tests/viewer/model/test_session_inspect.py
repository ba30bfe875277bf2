"""Markers in a session file: all come back, and what is damaged is left out and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from viewer.model.demo import ASSETS
from viewer.model.document import Document, Marker, OpenClip
from viewer.model.session import Session
from viewer.model.session_file import read_session, to_bytes, write_session

MARKERS = (Marker("step", 0.5, "red", "left heel, 3 cm"), Marker("Wende ↻", 2.25))
MARKED = Document((OpenClip(Path("/a.bvh"), markers=MARKERS), OpenClip(Path("/b.bvh"))))


def test_markers_come_back(tmp_path: Path) -> None:
    path = tmp_path / "s.stride"
    write_session(path, Session(MARKED), ASSETS)
    session, doubts = read_session(path, ASSETS)
    assert doubts == () and session.document == MARKED


@pytest.mark.parametrize(
    ("members", "left", "doubt"),
    [
        ([{"name": "later", "time_s": 3}, {"name": "first", "time_s": 1}], ["first", "later"], ""),
        ([{"time_s": 1}], ["Marker"], ""),
        ([{"name": "step"}], [], ""),
        ([{"name": "step", "time_s": -1}], [], "'clips.0.markers.0.time_s'"),
        ([{"name": "step", "time_s": "soon"}], [], "'clips.0.markers.0.time_s'"),
        ([{"name": "a\nb", "time_s": 1}], ["Marker"], "'clips.0.markers.0.name'"),
        ([{"name": "a", "time_s": 1, "colour": "mauve"}], ["a"], "one of blue, orange"),
        ([{"name": "a", "time_s": 1, "note": 7}], ["a"], "'clips.0.markers.0.note'"),
        ({"name": "a"}, [], "a list"),
        ([7], [], "'clips.0.markers.0' is not an object"),
        (None, [], ""),
    ],
)
def test_what_is_damaged_is_left_out(
    tmp_path: Path, members: Any, left: list[str], doubt: str
) -> None:
    data = json.loads(to_bytes(Session(MARKED), tmp_path, ASSETS))
    data["clips"][0]["markers"] = members
    path = tmp_path / "s.stride"
    path.write_text(json.dumps(data))
    session, doubts = read_session(path, ASSETS)
    assert [marker.name for marker in session.document.clips[0].markers] == left
    assert len(doubts) == bool(doubt) and doubt in "".join(doubts)
