"""Phases of a person's own from CSV and NPZ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.phase.given import placed, read_series
from motion.phase.series import PhaseError

from .planting import turning

TURNS = np.linspace(0, 2, 61)
SERIES = turning(TURNS, 0.5, 1 / 30)


def written(path: Path, header: str, *columns: np.ndarray) -> Path:
    np.savetxt(path, np.column_stack(columns), "%.9g", ",", header=header, comments="")
    return path


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("x,y", SERIES.xy.T),
        ("frame,X , Y", (np.arange(61), *SERIES.xy.T)),
        ("frame,time_s,phase_x,phase_y", (np.arange(61), np.arange(61) / 30, *SERIES.xy.T)),
        ("angle,amplitude", (2 * np.pi * TURNS, np.full(61, 0.5))),
        ("angle_deg,amplitude", (360 * TURNS, np.full(61, 0.5))),
        ("turns,amplitude", (TURNS, np.full(61, 0.5))),
    ],
)
def test_columns_by_name(tmp_path: Path, header: str, columns: tuple[np.ndarray, ...]) -> None:
    given = read_series(written(tmp_path / "mine.csv", header, *columns))
    assert given.xy == pytest.approx(SERIES.xy, abs=1e-6)
    assert (given.time_s is not None) == ("time" in header)
    series, note = placed(given, turning(TURNS, 1, 1 / 30))
    assert note == "" and series.frame_time == pytest.approx(1 / 30) and len(series) == 61


def test_semicolons_a_byte_order_mark_and_words_beside(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\ufeffnote;angle\nstart;0\n;1.5\n", encoding="utf-8")
    assert read_series(path).xy == pytest.approx(np.array([[1, 0], [np.cos(1.5), np.sin(1.5)]]))


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=SERIES.xy[:, 0], y=SERIES.xy[:, 1], time=SERIES.time_s)
    np.savez(tmp_path / "b.npz", phase=SERIES.xy, latents=np.zeros((4, 256)), clip="walk")
    for name in "ab":
        assert read_series(tmp_path / f"{name}.npz").xy == pytest.approx(SERIES.xy)


def test_another_rate_is_resampled_with_a_note(tmp_path: Path) -> None:
    at = np.arange(0, 2.001, 0.01)
    path = written(tmp_path / "mine.csv", "time,turns", at + 7, at)
    series, note = placed(read_series(path), turning(TURNS, 1, 1 / 30))
    assert note == f"{path}: 100 rows a second, resampled to 30 frames a second"
    assert len(series) == 61 and series.turns == pytest.approx(np.arange(61) / 30, abs=1e-4)
    alone, note = placed(read_series(path), None)
    assert note == "" and alone.frame_time == pytest.approx(0.01)


def test_uneven_times_and_no_times(tmp_path: Path) -> None:
    at = np.sort(np.random.default_rng(0).uniform(0, 2, 300))
    path = written(tmp_path / "uneven.csv", "time,turns", at, at)
    series, note = placed(read_series(path), turning(TURNS, 1, 1 / 30))
    assert "uneven times, resampled to 30" in note
    assert series.turns == pytest.approx(at[0] + np.arange(len(series)) / 30, abs=1e-3)
    path = written(tmp_path / "untimed.csv", "turns", np.linspace(0, 2, 201))
    series, note = placed(read_series(path), turning(TURNS, 1, 1 / 30))
    assert note == f"{path}: no column time; 201 rows spread over 2.00 s"
    assert series.turns == pytest.approx(TURNS, abs=1e-3)
    with pytest.raises(PhaseError, match="no column time, nor a clip"):
        placed(read_series(path), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns none found, expected x and y, or angle"),
        ("a,b\n1,2\n", "columns a, b found, expected x and y, or angle"),
        ("x,amplitude\n1,2\n", "columns x, amplitude found, expected x and y"),
        ("x,y\n1,2\n", "a phase needs two rows or more, found 1."),
        ("x,y\n1,2\n3,four\n", "row 2 of 'y' holds 'four', expected a number."),
        ("x,y\n1,2\n3\n", "row 2 of 'y' holds '', expected a number."),
        ("x,y\n1,2\n3,nan\n", "the phase is not a number in row 2."),
        ("x,y\n1,\0\n3,4\n", r"row 1 of 'y' holds '\x00', expected a number."),
        ('"' + 200_000 * "x" + "\n1\n", "no CSV: field larger than field limit"),
        ("x,y,time\n1,2,0\n3,4,0\n", "time does not go on in row 2."),
        ("x,y,time\n1,2,0\n3,4,inf\n", "time is not a number in row 2."),
    ],
)
def test_a_bad_csv_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(PhaseError) as caught:
        read_series(path)
    assert str(caught.value).startswith(f"{path}: {said}")
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_bad_npz_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.zeros((4, 2)), y=np.zeros(4))
    with pytest.raises(PhaseError, match=r"mine\.npz: 'x' has shape \(4, 2\)"):
        read_series(path)
    np.savez(path, x=np.zeros(5), y=np.zeros(4))
    with pytest.raises(PhaseError, match="'y' has 4 rows, others have 5"):
        read_series(path)
    np.savez(path, positions=np.zeros((5, 22, 3)))
    with pytest.raises(PhaseError, match="columns positions found"):
        read_series(path)
    path.write_text("no archive")
    with pytest.raises(PhaseError, match="not an NPZ file, or cut short"):
        read_series(path)
