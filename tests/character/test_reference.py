"""Reference clips: the format, the time in between, the rates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from character.anatomy import BALL_POSE
from character.reference import ClipError, ReferenceClip, clip_text, read_clip

SPIN, RISE, WALK = 0.8, 0.3, 1.5


@pytest.fixture
def steady(standing: ReferenceClip) -> ReferenceClip:
    """The root moves and turns, the chest turns and a knee bends, all at a steady rate."""
    times = np.array([0.0, 0.1, 0.3, 0.35, 0.6])
    poses = np.tile(standing.poses[0], (5, 1))
    poses[:, 0] = WALK * times
    poses[:, 3], poses[:, 5] = np.cos(SPIN * times / 2), np.sin(SPIN * times / 2)
    poses[:, 7], poses[:, 10] = np.cos(RISE * times / 2), np.sin(RISE * times / 2)
    poses[:, 19] = -0.5 * times
    return ReferenceClip("steady", False, times, poses)


def test_written_clips_read_the_same(steady: ReferenceClip, tmp_path: Path) -> None:
    for clip in (steady, replace(steady, loop=True)):
        path = tmp_path / "steady.txt"
        path.write_text(clip_text(clip))
        again = read_clip(path)
        assert (again.name, again.loop) == ("steady", clip.loop)
        assert np.allclose(again.times, clip.times, atol=1e-9)
        assert np.allclose(again.poses, clip.poses, atol=1e-9)


def test_steady_motion_has_steady_rates(steady: ReferenceClip) -> None:
    expected = np.zeros(34)
    expected[0], expected[4], expected[8], expected[15] = WALK, SPIN, RISE, -0.5
    assert np.allclose(steady.rates, expected, atol=1e-9)
    for time in (0.0, 0.2, 0.44, 0.6):
        pose, rates = steady.at(time)
        assert np.allclose(rates, expected, atol=1e-9)
        assert np.isclose(pose[0], WALK * time)
        assert np.isclose(2 * np.arctan2(pose[5], pose[3]), SPIN * time)
        assert np.isclose(pose[19], -0.5 * time)


def test_a_clip_that_wraps_goes_on_over_the_ground(steady: ReferenceClip) -> None:
    loop = replace(steady, loop=True)
    assert loop.cycle(0.59) == 0 and loop.cycle(1.25) == 2
    assert loop.phase(1.5) == pytest.approx(0.5)
    pose, _ = loop.at(1.3)
    within, _ = loop.at(0.1)
    assert pose[0] == pytest.approx(within[0] + 2 * WALK * 0.6)
    assert np.allclose(pose[3:], within[3:])
    assert not loop.over(100)


def test_a_clip_that_ends_stays_at_its_end(steady: ReferenceClip) -> None:
    assert np.allclose(steady.at(7.0)[0], steady.poses[-1])
    assert steady.over(0.6) and not steady.over(0.59)


def test_published_clips_are_read(deepmimic: Path) -> None:
    clips = [read_clip(path) for path in sorted((deepmimic / "motions").glob("*.txt"))]
    assert len(clips) == 20
    walk = clips[-2]
    assert (walk.name, walk.loop, len(walk.poses)) == ("humanoid3d_walk", True, 39)
    assert walk.duration == pytest.approx(38 * 0.033332, abs=1e-6)
    for clip in clips:
        assert np.allclose(np.linalg.norm(clip.poses[:, BALL_POSE], axis=-1), 1)
        assert np.abs(clip.rates[:, 6:]).max() < 60


def frames(count: int = 3, width: int = 44) -> list[list[float]]:
    rows = np.zeros((count, width))
    rows[:, 0] = 0.1
    rows[:, [4, *(BALL_POSE[:, 0] + 1)]] = 1
    return rows.tolist()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not a DeepMimic motion file"),
        ("[]", "no list 'Frames'"),
        ({"Loop": "maybe", "Frames": frames()}, "'maybe'"),
        ({"Loop": "wrap", "Frames": frames(1)}, "1 frame"),
        ({"Loop": "wrap", "Frames": [*frames(2), [0.1] * 43]}, "frame 3 has 43 numbers"),
        ({"Loop": "none", "Frames": [*frames(2), ["x"] * 44]}, "not numbers"),
        (
            {"Loop": "none", "Frames": [[0.0, *frames()[0][1:]], *frames()]},
            "frame 1 has a duration",
        ),
        ({"Loop": "none", "Frames": [*frames(), [0.1] + [0.0] * 43]}, "frame 4 has a duration"),
        ({"Frames": [[float("nan")] * 44] * 2}, "frame 1 has a duration"),
        ({"Frames": [*frames(), [0.1, 90.0, *frames()[0][2:]]]}, "frame 3 moves faster than 100"),
    ],
)
def test_a_bad_file_is_told_in_one_sentence(tmp_path: Path, content: object, says: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(ClipError) as refused:
        read_clip(path)
    message = str(refused.value)
    assert says in message and str(path) in message and message.endswith(".")
