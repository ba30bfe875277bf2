"""The cache of built things: bounded, and one at a time."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kernels import cache
from kernels.cache import Recipe, cached, obtain


def small(key: str) -> Recipe:
    """Writes its own key."""

    def command(target: Path) -> list[str]:
        return ["sh", "-c", f"printf {key} > {target}"]

    return Recipe("a thing", "thing", ".txt", key, command, estimate=1, limit=9, room=1)


def get(recipe: Recipe) -> Path:
    return obtain(recipe, lambda *_: None, threading.Event())


def test_what_was_used_longest_ago_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "KEPT", 3)
    for age, key in enumerate(("a1", "b2", "c3")):
        os.utime(get(small(key)), (1000 + age, 1000 + age))
    assert get(small("a1")).read_text() == "a1"  # which makes it the newest
    get(small("d4"))
    kept = [key for key in ("a1", "b2", "c3", "d4") if cached(small(key))]
    assert kept == ["a1", "c3", "d4"]


def test_threads_that_want_the_same_make_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path))
    made: list[Path] = []

    def command(target: Path) -> list[str]:
        made.append(target)
        return ["sh", "-c", f"sleep 0.3; printf x > {target}"]

    recipe = Recipe("a thing", "thing", ".txt", "0", command, estimate=1, limit=9, room=1)
    threads = [threading.Thread(target=get, args=(recipe,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and cached(recipe)
