"""Plain decimals, read many at once: to the bit as Python reads each, or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motion.bvh import read_bvh
from motion.bvh.decimals import parse_decimals
from tests.motion.test_bvh_read import TWO_JOINTS

PLAIN = st.builds(
    lambda sign, whole, decimals, point: sign + whole + point * f".{decimals}",
    st.sampled_from(["", "-"]),
    st.from_regex(r"[0-9]{1,7}", fullmatch=True),
    st.from_regex(r"[0-9]{0,8}", fullmatch=True),
    st.booleans(),
)


def parsed(words: list[str], blank: str = " ") -> np.ndarray | None:
    """``words`` with ``blank`` before, between and behind them, through the parser."""
    ends = np.cumsum([len(word) + len(blank) for word in words])
    text = np.frombuffer(blank.join(["", *words, ""]).encode(), np.uint8)
    return parse_decimals(text, ends - [len(word) for word in words], ends)


@given(st.lists(PLAIN, min_size=1, max_size=40), st.sampled_from([" ", "\t", "\r\n", " \n  "]))
def test_every_plain_decimal_is_the_nearest_number(words: list[str], blank: str) -> None:
    found = parsed(words, blank)
    assert found is not None
    expected = np.array([float(word) for word in words])
    assert found.tobytes() == expected.tobytes()  # also the sign of a zero


def test_a_hundred_thousand_as_our_writer_writes_them() -> None:
    draw = np.random.default_rng(0)
    words = [f"{x:.6f}" for x in draw.normal(0, 90, 100_000)]
    found = parsed(words)
    assert found is not None and np.array_equal(found, np.array(words, float))


@pytest.mark.parametrize("word", [".5", "5.", "-.25", "-0.000000", "0", "99999999", "0.00000001"])
def test_odd_ways_to_write_one(word: str) -> None:
    found = parsed(["1.5", word])
    assert found is not None and found.tobytes() == np.array([1.5, float(word)]).tobytes()


@pytest.mark.parametrize(
    "word",
    [
        "-", ".", "-.", "--1", "1-", "1-2", "-1-2", "1.2.3", "..1", "+1", "1e5", "1E-5", "nan",
        "inf", "5O", "1_0", "0x1", "1,5", "\x011", "1\x002", "123456789", "0.123456789",
        "12345678.12345678", "١",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_others(word: str) -> None:
    text = f" 1.5 {word} 2.5 ".encode()
    start = 5
    end = start + len(word.encode())
    starts, ends = np.array([1, start, end + 1]), np.array([4, end, end + 4])
    assert parse_decimals(np.frombuffer(text, np.uint8), starts, ends) is None


def test_nothing_is_nothing() -> None:
    found = parse_decimals(np.frombuffer(b"  \n ", np.uint8), np.zeros(0, int), np.zeros(0, int))
    assert found is not None and not len(found)


def test_a_file_of_every_way_of_writing_is_read_to_the_bit(tmp_path) -> None:
    """A chunk with one other number in it is read the other way, to the same bits."""
    head = TWO_JOINTS[: TWO_JOINTS.index("MOTION")]
    draw = np.random.default_rng(1)
    rows = [[f"{x:.{draw.integers(0, 9)}f}" for x in draw.normal(0, 40, 9)] for _ in range(4000)]
    rows[1500][4] = "+1.25e1"
    lines = "\n".join(" ".join(row) for row in rows)
    path = tmp_path / "many.bvh"
    path.write_text(f"{head}MOTION\nFrames: 4000\nFrame Time: 0.01\n{lines}\n")
    clip = read_bvh(path, units="m", up_axis="Y")
    expected = np.array([[float(word) for word in row[:3]] for row in rows]).astype(np.float32)
    assert np.array_equal(clip.translations[:, 0], expected)
