"""What a drop on the stage means for the character."""

from __future__ import annotations

from pathlib import Path

from viewer.character.files import sort_files


def names(*texts: str) -> list[Path]:
    return [Path(text) for text in texts]


def test_a_policy_comes_with_its_motion_and_its_critic() -> None:
    given = sort_files(names("a.onnx", "a_critic.onnx", "walk.bvh", "walk.txt", "take.NPZ"))
    assert given.networks == names("a.onnx") and given.takes == names("take.NPZ")
    assert given.motion == Path("walk.txt") and given.others == names("walk.bvh")


def test_a_clip_is_a_motion_only_beside_a_policy() -> None:
    assert sort_files(names("a.onnx", "walk.bvh")).motion == Path("walk.bvh")
    alone = sort_files(names("walk.bvh", "run.bvh"))
    assert alone.motion is None and alone.others == names("walk.bvh", "run.bvh")
    assert sort_files(names("walk.txt")).motion == Path("walk.txt")
