"""Times to wait in words."""

from __future__ import annotations

import pytest

from viewer.export.strip import left_text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "1 s"), (1.4, "1 s"), (59.2, "59 s"), (61.0, "1 min"), (1800.0, "30 min"),
     (5400.0, "1.5 h")],
)  # fmt: skip
def test_time_left(seconds: float, words: str) -> None:
    assert left_text(seconds) == words
