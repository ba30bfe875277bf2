"""A few poses of a BVH file: the same as in the whole of it, at a small price."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.bvh import BvhError, glimpse_bvh, read_bvh, write_bvh
from motion.bvh import glimpse as glimpse_module
from motion.pose import to_clip
from tests.motion.synthetic import walk

FRAMES = 900


@pytest.fixture
def long_walk(tmp_path: Path) -> Path:
    path = tmp_path / "walk.bvh"
    write_bvh(to_clip(walk(FRAMES, 1 / 60), 1 / 60, "walk"), path)
    return path


def frames_in(few: np.ndarray, whole: np.ndarray) -> list[int]:
    """Which frames of ``whole`` the ``few`` are."""
    apart = np.abs(few[:, None] - whole[None]).reshape(len(few), len(whole), -1).max(axis=-1)
    assert (apart.min(axis=1) < 1e-6).all()
    return apart.argmin(axis=1).tolist()


@pytest.mark.parametrize("count", [1, 5, 7])
def test_the_poses_are_frames_of_the_file_spread_over_it(long_walk: Path, count: int) -> None:
    clip, seconds = glimpse_bvh(long_walk, count)
    whole = read_bvh(long_walk)
    found = frames_in(clip.translations, whole.translations)
    assert np.abs(np.array(found) - np.arange(count) * FRAMES / count).max() < 0.02 * FRAMES
    np.testing.assert_allclose(clip.rotations, whole.rotations[found], atol=1e-6)
    assert (clip.units, clip.up_axis, clip.name) == (whole.units, whole.up_axis, "walk")
    assert seconds == pytest.approx(whole.duration) and clip.frame_time == whole.frame_time


def test_the_rest_is_not_read(long_walk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage between the lines that are looked at goes unnoticed, as does a missing whole."""
    clip, _ = glimpse_bvh(long_walk, 5)
    lines = long_walk.read_bytes().splitlines(keepends=True)
    first = len(lines) - FRAMES
    for n in range(first, len(lines)):
        if (n - first) % (FRAMES // 5) > 20:
            lines[n] = b"x" * (len(lines[n]) - 1) + b"\n"
    long_walk.write_bytes(b"".join(lines))
    monkeypatch.setattr(glimpse_module, "read_bvh", None)
    again, _ = glimpse_bvh(long_walk, 5)
    np.testing.assert_array_equal(again.rotations, clip.rotations)


def test_a_long_hierarchy_is_read_to_its_end(
    long_walk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, _ = glimpse_bvh(long_walk, 5)
    amid_its_last_number = long_walk.read_bytes().index(b"Frame Time:") + len("Frame Time: 0.01")
    for size in (1, 64, 1000, amid_its_last_number):
        monkeypatch.setattr(glimpse_module, "HEAD_BYTES", size)
        again, _ = glimpse_bvh(long_walk, 5)
        assert again.frame_time == clip.frame_time
        np.testing.assert_array_equal(again.rotations, clip.rotations)


def test_frames_that_are_no_lines_are_read_as_a_whole(long_walk: Path) -> None:
    whole = read_bvh(long_walk)
    head, numbers = long_walk.read_text().split("Frame Time:")
    time, *values = numbers.split()
    wrapped = "\n".join(values)
    long_walk.write_text(f"{head}Frame Time: {time}\n{wrapped}\n")
    clip, seconds = glimpse_bvh(long_walk, 5)
    assert frames_in(clip.translations, whole.translations) == [0, 224, 449, 674, 899]
    assert seconds == pytest.approx(whole.duration)


@pytest.mark.parametrize("frames", [1, 2, 4])
def test_a_short_clip_is_seen_whole(tmp_path: Path, frames: int) -> None:
    path = tmp_path / "short.bvh"
    write_bvh(to_clip(walk(frames, 1 / 30), 1 / 30, "short"), path)
    clip, seconds = glimpse_bvh(path, 7)
    assert 1 <= clip.frame_count <= frames and seconds == pytest.approx((frames - 1) / 30)
    frames_in(clip.rotations, read_bvh(path).rotations)


@pytest.mark.parametrize(("content", "sentence"), [
    (None, "there is no such file"),
    (b"", "found the end of the file"),
    (b"\0\1\2\3" * 100, "found binary data"),
    (b"solid cube", "expected 'HIERARCHY'"),
    (b"HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\n}\n", "expected 'MOTION'"),
])  # fmt: skip
def test_what_is_no_bvh_file_is_refused(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "bad.bvh"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BvhError, match=sentence):
        glimpse_bvh(path, 5)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BvhError, match="found a folder"):
        glimpse_bvh(tmp_path, 5)
