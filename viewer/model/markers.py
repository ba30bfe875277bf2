"""Markers of a clip as files have them: rows of JSON, a column of a CSV; no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from .document import Marker


def within(markers: Iterable[Marker], first_s: float, last_s: float) -> tuple[Marker, ...]:
    """Those from ``first_s`` to ``last_s``, in seconds from ``first_s``: of a part of the clip."""
    inside = (marker for marker in markers if first_s <= marker.time_s <= last_s)
    return tuple(replace(marker, time_s=marker.time_s - first_s) for marker in inside)


def marker_rows(markers: Iterable[Marker], frame_time: float) -> list[dict[str, Any]]:
    """Each as an object: name, time_s, colour, note, and the frame that is nearest."""
    return [{**asdict(marker), "frame": round(marker.time_s / frame_time)} for marker in markers]


def marker_columns(
    markers: Iterable[Marker], frames: int, frame_time: float
) -> dict[str, list[str]]:
    """Names and notes at the frames (T,) that are nearest, joined by ``;``; no column for none."""
    columns = {"marker": [""] * frames, "marker_note": [""] * frames}
    placed = [row for row in marker_rows(markers, frame_time) if row["frame"] < frames]
    for row in placed:
        frame = row["frame"]
        for name, text in (("marker", row["name"]), ("marker_note", row["note"])):
            columns[name][frame] = f"{columns[name][frame]};{text}".lstrip(";")
    return columns if placed else {}
