"""main.py render through real OpenGL, without a display."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Call
from tests.viewer.commands.conftest import png_pixels, png_size
from viewer.model.pictures import ffmpeg

SMALL = ("--size", "160x90")


def test_a_picture_has_size_and_frame_as_asked(call: Call, walk_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "a.png"
    answer = call("render", walk_file, "-o", output, "--time", "1.004", *SMALL, "--json")
    assert answer.code == 0
    assert json.loads(answer.out) == {"file": str(output), "size": [160, 90], "frame": 60}
    assert png_size(output) == (160, 90)
    assert len(set(png_pixels(output))) > 50


def test_the_same_moment_is_the_same_picture(call: Call, walk_file: Path, tmp_path: Path) -> None:
    """One moment alone, the same again, and as a part of the sequence: equal pixels."""
    single, again, frames = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "frames"
    call("render", walk_file, "-o", single, "--time", "1", *SMALL)
    call("render", walk_file, "-o", again, "--time", "1", *SMALL)
    answer = call("render", walk_file, "-o", frames, "--fps", "2", *SMALL)
    assert "5 frames at 2 fps" in answer.out
    names = sorted(path.name for path in frames.iterdir())
    assert names == [f"frame_{n:05d}.png" for n in range(5)]
    assert png_pixels(single) == png_pixels(again) == png_pixels(frames / "frame_00002.png")
    assert png_pixels(single) != png_pixels(frames / "frame_00003.png")


@pytest.mark.parametrize("option", [("--theme", "light"), ("--camera", "180,10")])
def test_theme_and_camera_change_the_picture(
    call: Call, walk_file: Path, tmp_path: Path, option: tuple[str, str]
) -> None:
    plain, changed = tmp_path / "a.png", tmp_path / "b.png"
    assert call("render", walk_file, "-o", plain, *SMALL).code == 0
    assert call("render", walk_file, "-o", changed, *SMALL, *option).code == 0
    assert png_pixels(plain) != png_pixels(changed)


def test_a_rig_that_is_not_human_is_drawn(call: Call, snake_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "snake.png"
    assert call("render", snake_file, "-o", output, *SMALL).code == 0
    assert png_size(output) == (160, 90)


@pytest.mark.parametrize("time_s", ["-0.1", "99", "nan", "1e308"])
def test_a_time_outside_the_clip_is_refused(
    refused: Callable[..., str], walk_file: Path, tmp_path: Path, time_s: str
) -> None:
    assert "--time" in refused("render", walk_file, "-o", tmp_path / "a.png", f"--time={time_s}")
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_is_refused(
    refused: Callable[..., str], walk_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    for name in ("nowhere/a.png", "folder.png", "file/frames", "nowhere/a.mp4", "file"):
        assert str(tmp_path) in refused("render", walk_file, "-o", tmp_path / name, *SMALL)


def test_more_pictures_than_anyone_wants_are_refused(
    refused: Callable[..., str], walk_file: Path, tmp_path: Path
) -> None:
    said = refused("render", walk_file, "-o", tmp_path / "frames", "--fps", "1e9")
    assert "--fps 1e+09" in said and "1,000,000 at most" in said


def test_video_has_every_frame(call: Call, walk_file: Path, tmp_path: Path) -> None:
    """Odd sizes are drawn at the even ones that H.264 needs."""
    output = tmp_path / "walk.mp4"
    answer = call("render", walk_file, "-o", output, "--size", "161x91", "--fps", "10")
    assert answer.code == 0, answer.err
    command = [ffmpeg(), "-v", "error", "-i", str(output), "-f", "rawvideo", "-pix_fmt", "gray"]
    raw = subprocess.run([*command, "-"], capture_output=True, check=True).stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, 92, 162)
    assert len(pictures) == 25
    changes = np.abs(np.diff(pictures.astype(int), axis=0)).max(axis=(1, 2))
    assert (changes > 20).all()


def test_video_without_ffmpeg_says_what_to_install(
    refused: Callable[..., str],
    walk_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    assert "ffmpeg" in refused("render", walk_file, "-o", tmp_path / "walk.mp4")


def test_a_turntable_and_a_transparent_part(call: Call, walk_file: Path, tmp_path: Path) -> None:
    turn = ("--turntable", "1", "--fps", "5")
    answer = call("render", walk_file, "-o", tmp_path / "turn", *SMALL, *turn, "--json")
    assert json.loads(answer.out)["frames"] == 5
    part = ("--range", "0.5,1", "--fps", "10", "--transparent")
    answer = call("render", walk_file, "-o", tmp_path / "part", *SMALL, *part, "--json")
    assert json.loads(answer.out)["frames"] == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["part", "turn"]


@pytest.mark.parametrize("part", ["2,1", "loop", "0,99", "a,b"])
def test_a_part_that_is_not_there_is_refused(
    refused: Callable[..., str], walk_file: Path, tmp_path: Path, part: str
) -> None:
    refused("render", walk_file, "-o", tmp_path / "frames", *SMALL, f"--range={part}")
    assert list(tmp_path.iterdir()) == []
