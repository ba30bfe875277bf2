"""A phase from a person's own NPZ or CSV, by the names of its columns."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motion.npz import NpzError, read_npz

from .series import PhaseError, PhaseSeries

SUFFIXES = (".npz", ".csv")
MAX_BYTES = 100_000_000
ANGLES: Mapping[str, float] = {
    "angle": 1.0, "angle_rad": 1.0, "angle_deg": np.pi / 180, "turns": 2 * np.pi,
}  # fmt: skip
"""Columns that hold an angle, and how many radians one of its units is."""
NAMES = {"x": ("x", "phase_x"), "y": ("y", "phase_y"), "time": ("time", "time_s")}
_KNOWN = {*ANGLES, "amplitude", *(name for names in NAMES.values() for name in names)}
_EXPECTED = "expected x and y, or angle and, if there is one, amplitude, and time"
_EVEN = 0.01
_SHOWN = 12


@dataclass(frozen=True, eq=False)
class GivenSeries:
    """Rows xy (T, 2) float64 of a file, and when they are, seconds (T,), if the file says so."""

    path: Path
    xy: np.ndarray
    time_s: np.ndarray | None


def read_series(path: Path) -> GivenSeries:
    """The phase in columns named x and y, or angle and perhaps amplitude (else 1), and time.

    angle is in radians, angle_deg in degrees, turns in turns, time in seconds. What our own
    commands and the phase panel write is read too: phase_x, phase_y, angle_rad, time_s, and in
    an NPZ phase (T, 2). Raises PhaseError naming the file and the column, and OSError.
    """
    try:
        columns = _npz(path) if path.suffix.lower() == ".npz" else _csv(path)
        xy = _plane(columns)
        time_s = next((columns[name] for name in NAMES["time"] if name in columns), None)
        _check(xy, time_s)
    except PhaseError as error:
        raise PhaseError(f"{path}: {error}") from error
    return GivenSeries(path, xy, time_s)


def placed(given: GivenSeries, beside: PhaseSeries | None) -> tuple[PhaseSeries, str]:
    """``given`` as a series at the rate of the one ``beside`` it, and a note of what was done.

    The note is "" where nothing was: as many rows as frames, or the same rate. Rows without a
    time are spread over the length of the other. Without another, even times stay as they are.
    Raises PhaseError where neither says how fast the rows follow.
    """
    rows, name = len(given.xy), given.path
    if given.time_s is None:
        if beside is None:
            raise PhaseError(f"{name}: there is no column time, nor a clip to tell it.")
        if rows == len(beside):
            return PhaseSeries(given.xy, beside.frame_time), ""
        times = np.linspace(0, beside.length_s, rows)
        note = f"{name}: no column time; {rows} rows spread over {beside.length_s:.2f} s"
        return _resampled(given.xy, times, beside.frame_time), note
    times = given.time_s - given.time_s[0]
    steps = np.diff(times)
    step = float(times[-1] / (rows - 1))
    even = bool(np.abs(steps - step).max() <= _EVEN * step)
    wanted = step if beside is None else beside.frame_time
    if even and abs(step - wanted) * (rows - 1) <= wanted / 2:
        return PhaseSeries(given.xy, wanted), ""
    how = f"{1 / step:.4g} rows a second" if even else "uneven times"
    note = f"{name}: {how}, resampled to {1 / wanted:.4g} frames a second"
    return _resampled(given.xy, times, wanted), note


def _resampled(xy: np.ndarray, times: np.ndarray, frame_time: float) -> PhaseSeries:
    at = np.arange(int(np.floor(times[-1] / frame_time + 1e-6)) + 1) * frame_time
    return PhaseSeries(
        np.stack([np.interp(at, times, column) for column in xy.T], axis=-1), frame_time
    )


def _plane(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """xy (T, 2) of what the columns hold."""
    pair = [next((columns[name] for name in NAMES[axis] if name in columns), None) for axis in "xy"]
    if pair[0] is not None and pair[1] is not None:
        return np.stack([pair[0], pair[1]], axis=-1)
    name = next((name for name in ANGLES if name in columns), None)
    if name is None:
        found = ", ".join([*columns][:_SHOWN]) or "none"
        more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
        raise PhaseError(f"columns {found}{more} found, {_EXPECTED}.")
    angle = columns[name] * ANGLES[name]
    amplitude = columns.get("amplitude", np.ones(len(angle)))
    return np.stack([amplitude * np.cos(angle), amplitude * np.sin(angle)], axis=-1)


def _check(xy: np.ndarray, time_s: np.ndarray | None) -> None:
    if len(xy) < 2:
        raise PhaseError(f"a phase needs two rows or more, found {len(xy)}.")
    for name, values in (("the phase", xy.sum(axis=1)), ("time", time_s)):
        if values is not None and not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values))) + 1
            raise PhaseError(f"{name} is not a number in row {row}.")
    if time_s is not None and (np.diff(time_s) <= 0).any():
        row = int(np.argmax(np.diff(time_s) <= 0)) + 2
        raise PhaseError(f"time does not go on in row {row}.")


def _npz(path: Path) -> dict[str, np.ndarray]:
    try:
        arrays = read_npz(path, title="the file", max_bytes=MAX_BYTES)
    except NpzError as error:
        raise PhaseError(str(error).removeprefix("the file: ")) from error
    if "phase" in arrays and arrays["phase"].ndim == 2 and arrays["phase"].shape[1] == 2:
        arrays["x"], arrays["y"] = arrays.pop("phase").T
    found: dict[str, np.ndarray] = {}
    length = 0
    for name, values in arrays.items():
        if name.lower() not in _KNOWN:
            found[name] = values
            continue
        if values.ndim != 1 or values.dtype.kind not in "fiu":
            raise PhaseError(f"'{name}' has shape {values.shape}, expected numbers (rows,).")
        if length and len(values) != length:
            raise PhaseError(f"'{name}' has {len(values)} rows, others have {length}.")
        length = len(values)
        found[name.lower()] = values.astype(np.float64)
    return found


def _csv(path: Path) -> dict[str, np.ndarray]:
    if path.stat().st_size > MAX_BYTES:
        raise PhaseError(f"more than {MAX_BYTES:,} bytes.")
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        header = file.readline()
        delimiter = max(",;\t", key=header.count)
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
            rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
        except csv.Error as error:
            raise PhaseError(f"no CSV: {error}.") from error
    names = [cell.strip().lower() for cell in cells]
    unread = np.zeros(len(rows))
    return {
        name: _numbers(rows, column, name) if name in _KNOWN else unread
        for column, name in enumerate(names)
        if name
    }


def _numbers(rows: list[list[str]], column: int, name: str) -> np.ndarray:
    out = np.empty(len(rows))
    for number, row in enumerate(rows):
        text = row[column] if column < len(row) else ""
        try:
            out[number] = float(text)
        except ValueError:
            raise PhaseError(
                f"row {number + 1} of '{name}' holds {text[:40]!r}, expected a number."
            ) from None
    return out
