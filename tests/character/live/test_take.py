"""Takes: saved, loaded, gone on from to the bit, exported; and files that are no takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, NAMES, POSE_SIZE
from character.canonical import canonical_joints, retargeted, to_canonical_axes
from character.live.commands import KeepTake, Replay, RestoreTake, ResumeFrom, Rewind
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, TakeKept
from character.live.stored import TakeError
from character.live.take import Take, open_take
from character.reference import ReferenceClip
from motion.bvh import read_bvh, write_bvh
from motion.canonical import INDEX
from motion.retarget import retarget
from motion.rigs import match_rig
from tests.character.acting import RUN, eventful, go, job, same, tell

POSE = np.zeros(POSE_SIZE)
POSE[1], POSE[3], POSE[BALL_POSE[:, 0]] = 0.881416, 1, 1
STANDING = ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(POSE, (3, 1)))
Saved = tuple[list[CharacterFrame], Path]


def kept(live: LiveCharacter, first: int | None = None, last: int | None = None) -> Take:
    message = live.handle(KeepTake(first, last), RUN)
    assert isinstance(message, TakeKept)
    return message.take


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """The frames of an eventful run, and the file of its take."""
    live = job(STANDING)
    told = [live.opening(), *eventful(live)]
    path = tmp_path_factory.mktemp("take") / "take.npz"
    kept(live).save(path)
    assert list(path.parent.iterdir()) == [path]
    return told, path


def test_a_loaded_take_shows_replays_and_goes_on_to_the_bit(saved: Saved) -> None:
    told, path = saved
    live, take = job(STANDING), Take.load(path)
    eventful(live)
    other = job(replace(STANDING, name="elsewhere"))
    go(other, 3)
    restored = tell(other, RestoreTake(take))
    assert same(restored, told[-1]) and not restored.running
    assert restored.policy == told[-1].policy == "other" and restored.clip == "standing"
    for frame in told:
        assert same(tell(other, Rewind(frame.frame)), frame)
    tell(other, Replay())
    assert all(frame.exact for frame in go(other, len(told) - 1))
    tell(live, ResumeFrom(30))
    tell(other, ResumeFrom(30))
    assert all(same(a, b) for a, b in zip(go(live, 20), go(other, 20), strict=True))


def test_a_part_of_a_take_replays_by_itself(saved: Saved) -> None:
    """Also one that begins amid a push that was given before."""
    told, path = saved
    take = Take.load(path)
    part = take.part(12, 30)
    assert part.frames == (12, 30) and len(part.rows) == 19
    other = job(part.roles[0].clip)
    assert same(tell(other, RestoreTake(part)), told[30])
    tell(other, Replay())
    assert all(frame.exact for frame in go(other, 18))


def test_a_take_longer_than_the_memory_keeps_its_end(saved: Saved) -> None:
    told, path = saved
    take = Take.load(path)
    other = job(take.roles[0].clip, memory_seconds=0.5)
    memory = tell(other, RestoreTake(take)).memory
    assert (memory.first, memory.last) == (told[-1].frame - 15, told[-1].frame)
    assert same(tell(other, Rewind(memory.first)), told[memory.first])


def test_the_arrays_of_a_take_are_what_was_told(saved: Saved, tmp_path: Path) -> None:
    told, path = saved
    take = Take.load(path)
    arrays = open_take(path)
    assert np.array_equal(arrays["pose"], [frame.step.body.pose for frame in told])
    joints = np.array([frame.step.body.joints for frame in told])
    assert np.allclose(arrays["joints"], joints, atol=1e-5)
    rotations = np.array([frame.step.body.rotations for frame in told])
    dots = np.abs(np.sum(arrays["rotations"] * rotations, axis=-1))
    assert np.allclose(dots, 1, atol=1e-5)
    assert np.allclose(arrays["positions"], canonical_joints(joints, rotations), atol=1e-5)
    assert np.allclose(take.positions(), [frame.positions for frame in told], atol=1e-5)
    strips = take.strips()
    assert np.array_equal(strips["time"], [frame.time for frame in told])
    assert np.allclose(strips["total"], [frame.step.reward.total for frame in told])
    assert [None if np.isnan(v) else v for v in strips["value"]] == [f.value for f in told]


def test_the_exported_clip_is_the_character_in_its_own_size(saved: Saved, tmp_path: Path) -> None:
    told, path = saved
    take = Take.load(path)
    clip = take.clip("run")
    assert clip.frame_time == pytest.approx(1 / 30) and clip.frame_count == len(told)
    joints = to_canonical_axes(np.array([frame.step.body.joints for frame in told]))
    assert np.allclose(clip.positions[:, : len(NAMES)], joints, atol=1e-5)
    write_bvh(clip, tmp_path / "run.bvh")
    again = read_bvh(tmp_path / "run.bvh")
    assert set(again.skeleton.names) == set(clip.skeleton.names)
    order = [again.skeleton.index(name) for name in clip.skeleton.names]
    assert np.allclose(again.positions[:, order], clip.positions, atol=1e-4)
    assert again.warnings == ()


def test_our_reader_finds_the_canonical_joints_in_the_exported_clip(saved: Saved) -> None:
    told, path = saved
    take = Take.load(path)
    clip = take.clip()
    found = match_rig(clip.skeleton).locate(clip)
    joints = np.array([frame.step.body.joints for frame in told])
    rotations = np.array([frame.step.body.rotations for frame in told])
    own = canonical_joints(joints, rotations)
    names = [n for n in INDEX if n.removeprefix("Left").removeprefix("Right") != "Shoulder"]
    rows = [INDEX[n] for n in names if not n.startswith("Spine")]
    assert np.abs(found[:, rows] - own[:, rows]).max() < 1e-4
    human, known = retarget(clip), retargeted(joints, rotations)
    apart = np.linalg.norm((human - human[:, :1]) - (known - known[:, :1]), axis=-1)
    legs = [
        INDEX[f"{side}{part}"] for side in ("Left", "Right") for part in ("UpLeg", "Leg", "Foot")
    ]
    assert apart[:, legs].max() < 1e-3
    assert np.median(apart) < 0.01


Change = Callable[[dict[str, Any], dict[str, Any]], object]


def spoil(path: Path, folder: Path, change: Change) -> Path:
    """A copy of the take in ``path`` with its arrays and its description changed."""
    with np.load(path) as stored:
        arrays: dict[str, Any] = dict(stored)
    about = json.loads(str(arrays["about"]))
    change(arrays, about)
    if "about" in arrays:
        arrays["about"] = json.dumps(about)
    np.savez(folder / "spoilt.npz", **arrays)
    return folder / "spoilt.npz"


def test_a_take_from_before_there_was_a_driver_goes_on(saved: Saved, tmp_path: Path) -> None:
    def older(arrays: dict[str, Any], about: dict[str, Any]) -> None:
        for name in ("steering", "mind", "values"):
            del arrays[name]
        arrays["version"] = 2
        del about["skills"]

    told, path = saved
    live, take = job(STANDING), Take.load(spoil(path, tmp_path, older))
    assert same(tell(live, RestoreTake(take)), told[-1])
    tell(live, Replay())
    assert go(live, len(told) - 1)[-1].exact


CHANGES: dict[str, tuple[Change, str]] = {
    "schema": (lambda a, _: a.update(schema="stridescope.clip"), "its schema is not"),
    "version": (lambda a, _: a.update(version=1), "version 1, expected 3; it can only be"),
    "pose": (lambda a, _: a.update(pose=np.zeros((3, 4))), r"'pose' is float64 \[3, 4\], expected"),
    "missing": (lambda a, _: a.pop("physics"), "not a whole take: KeyError"),
    "shape": (lambda a, _: a.update(action=a["action"][:, :35]), "'action' is float64"),
    "kind": (lambda a, _: a.update(role=a["role"].astype("f4")), "'role' is float32"),
    "infinite": (lambda a, _: a["physics"].fill(np.inf), "numbers that are not finite"),
    "role": (lambda a, _: a["role"].fill(9), "names a policy that is not there"),
    "friction": (lambda a, _: a["friction"].fill(np.nan), "numbers that are not finite"),
    "size": (lambda a, _: a["box_side"].fill(-1), "a box of a size that cannot be"),
    "swap": (
        lambda _, b: b["entries"].append(
            [3, "Swapped", {"policy": "x", "role": 9, "clip_time": 0.0}]
        ),
        "a swap names a policy",
    ),
    "mind": (lambda a, _: a["mind"].fill(0), "tells of skills that are not there"),
    "pace": (lambda a, _: a["steering"].fill(0), "steered by numbers that cannot be"),
    "contacts": (lambda a, _: a["contacts"].fill(99), "more than 32 contacts"),
    "clip": (lambda a, _: a.update(clip0_times=a["clip0_times"][::-1]), "standing is no motion"),
    "entries": (lambda _, b: b["entries"].append([3, "Format", {}]), "not a whole take"),
    "deed": (lambda _, b: b["entries"].append([3, "SetGravity", {"gravity": 99}]), "Gravity is 99"),
    "box": (
        lambda _, b: b["entries"].append([3, "BoxPut", {"box": {"side": -1, "mass": 1}}]),
        "a box of -1 m and 1 kg",
    ),
    "body": (lambda _, b: b["roles"][0].update(touching=[77]), "names a body that is not there"),
    "about": (lambda _, b: b.pop("roles"), "not a whole take"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_no_take_is_refused_in_a_sentence(saved: Saved, tmp_path: Path, name: str) -> None:
    change, sentence = CHANGES[name]
    path = spoil(saved[1], tmp_path, change)
    with pytest.raises(TakeError, match=sentence) as refused:
        Take.load(path)
    assert str(refused.value).startswith(str(path)) and "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"PK", b"nonsense" * 99])
def test_files_that_are_no_npz_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(TakeError, match="not an NPZ file"):
        Take.load(path)
    with pytest.raises(OSError):
        Take.load(tmp_path / "absent.npz")


def test_a_cut_take_file_is_refused(saved: Saved, tmp_path: Path) -> None:
    whole = saved[1].read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 30):
        (tmp_path / "cut.npz").write_bytes(whole[:size])
        with pytest.raises(TakeError):
            Take.load(tmp_path / "cut.npz")


def test_a_take_that_cannot_be_written_leaves_nothing(saved: Saved, tmp_path: Path) -> None:
    take = Take.load(saved[1])
    with pytest.raises(OSError):
        take.save(tmp_path / "absent" / "take.npz")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(OSError):
        take.save(tmp_path / "folder.npz")
    assert {path.name for path in tmp_path.iterdir()} == {"folder.npz"}
