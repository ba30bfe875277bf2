"""The rows of numbers of the MOTION section."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from .decimals import parse_decimals
from .errors import BvhError
from .hierarchy import LARGEST, Header, number_wanted, parse_number
from .source import Source

MAX_VALUES = 2**25
MAX_POSES = 2**23
CHUNK = 128 * 2**10
LONGEST_WORD = 1024
_BLANK, _FIRST_BREAK, _BREAKS = np.uint8(32), np.uint8(9), np.uint8(4)
_SPACE = re.compile(rb"[ \t\r\n\f\v]")
_WORD = re.compile(rb"[^ \t\r\n\f\v]+")
_ROW = re.compile(rb"[^\r\n]*[^ \t\r\n\f\v][^\r\n]*")


def read_values(
    source: Source, header: Header, progress: Callable[[float], None]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """All whole frames as (T, channels) float64 in file units, and warnings.

    One line holds one frame; a frame may also be wrapped over lines, and where
    the number of values is right the line breaks do not matter. Text is parsed
    in small chunks, so that other threads run in between. Raises BvhError.
    """
    columns = header.channel_count
    data = np.frombuffer(source.data, np.uint8)
    numbers = np.empty(min((len(data) - header.motion_start) // 2 + 1, MAX_VALUES))
    ends: list[np.ndarray] = []
    total = 0
    for start, stop in _chunks(source, header.motion_start):
        time.sleep(0)  # a waiting thread need not wait for the interpreter's switch interval
        values, row_ends = _parse_chunk(source, data, start, stop)
        ends.append(row_ends + total)
        _refuse_amount(source, total + len(values), MAX_VALUES, "motion values")
        numbers[total : total + len(values)] = values
        total += len(values)
        progress((stop - header.motion_start) / max(len(data) - header.motion_start, 1))
    if columns == 0:
        return _motionless(source, header, total), ()
    _check_rows(source, header, np.concatenate([*ends, [total]]), total)
    whole = total // columns
    _refuse_amount(source, whole * len(header.joints), MAX_POSES, "joint poses")
    values = numbers[: whole * columns].reshape(whole, columns)
    return values, _count_warnings(header.frames, whole, total % columns)


def _chunks(source: Source, start: int) -> Iterator[tuple[int, int]]:
    """Consecutive ranges of about CHUNK bytes that split no word."""
    size = len(source.data)
    while start < size:
        most = start + CHUNK + LONGEST_WORD
        gap = _SPACE.search(source.data, start + CHUNK, most)
        if not gap and most < size:
            *_, endless = _WORD.finditer(source.data, start, most)
            source.fail(endless.start(), "a number", endless[0])
        stop = gap.end() if gap else size
        yield start, stop
        start = stop


def _parse_chunk(
    source: Source, data: np.ndarray, start: int, stop: int
) -> tuple[np.ndarray, np.ndarray]:
    """The numbers in a range of ``data``, the source's bytes, and how many of them precede each
    line break."""
    text = data[start:stop]
    blank = (text == _BLANK) | (text - _FIRST_BREAK <= _BREAKS)
    edges = np.concatenate([[-1], np.flatnonzero(blank), [len(text)]])
    words = np.diff(edges) > 1
    starts, ends = edges[:-1][words] + 1, edges[1:][words]
    gaps = text[edges[1:-1]]
    row_ends = np.searchsorted(starts, edges[1:-1][(gaps == 10) | (gaps == 13)])
    values = parse_decimals(text, starts, ends)
    if values is None:
        values = _parse_any(source, start, stop, len(starts))
    return values, row_ends


def _parse_any(source: Source, start: int, stop: int, count: int) -> np.ndarray:
    """The ``count`` numbers in a range, however they are written. Raises BvhError."""
    try:
        values = np.fromstring(source.data[start:stop], np.float64, sep=" ")
    except (ValueError, DeprecationWarning):  # numpy < 2.3 warns instead
        values = np.empty(0)
    if len(values) != count or not np.abs(values).max(initial=0) <= LARGEST:
        values = _parse_words(source, start, stop)
    return values


def _parse_words(source: Source, start: int, stop: int) -> np.ndarray:
    """The slow way through a chunk, which finds the word that is no number.

    A last word cut off by the end of the file ("-", "1e") is left out.
    """
    values = []
    for word in _WORD.finditer(source.data, start, stop):
        value = parse_number(word[0])
        if not abs(value) <= LARGEST:
            if word.end() == len(source.data) and re.fullmatch(rb"[-+.\deE]+", word[0]):
                break
            source.fail(word.start(), number_wanted(word[0]), word[0])
        values.append(value)
    return np.array(values, np.float64)


def _check_rows(source: Source, header: Header, row_ends: np.ndarray, total: int) -> None:
    """Refuse rows of wrong length, and a block without one whole frame."""
    columns = header.channel_count
    if total == header.frames * columns:
        return
    counts = np.diff(row_ends, prepend=0)
    row_ends, counts = row_ends[counts > 0], counts[counts > 0]
    within_one_frame = (row_ends - counts) // columns == (row_ends - 1) // columns
    if total >= columns and within_one_frame.all():
        return
    wrong = np.flatnonzero(counts != columns)
    if not len(wrong):
        source.fail(len(source.data), f"{columns} values of the first frame", b"")
    row = next(islice(_ROW.finditer(source.data, header.motion_start), int(wrong[0]), None))
    count = int(counts[wrong[0]])
    at = row.end()
    if count > columns:
        surplus = islice(_WORD.finditer(source.data, row.start(), row.end()), columns, None)
        at = next(surplus).start()
    source.fail(at, f"{columns} values in this row, one per channel", f"{count}")


def _count_warnings(stated: int, whole: int, surplus: int) -> tuple[str, ...]:
    if whole > stated:
        return (f"Frames says {stated:,}, but {whole:,} frames follow; all of them are loaded.",)
    if whole < stated or surplus:
        return (f"The motion block is cut short: of {stated:,} frames {whole:,} are whole.",)
    return ()


def _motionless(source: Source, header: Header, total: int) -> np.ndarray:
    """Frames of a file without any channel."""
    if total:
        source.fail(header.motion_start, "no motion values, as there are no channels", f"{total:,}")
    _refuse_amount(source, header.frames * len(header.joints), MAX_POSES, "joint poses")
    return np.empty((header.frames, 0))


def _refuse_amount(source: Source, amount: int, most: int, what: str) -> None:
    if amount > most:
        raise BvhError(f"{source.path}: expected at most {most:,} {what}, found more")
