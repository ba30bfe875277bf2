"""What is not a BVH file, or a broken one: each its own sentence, soon and in little memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from motion.bvh import BvhError, frames, read_bvh
from tests.motion.test_bvh_read import TWO_JOINTS

ROW = "1 2 3 10 20 30 40 50 60"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clip.bvh"


def sentence(path: Path, text: str | bytes | None = None) -> str:
    """The refusal of a file, without its folder."""
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BvhError) as caught:
        read_bvh(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message[len(str(path)) :]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("HIERARCHY", "HEIRARCHY", ":1:1: expected 'HIERARCHY', found 'HEIRARCHY'; did you mean"),
        ("ROOT", "JOINT", ":2:1: expected 'ROOT', found 'JOINT'"),
        ("ROOT Hips", "ROOT", ":2:5: expected the name of the joint, found the end of the line"),
        ("Hips\n{", "Hips\n", ":4:2: expected '{', found 'OFFSET'"),
        ("\tOFFSET 0 0 0", "\tOFSET 0 0 0", ":4:2: expected OFFSET, CHANNELS, JOINT, End Site or"),
        ("\tOFFSET 0 0 0", "\tOFSET 0 0 0", "found 'OFSET'; did you mean OFFSET?"),
        ("OFFSET 0 0.5 0", "OFFSET 0 half 0", ":8:12: expected a number as the Y of this OFFSET"),
        ("OFFSET 0 0.5 0", "OFFSET 0 nan 0", ":8:12: expected a finite number as the Y of this"),
        ("OFFSET 0 0.5 0", "OFFSET 0 1e30 0", ":8:12: expected a number between -1e+09 and 1e+09"),
        ("OFFSET 0 0.5 0", "OFFSET 0 0.5", ":9:3: expected a number as the Z of this OFFSET, fou"),
        ("OFFSET 0 0.5 0", "", ":14:2: expected OFFSET of 'Chest', found '}'"),
        ("OFFSET 0 0.5 0", "OFFSET 0 0 0 OFFSET 0 0 0", ":8:16: expected one OFFSET for 'Chest'"),
        ("CHANNELS 3", "CHANNELS 7", ":9:12: expected the number of channels, 0 to 6, found '7'"),
        ("CHANNELS 3", "CHANNELS x", ":9:12: expected the number of channels, 0 to 6, found 'x'"),
        ("CHANNELS 3 Z", "CHANNELS 2 Z", ":9:34: expected 2 channel names as CHANNELS says, fou"),
        ("CHANNELS 3 Z", "CHANNELS 4 Z", ":10:3: expected 4 channel names"),
        ("3 Zrotation", "3 Zrotaton", "found 'Zrotaton'; did you mean Zrotation?"),
        ("6 Xposition Y", "6 Yposition Y", ":5:23: expected each position channel once, found"),
        ("End Site", "End Sight", ":10:7: expected 'Site', found 'Sight'; did you mean Site?"),
        ("\t}\n}\nM", "\t}\nM", ":15:1: expected '}' to close 'Hips' opened in line 3, found 'MO"),
        ("}\nMOTION", "}\n}\nMOTION", ":16:1: expected 'MOTION', found '}'"),
        ("MOTION", "ROOT a { OFFSET 0 0 0 }", ":16:1: expected MOTION, found a second ROOT"),
        ("JOINT Chest", "ROOT Chest", ":6:2: expected JOINT, found a second ROOT"),
        ("MOTION\n", "", ":16:1: expected 'MOTION', found 'Frames:'"),
        ("MOTION", "MOTOIN", "found 'MOTOIN'; did you mean MOTION?"),
        ("Frames: 2", "Frame: 2", "found 'Frame:'; did you mean Frames:?"),
        ("Frames: 2", "Frames: 2.5", ":17:9: expected the number of frames, a whole number of at"),
        ("Frames: 2", "Frames: -2", ":17:9: expected the number of frames"),
        ("Frames: 2", "Frames: 0", ":17:9: expected the number of frames"),
        ("Frames: 2", "Frames:", ":18:1: expected the number of frames"),
        ("Frame Time: 0.0083417\n", "", ":18:1: expected 'Frame Time:', found '1'"),
        ("0.0083417", "0", ":18:13: expected the frame time in seconds, a number above 0, found"),
        ("0.0083417", "-0.01", ":18:13: expected the frame time in seconds"),
        ("0.0083417", "nan", ":18:13: expected the frame time in seconds"),
        ("0.0083417", "inf", ":18:13: expected the frame time in seconds"),
        ("0.0083417", "0,0083", ":18:13: expected the frame time in seconds"),
        ("0.0083417", "1e-9", ":18:13: expected the frame time in seconds, a number 1e-06 to"),
        ("JOINT Chest", "JOINT " + "a" * 1025, ":6:8: expected a joint name of at most 1,024 byte"),
        ("40 50 60", "40 nan 60", ":19:19: expected a finite number, found 'nan'"),
        ("40 50 60", "40 -INF 60", ":19:19: expected a finite number, found '-INF'"),
        ("40 50 60", "40 1e999 60", ":19:19: expected a number between -1e+09 and 1e+09, found"),
        ("40 50 60", "40 5O 60", ":19:19: expected a number, found '5O'"),
        ("40 50 60", "40 50,5 60", ":19:19: expected a number, found '50,5'"),
        ("40 50 60", "40 5-0 60", ":19:19: expected a number, found '5-0'"),
        ("40 50 60", "40 5_0 60", ":19:19: expected a number, found '5_0'"),
        ("40 50 60", "40 50", ":19:21: expected 9 values in this row, one per channel, found 8"),
        ("40 50 60", "40 50 60 7 8", ":19:25: expected 9 values in this row, one per channel"),
        (ROW + "\n1.5 2 3 11 21 31 41 51 61\n", "", ":19:1: expected 9 values of the first frame"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_place_and_sentence(path, old, new, found, newline):
    text = TWO_JOINTS.replace(old, new, 1)
    assert text != TWO_JOINTS
    assert found in sentence(path, text.replace("\n", newline))


def test_columns_count_characters_behind_a_bom(path):
    assert sentence(path, "\ufeffÖ").startswith(":1:1: expected 'HIERARCHY', found 'Ö'")
    text = TWO_JOINTS.replace("JOINT Chest", "JOINT Öö { OFSET")
    assert ":6:13: " in sentence(path, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", ": expected a BVH file, found an empty file"),
        (b" \r\n\t\n" * 5000, ": expected a BVH file, found an empty file"),
        (b"\xef\xbb\xbf", ": expected a BVH file, found an empty file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ": expected a BVH text file, found binary data"),
        (bytes(range(1, 32)) * 9, ": expected a BVH text file, found binary data"),
        (TWO_JOINTS.encode("utf-16"), ": expected UTF-8 text, found UTF-16; save it as UTF-8"),
        (b"a,b,c\n1,2,3\n", ":1:1: expected 'HIERARCHY', found 'a,b,c'"),
        (b"HIERARCHY", ":1:10: expected 'ROOT', found the end of the file"),
    ],
)
def test_other_files(path, text, found):
    assert found in sentence(path, text)


def test_missing_file_folder_and_pipe(path, tmp_path):
    assert sentence(path) == ": there is no such file"
    assert sentence(tmp_path) == ": expected a BVH file, found a folder"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert sentence(pipe) == ": expected a BVH file, found a device or pipe"
    with pytest.raises(BvhError, match="not a usable file name"):
        read_bvh("a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(path):
    path.write_text(TWO_JOINTS)
    path.chmod(0)
    assert sentence(path) == ": you have no permission to read this file"


@pytest.mark.parametrize(
    ("rows", "count", "warning"),
    [
        ([ROW, "1.5 2 3"], 1, "The motion block is cut short: of 2 frames 1 are whole."),
        ([ROW, ROW[:-1] + "-"], 1, "cut short: of 2 frames 1 are whole."),
        ([ROW], 1, "cut short: of 2 frames 1 are whole."),
        ([ROW] * 3, 3, "Frames says 2, but 3 frames follow; all of them are loaded."),
        ([ROW, ROW, "1 2"], 2, "cut short: of 2 frames 2 are whole."),
    ],
)
def test_wrong_number_of_frames_loads_with_a_warning(path, rows, count, warning):
    path.write_text(TWO_JOINTS[: TWO_JOINTS.index(ROW)] + "\n".join(rows))
    clip = read_bvh(path, units="m", up_axis="Y")
    assert clip.frame_count == count
    assert len(clip.warnings) == 1
    assert warning in clip.warnings[0]


@pytest.mark.parametrize("size", range(TWO_JOINTS.index(ROW) + 1, len(TWO_JOINTS), 3))
def test_a_file_cut_anywhere_in_its_motion_never_crashes(path, size):
    path.write_text(TWO_JOINTS[:size])
    if size < TWO_JOINTS.index("1.5") - 2:
        assert re.search(r":19:\d+: expected 9 values", sentence(path))
    else:
        assert read_bvh(path).frame_count in (1, 2)


@pytest.mark.parametrize("size", range(1, TWO_JOINTS.index(ROW), 7))
def test_a_file_cut_anywhere_in_its_header_says_where(path, size):
    assert re.match(r":\d+:\d+: expected .*, found ", sentence(path, TWO_JOINTS[:size]))


def test_more_values_than_memory_should_hold(path, monkeypatch):
    monkeypatch.setattr(frames, "MAX_VALUES", 17)
    assert sentence(path, TWO_JOINTS) == ": expected at most 17 motion values, found more"


@pytest.mark.parametrize("padding", [b"\x1a", b"\0\0\0", b"\n\x1a"])
def test_padding_behind_the_end_is_no_number(path, padding):
    path.write_bytes(TWO_JOINTS.encode() + padding)
    assert read_bvh(path, units="m").frame_count == 2


def test_frames_per_second_in_place_of_the_frame_time(path):
    path.write_text(TWO_JOINTS.replace("0.0083417", "30"))
    assert "frames per second" in read_bvh(path, units="m").warnings[0]


@pytest.mark.parametrize(
    ("beginning", "filler", "found"),
    [
        (b"", b"", r": expected a BVH file of at most 512 MB, found 1,024 MB$"),
        (b"", b"lorem ipsum ", r":1:1: expected 'HIERARCHY', found 'lorem'$"),
        (b"", b"x", r":1:1: expected 'HIERARCHY', found 'x{40}…'$"),
        (b"HIERARCHY ROOT ", b"x", r":1:16: expected a joint name of at most 1,024 bytes, found"),
        (b"HIERARCHY ROOT a { ", b"{", r":1:20: expected OFFSET, CHANNELS, .*, found '{'$"),
        (
            b"HIERARCHY ROOT a { OFFSET 0 0 0 ",
            b"JOINT b { OFFSET 0 0 0 ",
            r":1:\d+: expected at most 16,384 joints, found more$",
        ),
        ("one long number", b"1", r":19:1: expected a number, found '1{40}…'$"),
        ("many joints", b"0\n", r": expected at most 8,388,608 joint poses, found more$"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_hostile_files_in_bounded_time_and_memory(path, beginning, filler, found):
    """In a process with 2.5 GB of address space and 20 s, which a good reader does not need."""
    if beginning == "many joints":
        joints = "JOINT a { OFFSET 0 0 0 }" * 16_000
        beginning = f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 1 Xrotation {joints} }} MOTION\n"
        beginning = f"{beginning} Frames: 9\nFrame Time: 1\n".encode()
        size = 2**21
    elif isinstance(beginning, str):
        beginning, size = TWO_JOINTS[: TWO_JOINTS.index(ROW)].encode(), 2**27
    else:
        size = 2**26
    with path.open("wb") as file:
        if filler:
            file.write(beginning)
            block = filler * (2**20 // len(filler))
            while file.tell() < size:
                file.write(block)
        else:
            file.truncate(2**30)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (5 * 2**29, 5 * 2**29))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    code = (
        "import sys; from motion.bvh import *\n"
        "try: read_bvh(sys.argv[1])\n"
        "except BvhError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    path.unlink()
    assert done.stderr == ""
    assert re.search(found, done.stdout.strip()), done.stdout
