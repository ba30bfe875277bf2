"""The cache of encoded windows, as SQLite keeps it on a real disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from viewer.model import style_cache
from viewer.model.style_cache import StyleCache


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.bvh"
    path.write_text("one")
    return path


def latents(count: int) -> np.ndarray:
    return np.random.default_rng(count).standard_normal((count, 256)).astype(np.float16)


def test_what_was_put_is_there_the_next_time(tmp_path: Path, file: Path) -> None:
    cache = StyleCache(tmp_path / "new" / "c.sqlite", "sha")
    assert cache.get(file, file.stat()) is None
    cache.put(file, file.stat(), latents(3), 1.5, "")
    cache.close([file])
    kept = StyleCache(tmp_path / "new" / "c.sqlite", "sha").get(file, file.stat())
    assert kept is not None
    assert np.array_equal(kept[0], latents(3))
    assert kept[1:] == (1.5, "")


def test_another_file_or_another_encoder_is_not_known(tmp_path: Path, file: Path) -> None:
    cache = StyleCache(tmp_path / "c.sqlite", "sha")
    cache.put(file, file.stat(), latents(1), 1.0, "")
    assert StyleCache(tmp_path / "c.sqlite", "other").get(file, file.stat()) is None
    os.utime(file, ns=(1, 1))
    assert cache.get(file, file.stat()) is None


def test_a_damaged_cache_is_begun_anew(tmp_path: Path, file: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"no database" * 1000)
    cache = StyleCache(tmp_path / "c.sqlite", "sha")
    cache.put(file, file.stat(), latents(2), 1.0, "")
    kept = cache.get(file, file.stat())
    assert kept is not None and len(kept[0]) == 2


def test_a_place_that_cannot_be_written_keeps_nothing(
    tmp_path: Path, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = StyleCache(file / "c.sqlite", "sha")
    cache.put(file, file.stat(), latents(2), 1.0, "")
    assert cache.get(file, file.stat()) is None
    cache.close([file])
    assert "cannot be used" in caplog.text


def test_files_that_were_not_asked_for_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style_cache, "MAX_WINDOWS", 12)
    files = [tmp_path / f"{name}.bvh" for name in "abc"]
    cache = StyleCache(tmp_path / "c.sqlite", "sha")
    for path in files:
        path.write_text(path.stem)
        cache.put(path, path.stat(), latents(4), 1.0, "")
    cache.close([files[0]])
    again = StyleCache(tmp_path / "c.sqlite", "sha")
    assert [again.get(path, path.stat()) is not None for path in files] == [True, False, True]
