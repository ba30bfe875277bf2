"""Writing BVH: the same motion comes back, and files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motion import quat
from motion.bvh import BvhError, read_bvh, write_bvh
from motion.canonical import CANONICAL
from motion.clip import Clip
from motion.conventions import UNITS
from motion.pose import to_clip
from motion.skeleton import Skeleton
from tests.motion.synthetic import walk, wander


def random_clip(seed: int, joints: int, frames: int, size: float, moving: bool = False) -> Clip:
    """Any tree in depth-first order with any motion, bones of about ``size`` metres."""
    rng = np.random.default_rng(seed)
    parents = [-1]
    branch = [0]
    for joint in range(1, joints):
        branch = branch[: rng.integers(1, len(branch) + 1)]
        parents.append(branch[-1])
        branch.append(joint)
    offsets = (size * rng.normal(size=(joints, 3))).astype(np.float32)
    leaves = set(range(joints)) - set(parents)
    skeleton = Skeleton(
        tuple(f"joint {j}" for j in range(joints)),
        np.array(parents, np.int32),
        offsets,
        {j: (size * rng.normal(size=3)).astype(np.float32) for j in leaves},
    )
    q = quat.normalize(rng.normal(size=(frames, joints, 4))).astype(np.float32)
    translations = np.repeat(offsets[None], frames, axis=0)
    travel = (size * rng.normal(size=(frames, joints, 3))).astype(np.float32)
    translations[:, : joints if moving else 1] += travel[:, : joints if moving else 1]
    return Clip("random", skeleton, q, translations, float(rng.uniform(1e-3, 0.1)))


def tip_positions(clip: Clip) -> np.ndarray:
    joints = sorted(clip.skeleton.end_sites)
    tips = np.array([clip.skeleton.end_sites[j] for j in joints])
    positions, rotations = clip.world
    return positions[:, joints] + quat.rotate(rotations[:, joints], tips)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    joints=st.integers(1, 24),
    frames=st.integers(1, 5),
    size=st.sampled_from([0.003, 0.05, 0.2, 1.0, 5.0, 40.0]),
    moving=st.booleans(),
)
def test_any_motion_comes_back(tmp_path_factory, seed, joints, frames, size, moving):
    clip = random_clip(seed, joints, frames, size, moving)
    path = tmp_path_factory.mktemp("bvh") / "random.bvh"
    write_bvh(clip, path)
    back = read_bvh(path)
    tolerance = 1e-4 * max(1.0, size)  # float32 has seven digits
    assert back.positions == pytest.approx(clip.positions, abs=tolerance)
    assert tip_positions(back) == pytest.approx(tip_positions(clip), abs=tolerance)
    assert back.skeleton.offsets == pytest.approx(clip.skeleton.offsets, abs=tolerance)
    assert back.skeleton.names == clip.skeleton.names
    assert back.frame_time == clip.frame_time
    assert back.up_axis == "Y"


CHANNEL_KINDS = [f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation")]


@st.composite
def channel_files(draw) -> str:
    """A BVH file with any channels on any joint, in any order."""
    number = st.floats(-180, 180, width=32).map(lambda x: f"{x:.4f}")
    channels = draw(st.lists(st.permutations(CHANNEL_KINDS), min_size=1, max_size=8))
    counts = draw(st.lists(st.integers(0, 6), min_size=len(channels), max_size=len(channels)))
    text, close, values = "HIERARCHY\n", "", 0
    for j, (names, count) in enumerate(zip(channels, counts, strict=True)):
        text += (
            f"{'JOINT' if j else 'ROOT'} j{j}\n{{\nOFFSET {' '.join(draw(number) for _ in 'xyz')}\n"
        )
        text += f"CHANNELS {count} {' '.join(names[:count])}\n"
        values += count
        if draw(st.booleans()) and j:
            text += "}\n"
        else:
            close += "}\n"
    rows = [" ".join(draw(number) for _ in range(values)) for _ in range(2)]
    return text + close + "MOTION\nFrames: 2\nFrame Time: 0.01\n" + "\n".join(rows) + "\n"


@settings(max_examples=60, deadline=None)
@given(text=channel_files())
def test_any_channels_come_back(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("bvh")
    (folder / "any.bvh").write_text(text)
    clip = read_bvh(folder / "any.bvh", units="cm", up_axis="Y")
    write_bvh(clip, folder / "again.bvh")
    assert read_bvh(folder / "again.bvh").positions == pytest.approx(clip.positions, abs=1e-4)


@pytest.fixture
def clip() -> Clip:
    return to_clip(walk(30), 1 / 119.88, "walk")


def test_a_person_is_written_in_centimetres_with_the_exact_frame_time(clip, tmp_path):
    write_bvh(clip, tmp_path / "walk.bvh")
    text = (tmp_path / "walk.bvh").read_text()
    assert f"Frame Time: {1 / 119.88!r}\n" in text
    assert text.count("Xposition") == 1
    assert float(text.split("MOTION")[1].split("\n")[3].split()[1]) == pytest.approx(99, abs=5)
    back = read_bvh(tmp_path / "walk.bvh")
    assert (back.units, back.up_axis, back.warnings) == ("cm", "Y", ())
    assert back.skeleton.names == CANONICAL.names


def test_only_joints_that_move_get_position_channels(clip, tmp_path):
    translations = clip.translations.copy()
    translations[10:, 5] += 0.01
    write_bvh(replace(clip, translations=translations), tmp_path / "moved.bvh")
    assert (tmp_path / "moved.bvh").read_text().count("CHANNELS 6") == 2
    assert read_bvh(tmp_path / "moved.bvh").translations == pytest.approx(translations, abs=1e-6)


def test_names_survive_or_are_made_writable(clip, tmp_path):
    names = (
        "Model:Hips",
        "a.b_c-d e",
        "Hüfte",
        "brace{",
        "line\nbreak",
        "",
        *clip.skeleton.names[6:],
    )
    renamed = replace(clip, skeleton=replace(clip.skeleton, names=names))
    write_bvh(renamed, tmp_path / "names.bvh")
    read = read_bvh(tmp_path / "names.bvh").skeleton.names
    assert read[:6] == ("Model:Hips", "a.b_c-d e", "Hüfte", "brace_", "line_break", "joint")


def test_joints_out_of_depth_first_order_are_written_in_it(tmp_path):
    parents = np.array([-1, 0, 0, 1, 2], np.int32)
    offsets = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [2, 0, 0], [0, 2, 0]], np.float32)
    skeleton = Skeleton(tuple("abcde"), parents, offsets, {})
    q = quat.from_euler(np.full((1, 5, 3), 0.3, np.float32), "XYZ")
    clip = Clip("order", skeleton, q, offsets[None].copy(), 0.1)
    write_bvh(clip, tmp_path / "order.bvh")
    back = read_bvh(tmp_path / "order.bvh")
    assert "".join(back.skeleton.names) == "abdce"
    assert back.positions[:, [0, 1, 3, 2, 4]] == pytest.approx(clip.positions, abs=1e-5)


@pytest.mark.parametrize("middle", [90, 89.9999, -90, -89.99999])
def test_gimbal_lock_comes_back(clip, tmp_path, middle):
    turn = quat.from_euler(np.radians([[35.0, middle, -20.0]]), "ZXY").astype(np.float32)
    rotations = clip.rotations.copy()
    rotations[:, 3] = turn
    locked = replace(clip, rotations=rotations)
    write_bvh(locked, tmp_path / "locked.bvh")
    assert read_bvh(tmp_path / "locked.bvh").positions == pytest.approx(locked.positions, abs=1e-5)


@pytest.mark.parametrize(("units", "metres"), UNITS.items())
def test_every_unit_comes_back_the_same(tmp_path, units, metres):
    person = to_clip(wander(4), 1 / 30, "person")
    assert write_bvh(person, tmp_path / "out.bvh", units) == units
    back = read_bvh(tmp_path / "out.bvh")
    assert (back.units, back.warnings) == (units, ())
    assert back.positions == pytest.approx(person.positions, abs=2e-5)
    offset = re.findall(r"OFFSET (.*)", (tmp_path / "out.bvh").read_text())[1]
    expected = person.skeleton.offsets[1] / metres
    assert [float(x) for x in offset.split()] == pytest.approx(expected, abs=1e-5)


def test_a_failed_write_leaves_the_old_file_and_no_other(clip, tmp_path, monkeypatch):
    path = tmp_path / "walk.bvh"
    path.write_text("precious")

    def full_disk(source, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(BvhError, match=r"walk\.bvh: cannot be written: the disk is full$"):
        write_bvh(clip, path)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_really_full_disk(clip, monkeypatch, tmp_path):
    monkeypatch.setattr("motion.files.token_hex", lambda size: "x")
    (tmp_path / f".part-{os.getpid():x}-x.bvh").symlink_to("/dev/full")
    real_open = open
    monkeypatch.setattr(
        "builtins.open",
        lambda path, mode="r", **options: real_open(path, mode.replace("x", "w"), **options),
    )
    with pytest.raises(BvhError, match=r"the disk is full$"):
        write_bvh(clip, tmp_path / "walk.bvh")
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_written_through(clip, tmp_path):
    (tmp_path / "real.bvh").write_text("old")
    (tmp_path / "link.bvh").symlink_to("real.bvh")
    write_bvh(clip, tmp_path / "link.bvh")
    assert (tmp_path / "link.bvh").is_symlink()
    assert read_bvh(tmp_path / "real.bvh").frame_count == 30


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/folder.bvh", "its folder does not exist"),
        ("", "this is a folder"),
        ("x" * 300, "the file name is too long"),
        ("file/below.bvh", "its folder does not exist"),
    ],
)
def test_places_that_cannot_be_written(clip, tmp_path, name, reason):
    (tmp_path / "file").write_text("")
    with pytest.raises(BvhError, match=f"cannot be written: {reason}$"):
        write_bvh(clip, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(clip, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BvhError, match=r"no permission to write there$"):
        write_bvh(clip, tmp_path / "walk.bvh")
    tmp_path.chmod(0o700)


def test_values_that_are_not_finite_are_refused(clip, tmp_path):
    translations = clip.translations.copy()
    translations[3, 0, 1] = np.nan
    with pytest.raises(BvhError, match="not finite"):
        write_bvh(replace(clip, translations=translations), tmp_path / "nan.bvh")
    assert list(tmp_path.iterdir()) == []
