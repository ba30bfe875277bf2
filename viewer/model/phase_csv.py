"""A phase as CSV, a row a frame: the window and analyze write the same columns. No Qt."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from motion.files import whole_file
from motion.phase.lint import Anomaly

from .document import Marker
from .markers import marker_columns
from .phase_measures import PhaseMeasures

Column = Sequence[Any] | np.ndarray
"""A cell a frame: a number, NaN where there is none, or a text."""


def save_columns(path: Path, columns: Mapping[str, Column]) -> int:
    """Write ``columns`` by name, with as many digits as a number has; how many rows.

    Raises CannotWrite.
    """
    texts = [_texts(column) for column in columns.values()]
    with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*texts, strict=True))
    return len(texts[0])


def save_measures(path: Path, found: PhaseMeasures, markers: Iterable[Marker] = ()) -> int:
    """Write all that is shown of a phase, with the ``markers`` of its clip; how many rows.

    Raises CannotWrite.
    """
    series = found.series
    plane = {"time_s": series.time_s, "x": series.xy[:, 0], "y": series.xy[:, 1]}
    plane |= {"turns": series.turns % 1.0, "amplitude": series.amplitude}
    frequency = {"frequency_turns_per_s": found.frequency}
    marked = marker_columns(markers, len(series), series.frame_time)
    return save_columns(path, {**plane, **frequency, **measured_columns(found), **marked})


def measured_columns(found: PhaseMeasures) -> dict[str, Column]:
    """What is measured beside the frequency; verdict and thresholds (as JSON) in the first row."""
    frames = len(found.series)
    strike = [""] * frames
    for side, at in (("left", found.gait.left), ("right", found.gait.right)):
        for frame in at.tolist():
            strike[frame] = f"{strike[frame]};{side}".lstrip(";")
    once = [""] * (frames - 1)
    return {
        "stride_offset_turns": found.offset,
        "left_skate_m_per_s": found.skate[:, 0],
        "right_skate_m_per_s": found.skate[:, 1],
        "strike": strike,
        **anomaly_columns(found.anomalies, frames),
        "verdict": [str(found.verdict), *once],
        "thresholds": [json.dumps(asdict(found.thresholds)), *once],
    }


def anomaly_columns(anomalies: Iterable[Anomaly], frames: int) -> dict[str, Column]:
    """The kinds of every frame; size and severity where an anomaly begins; joined by ``;``."""
    kinds, sizes, severities = ([""] * frames for _ in range(3))
    for anomaly in anomalies:
        for frame in range(anomaly.first, anomaly.last + 1):
            kinds[frame] = f"{kinds[frame]};{anomaly.kind}".lstrip(";")
        first = anomaly.first
        sizes[first] = f"{sizes[first]};{_number(anomaly.size)}".lstrip(";")
        severities[first] = f"{severities[first]};{_number(anomaly.severity)}".lstrip(";")
    return {"anomaly": kinds, "anomaly_size": sizes, "anomaly_severity": severities}


def _texts(column: Column) -> Sequence[Any]:
    if isinstance(column, np.ndarray):
        return [_number(value) for value in column.tolist()]
    return column


def _number(value: float) -> str:
    return "" if value != value else f"{value:.9g}"
