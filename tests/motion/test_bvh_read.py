"""What BVH files may look like, read and compared with poses worked out by SciPy."""

from __future__ import annotations

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from motion.bvh import read_bvh

TWO_JOINTS = """HIERARCHY
ROOT Hips
{
\tOFFSET 0 0 0
\tCHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
\tJOINT Chest
\t{
\t\tOFFSET 0 0.5 0
\t\tCHANNELS 3 Zrotation Xrotation Yrotation
\t\tEnd Site
\t\t{
\t\t\tOFFSET 0 0.25 0
\t\t}
\t}
}
MOTION
Frames: 2
Frame Time: 0.0083417
1 2 3 10 20 30 40 50 60
1.5 2 3 11 21 31 41 51 61
"""


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str | bytes, **options):
        path = tmp_path / "clip.bvh"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_bvh(path, **{"units": "m", "up_axis": "Y", **options})

    return read_text


def matrices(q: np.ndarray) -> np.ndarray:
    return Rotation.from_quat(q, scalar_first=True).as_matrix()


def one_joint(channels: str, values: str, offset: str = "0 0 0") -> str:
    names = channels.split()
    return (
        f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 0 JOINT j {{ OFFSET {offset} "
        f"CHANNELS {len(names)} {channels}\nEnd Site {{ OFFSET 0 1 0 }} }} }}\n"
        f"MOTION\nFrames: 1\nFrame Time: 0.1\n{values}\n"
    )


def test_a_plain_file(read):
    clip = read(TWO_JOINTS)
    assert clip.name == "clip"
    assert clip.skeleton.names == ("Hips", "Chest")
    assert clip.skeleton.parents.tolist() == [-1, 0]
    assert clip.skeleton.end_sites[1].tolist() == [0, 0.25, 0]
    assert clip.translations[:, 0].tolist() == [[1, 2, 3], [1.5, 2, 3]]
    assert clip.translations[:, 1].tolist() == [[0, 0.5, 0]] * 2
    wanted = Rotation.from_euler("ZXY", [[10, 20, 30], [40, 50, 60]], degrees=True).as_matrix()
    assert matrices(clip.rotations[0]) == pytest.approx(wanted, abs=1e-6)
    assert clip.rotations.dtype == clip.translations.dtype == np.float32
    assert clip.warnings == ()


@pytest.mark.parametrize(
    "order",
    ["".join(p) for n in (1, 2, 3) for p in permutations("XYZ", n)] + ["XYX", "ZXZ", "YZY"],
)
def test_any_euler_order(read, order):
    angles = [25.0, -130.0, 71.5][: len(order)]
    text = one_joint(" ".join(f"{a}rotation" for a in order), " ".join(map(str, angles)))
    wanted = Rotation.from_euler(order, angles, degrees=True).as_matrix()
    assert matrices(read(text).rotations[0, 1]) == pytest.approx(wanted.reshape(3, 3), abs=1e-6)


def test_many_revolutions_keep_their_digits(read):
    text = one_joint("Yrotation", f"{360 * 1000 + 12.5}")
    wanted = Rotation.from_euler("Y", 12.5, degrees=True).as_matrix()
    assert matrices(read(text).rotations[0, 1]) == pytest.approx(wanted, abs=1e-6)


def test_position_channels_replace_the_offset_on_their_axis(read):
    clip = read(one_joint("Zposition Xrotation Xposition", "7 90 5", offset="1 2 3"))
    assert clip.translations[0, 1].tolist() == [5, 2, 7]
    wanted = Rotation.from_euler("X", 90, degrees=True).as_matrix()
    assert matrices(clip.rotations[0, 1]) == pytest.approx(wanted, abs=1e-6)


def test_channels_of_every_count_side_by_side(read):
    kinds = ["Xposition", "Yrotation", "Yposition", "Zrotation", "Zposition", "Xrotation"]
    joints, values = [], []
    for count in range(7):
        joints.append(f"CHANNELS {count} {' '.join(kinds[:count])}")
        values += [str(10 * count + k) for k in range(count)]
    text = "HIERARCHY\nROOT j0\n{\nOFFSET 1 1 1\n" + joints[0] + "\n"
    for index, joint in enumerate(joints[1:], 1):
        text += f"JOINT j{index}\n{{\nOFFSET 0 {index} 0\n{joint}\n}}\n"
    clip = read(f"{text}}}\nMOTION\nFrames: 1\nFrame Time: 1\n{' '.join(values)}\n")
    assert clip.translations[0, 0].tolist() == [1, 1, 1]
    assert clip.translations[0, 4].tolist() == [40, 42, 0]
    assert clip.translations[0, 6].tolist() == [60, 62, 64]
    assert clip.skeleton.parents.tolist() == [-1, 0, 0, 0, 0, 0, 0]
    wanted = Rotation.from_euler("YZX", [61, 63, 65], degrees=True).as_matrix()
    assert matrices(clip.rotations[0, 6]) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    "name",
    ["Model:Hips", "a.b_c-d", "Left Upper Arm", "Hüfte", "腰", "end", "Root Joint", "MOTION"],
)
@pytest.mark.parametrize("brace", ["\n\t{", " {", "{"])
def test_names(read, name, brace):
    text = TWO_JOINTS.replace("JOINT Chest\n\t{", f"JOINT {name}{brace}")
    assert read(text).skeleton.names == ("Hips", name)


def test_latin_1_and_duplicate_names(read):
    clip = read(TWO_JOINTS.replace("Hips", "Hüfte").replace("Chest", "Hüfte").encode("latin-1"))
    assert clip.skeleton.names == ("Hüfte", "Hüfte")


CLOTHES = {
    "crlf": lambda t: t.replace("\n", "\r\n"),
    "cr": lambda t: t.replace("\n", "\r"),
    "bom": lambda t: "\ufeff" + t,
    "blank lines": lambda t: t.replace("\n", "\n\n \t\n"),
    "tabs": lambda t: t.replace("\t", "    ").replace(" ", "\t "),
    "no last line break": lambda t: t.rstrip("\n"),
    "exponents": lambda t: t.replace(" 2 3 10", " 2e0 0.3E+1 1.e1").replace("1.5", "+15e-1"),
    "wrapped rows": lambda t: t.replace("10 20 30 40", "10 20\n30 40"),
    "one line": lambda t: t.replace("60\n1.5", "60 1.5"),
    "ragged rows": lambda t: t.replace("30 40 50 60\n1.5 2", "30 40\n50 60 1.5\n2"),
    "loose colons": lambda t: t.replace("Frames:", "Frames :").replace("e Time:", "E  time :"),
    "tight colons": lambda t: t.replace("Frames: ", "Frames:").replace("Time: ", "Time:"),
}


@pytest.mark.parametrize("change", CLOTHES.values(), ids=CLOTHES)
def test_the_same_clip_in_other_clothes(read, change):
    text = change(TWO_JOINTS)
    assert text != TWO_JOINTS
    plain, dressed = read(TWO_JOINTS), read(text)
    assert dressed.skeleton.names == plain.skeleton.names
    assert dressed.frame_time == plain.frame_time
    assert np.array_equal(dressed.rotations, plain.rotations)
    assert np.array_equal(dressed.translations, plain.translations)
    assert dressed.warnings == ()


@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_keywords_in_any_letter_case(read, case):
    clip = read(case(TWO_JOINTS))
    assert clip.frame_count == 2
    assert list(clip.skeleton.end_sites) == [1]


def test_several_end_sites_keep_the_farthest(read):
    sites = "end SITE { OFFSET 0 0 2 } End Site toe tip\n{ OFFSET 3 0 0 } END site { OFFSET 1 0 0 }"
    clip = read(f"HIERARCHY ROOT r {{ OFFSET 0 0 0 {sites} }} MOTION Frames: 3 Frame Time: 1")
    assert clip.skeleton.end_sites[0].tolist() == [3, 0, 0]
    assert clip.positions.tolist() == [[[0, 0, 0]]] * 3


@pytest.mark.parametrize("stated", ["0.0083417", "0.033333333333333333", "4.1667E-2", ".04"])
def test_frame_time_is_exactly_as_stated(read, stated):
    clip = read(TWO_JOINTS.replace("0.0083417", stated))
    assert clip.frame_time == float(stated)


@pytest.mark.parametrize("rate", [119.88, 29.97, 59.94, 23.976])
def test_broadcast_rates_survive(read, rate):
    clip = read(TWO_JOINTS.replace("0.0083417", repr(1 / rate)))
    assert clip.fps == pytest.approx(rate, rel=1e-15)


def test_units_and_up_axis_can_be_overridden(read):
    inch = read(TWO_JOINTS, units="inch")
    assert inch.units == "inch"
    assert inch.translations[0, 0] == pytest.approx(0.0254 * np.array([1, 2, 3]), rel=1e-6)
    assert inch.skeleton.offsets[1, 1] == pytest.approx(0.0127)
    z_up = read(TWO_JOINTS, up_axis="Z")
    assert z_up.up_axis == "Z"
    x, y, z = np.moveaxis(read(TWO_JOINTS).positions, -1, 0)
    assert z_up.positions == pytest.approx(np.stack([x, z, -y], -1), abs=1e-6)


@pytest.mark.parametrize(("option", "value"), [("units", "furlong"), ("up_axis", "X")])
def test_unknown_options_are_refused(read, option, value):
    with pytest.raises(ValueError, match=value):
        read(TWO_JOINTS, **{option: value})


def test_progress_rises_to_one_and_may_cancel(read):
    seen: list[float] = []
    read(TWO_JOINTS, progress=seen.append)
    assert seen[-1] == 1
    assert all(a <= b for a, b in pairwise(seen))

    class Cancelled(OSError):
        pass

    def cancel(fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(TWO_JOINTS, progress=cancel)


def test_ten_thousand_joints_in_a_chain(read):
    depth = 10_000
    opening = "JOINT j\n{\nOFFSET 0 0.01 0\nCHANNELS 0\n" * (depth - 1)
    text = "HIERARCHY\nROOT r\n{\nOFFSET 0 0 0\nCHANNELS 1 Zrotation\n" + opening + "}\n" * depth
    clip = read(f"{text}MOTION\nFrames: 1\nFrame Time: 0.1\n90\n")
    assert clip.skeleton.joint_count == depth
    assert clip.positions[0, -1] == pytest.approx([-0.01 * (depth - 1), 0, 0], abs=1e-2)
