"""Numbers as motion files write them, ``-12.345678``, many at once.

Eight digits are one machine word, and three multiplications and shifts make their number of it
(Lemire, "Quickly parsing eight digits", 2018). Digits without the point and a power of ten are both
exact in 53 bits, so that their quotient is the nearest number, as a careful parser finds it
(Clinger, "How to read floating point numbers accurately", 1990).
"""

from __future__ import annotations

import numpy as np

WORD = 8
MOST_DIGITS = 15
"""Of a number, so that they are exact as a float64."""
_POWERS = 10 ** np.arange(WORD + 1, dtype=np.uint64)
_DIVISORS = _POWERS.astype(np.float64)
_STEPS = tuple(
    (np.uint64(mask), np.uint64(factor), np.uint64(shift))
    for mask, factor, shift in (
        (0x0F0F0F0F0F0F0F0F, 10 * 2**8 + 1, 8),
        (0x00FF00FF00FF00FF, 100 * 2**16 + 1, 16),
        (0x0000FFFF0000FFFF, 10_000 * 2**32 + 1, 32),
    )
)
_BITS = np.uint64(8)
_MINUS, _POINT, _ZERO = b"-.0"


def parse_decimals(text: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray | None:
    """The numbers (N,) float64 at ``text[starts:ends]``, each the nearest there is.

    text: (B,) uint8, of which all but blanks is in those words; starts, ends: (N,). None unless
    every word is digits with at most a minus before them and a point among them, no more than eight
    on either side of it, and no more than ``MOST_DIGITS`` in all.
    """
    if not len(starts):
        return np.empty(0)
    negative = text[starts] == _MINUS
    digits = int(np.count_nonzero(text - np.uint8(_ZERO) < 10))
    others = int(np.sum(ends - starts)) - digits - int(np.count_nonzero(negative))
    point = _points(text, starts, ends, others)
    if point is None:
        return None
    whole = point - starts - negative
    decimals = np.maximum(ends - point - 1, 0)
    if not _short(whole, decimals):
        return None
    padded = np.zeros(WORD + len(text), np.uint8)
    padded[WORD:] = text
    before = np.ndarray(len(text) + 1, "<u8", padded, strides=(1,))  # eight bytes up to each place
    number = _digits(before[point], whole) * _POWERS[decimals]
    number += _digits(before[ends], decimals)
    values: np.ndarray = number.astype(np.float64)
    values /= _DIVISORS[decimals]
    np.negative(values, out=values, where=negative)
    return values


def _points(
    text: np.ndarray, starts: np.ndarray, ends: np.ndarray, count: int
) -> np.ndarray | None:
    """Where the point of each word is (N,), or its end where it has none; None where a word has
    two, or where all of them are not ``count``."""
    if count == len(ends):  # all with as many decimals as the first, as most files have them
        first = np.flatnonzero(text[starts[0] : ends[0]] == _POINT)
        if len(first):
            likely = ends - (ends[0] - starts[0] - first[0])
            if (likely >= starts).all() and (text[likely] == _POINT).all():
                return likely
    points = np.flatnonzero(text == _POINT)
    holders = np.searchsorted(starts, points, "right") - 1
    if len(points) != count or (holders[1:] == holders[:-1]).any():
        return None
    found = ends.copy()
    found[holders] = points
    return found


def _short(whole: np.ndarray, decimals: np.ndarray) -> bool:
    """Whether all words have some digits, and no more of them than are exact."""
    count = whole + decimals
    return bool(
        whole.max() <= WORD
        and decimals.max() <= WORD
        and count.max() <= MOST_DIGITS
        and count.min() >= 1
    )


def _digits(words: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The whole numbers (N,) uint64 of the last ``counts`` (N,) <= 8 bytes of ``words`` (N,)."""
    rest = np.uint64(64) - counts.astype(np.uint64) * _BITS
    digits = words >> rest
    digits <<= rest
    for mask, factor, shift in _STEPS:
        digits &= mask
        digits *= factor
        digits >>= shift
    return digits
