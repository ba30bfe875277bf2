"""Markers as files have them: of a part of a clip, as rows, as columns of a CSV."""

from __future__ import annotations

from viewer.model.document import Marker
from viewer.model.markers import marker_columns, marker_rows, within

MARKERS = (
    Marker("start", 0.0), Marker("step", 0.51, "red", "left"), Marker("heel", 0.52, note="right"),
    Marker("end", 9.0),
)  # fmt: skip


def test_a_part_of_a_clip_has_its_own_times() -> None:
    assert within(MARKERS, 0.5, 8.0) == (
        Marker("step", 0.010000000000000009, "red", "left"),
        Marker("heel", 0.020000000000000018, note="right"),
    )


def test_rows_name_the_frame() -> None:
    assert marker_rows(MARKERS[1:2], 0.1) == [
        {"name": "step", "time_s": 0.51, "colour": "red", "note": "left", "frame": 5}
    ]


def test_columns_stand_at_the_frames_and_only_where_there_are_markers() -> None:
    found = marker_columns(MARKERS, 20, 0.1)
    assert list(found) == ["marker", "marker_note"]
    assert found["marker"][0] == "start" and found["marker"][5] == "step;heel"
    assert found["marker_note"][5] == "left;right"
    assert sum(map(bool, found["marker"])) == 2
    assert marker_columns((), 20, 0.1) == {} == marker_columns(MARKERS[3:], 20, 0.1)
