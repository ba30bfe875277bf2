"""What the process that reads a library makes of files of all kinds."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference import load_model
from inference.models import MODELS
from motion import resample
from motion.bvh import write_bvh
from motion.features import motion_features
from motion.pose import to_clip
from tests.motion.synthetic import walk as walking
from tests.viewer.conftest import SNAKE
from tests.viewer.models import write_models
from viewer.model.clip import load_motion
from viewer.model.library_reading import (
    MAX_CLIP_WINDOWS,
    Request,
    encoded,
    features_of,
    read_all,
    read_styles,
    write_styles,
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_models(folder, motion_features(walking(60, 1 / 30)))
    return folder / "stylevae_encoder.onnx"


def write_walk(path: Path, frames: int, frame_time: float = 1 / 30) -> Path:
    write_bvh(to_clip(walking(frames, frame_time), frame_time, path.stem), path)
    return path


@pytest.fixture
def request_of(tmp_path: Path, encoder: Path) -> Request:
    """Five seconds of walking, a rig that is not human, a broken file, a short one, a lost one."""
    write_walk(tmp_path / "walk.bvh", 150)
    (tmp_path / "snake.bvh").write_text(SNAKE)
    (tmp_path / "broken.bvh").write_text(SNAKE.replace("MOTION", "MOTLEY"))
    write_walk(tmp_path / "short.bvh", 30)
    names = ("walk", "snake", "broken", "short", "lost")
    files = tuple(str(tmp_path / f"{name}.bvh") for name in names)
    return Request(files, str(encoder), str(tmp_path / "cache.sqlite"))


def test_each_file_is_answered_once_and_says_what_is_wrong(request_of: Request) -> None:
    walk, snake, broken, short, lost = read_all(request_of)
    assert walk.latents.shape == (4, 256)
    assert walk.starts_s.tolist() == [0, 1, 2, 3]
    assert [len(found.latents) for found in (snake, broken, short, lost)] == [0] * 4
    assert not short.problem
    for found in (snake, broken, lost):
        assert str(found.path) in found.problem or found.path.name in found.problem


def test_latents_are_those_of_the_clip_when_it_is_opened(
    request_of: Request, encoder: Path
) -> None:
    walk = next(read_all(request_of))
    features = load_motion(walk.path).features
    assert features is not None
    runner = load_model(encoder, "numpy", spec=MODELS["stylevae_encoder"])
    window = features[30:90].reshape(1, -1)
    assert np.allclose(walk.latents[1], runner.run({"motion": window})["mu"][0], atol=0.01)


def test_the_second_time_nothing_is_read(request_of: Request) -> None:
    first = [*read_all(request_of)]
    for path in map(Path, request_of.files[:4]):  # the same size and time, other content
        status = path.stat()
        path.write_bytes(b"#" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    second = [*read_all(request_of)]
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.latents, b.latents)
        assert (a.path, a.problem, a.stride_s) == (b.path, b.problem, b.stride_s)


def test_no_more_than_the_most_windows_are_given(request_of: Request) -> None:
    twice = replace(request_of, files=request_of.files[:1] * 3, most=6)
    assert [len(found.latents) for found in read_all(twice)] == [4, 2]


def test_a_long_clip_has_fifty_windows_all_along(tmp_path: Path) -> None:
    path = write_walk(tmp_path / "long.bvh", 4200)
    found = encoded(path, lambda cut: np.zeros((len(cut), 256), np.float32))
    assert MAX_CLIP_WINDOWS - 1 <= len(found.latents) <= MAX_CLIP_WINDOWS
    assert found.starts_s[-1] > 130


def test_frames_beyond_thirty_a_second_change_little(tmp_path: Path) -> None:
    path = write_walk(tmp_path / "fast.bvh", 480, 1 / 120)
    positions = walking(480, 1 / 120)
    expected = motion_features(resample.linear(positions, 1 / 120, 1 / 30))
    found = features_of(path)
    assert found.shape == expected.shape
    opened = load_motion(path).features
    assert opened is not None
    assert np.abs(found[:, :66] - opened[:, :66]).max() < 0.01


def test_what_is_written_is_read_and_a_cut_stream_ends(request_of: Request) -> None:
    stream = io.BytesIO()
    walk, snake, *_ = read_all(request_of)
    write_styles(stream, walk)
    write_styles(stream, snake)
    stream.seek(0)
    a, b = read_styles(stream), read_styles(stream)
    assert a is not None and b is not None and read_styles(stream) is None
    assert np.array_equal(a.latents, walk.latents) and b.problem == snake.problem
    assert read_styles(io.BytesIO(stream.getvalue()[:200])) is None
