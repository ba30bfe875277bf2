"""Recording the moments of other skills."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import ROOT_ROTATION
from character.convert import read_motion
from motion import quat
from training.policy.entering import Other, entries_for
from viewer.model.demo import ASSETS

RUN = Other(ASSETS / "models" / "deepmimic_actor_run.onnx", ASSETS / "character" / "run.txt")


def test_who_runs_is_taken_over_upright_at_the_moment_most_alike(tmp_path: Path) -> None:
    clip, kept = read_motion(ASSETS / "character" / "walk.txt"), tmp_path / "entries.npz"
    entries = entries_for(clip, [RUN], kept, seed=0)
    assert len(entries) > 1000
    assert (entries.poses[:, 1] > 0.6).all()
    assert (entries.times >= 0).all() and (entries.times < clip.duration).all()
    assert len(set(entries.times)) > 5
    again = entries_for(clip, [], kept, seed=1)
    np.testing.assert_array_equal(again.poses, entries.poses)


@pytest.mark.parametrize("side", [1, -1], ids=["on the back", "on the belly"])
def test_a_clip_that_lies_is_entered_by_who_has_fallen(tmp_path: Path, side: int) -> None:
    walk = read_motion(ASSETS / "character" / "walk.txt")
    poses = walk.poses.copy()
    poses[0, 1] = -0.4
    over = quat.exp(np.array([0.0, 0.0, side * np.pi / 2]))
    poses[:, ROOT_ROTATION] = quat.mul(over, poses[:, ROOT_ROTATION])
    lying = replace(walk, loop=False, poses=poses)
    entries = entries_for(lying, [RUN], tmp_path / "entries.npz", seed=0)
    assert len(entries) > 100
    assert np.median(entries.poses[:, 1]) < 0.5
    up = quat.rotate(entries.poses[:, ROOT_ROTATION], np.array([1.0, 0.0, 0.0]))[:, 1]
    assert (side * up > -0.31).all()
    assert not entries.times.any()


def test_another_skill_is_told_by_two_files() -> None:
    assert Other.parse("a.onnx,b.txt") == Other(Path("a.onnx"), Path("b.txt"))
    with pytest.raises(ValueError, match="is not ACTOR,MOTION"):
        Other.parse("a.onnx")
