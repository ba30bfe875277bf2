"""main.py bench: what is refused."""

from __future__ import annotations

from collections.abc import Callable


def test_an_unknown_benchmark_is_refused(refused: Callable[..., str]) -> None:
    assert "motion, models, character, window, scale, serve" in refused("bench", "speed")
