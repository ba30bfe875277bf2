"""Files whole or not at all, whatever happens."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from motion.files import CannotWrite, remove_parts, whole_file, whole_folder


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with whole_file(path) as part:
        assert (part.parent, part.suffix) == (tmp_path, ".csv")
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_rights_that_a_plain_one_gets(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    with whole_file(tmp_path / "whole") as part:
        part.write_text("")
    plain, whole = (stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("plain", "whole"))
    assert whole == plain


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_block_leaves_the_old_file_and_no_other(
    error: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(error), whole_file(path) as part:
        part.write_text("half")
        raise error
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    with whole_file(tmp_path / "link.csv") as part:
        part.write_text("new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_really_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(CannotWrite) as caught, whole_file(path) as part:
        part.unlink()
        part.symlink_to("/dev/full")
        part.write_text("new")
    assert str(caught.value) == f"{path}: cannot be written: the disk is full."
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/folder.csv", "its folder does not exist"),
        ("", "this is a folder"),
        ("x" * 300, "the file name is too long"),
        ("file/below.csv", "its folder does not exist"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite) as caught, whole_file(tmp_path / name):
        pytest.fail("the block has to be spared")
    assert caught.value.reason == reason
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_told_is_one_sentence_however_it_is_wrapped() -> None:
    error = CannotWrite("a.csv", OSError(errno.EROFS, "Read-only file system"))
    assert str(error) == "a.csv: cannot be written: that disk is read-only."
    assert f"{error.filename}: {error.strerror}" == str(error)[:-1] and error.errno == errno.EROFS
    assert str(CannotWrite("b.csv", error)) == "b.csv: cannot be written: that disk is read-only."
    assert str(CannotWrite("a.csv", OSError("odd"))) == "a.csv: cannot be written: odd."


def test_a_power_cut_finds_the_content_on_the_disk_before_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (order.append("fsync"), fsync(file)))
    monkeypatch.setattr(os, "replace", lambda a, b: (order.append("replace"), replace(a, b)))
    with whole_file(tmp_path / "a") as part:
        part.write_text("new")
    assert order == ["fsync", "replace"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "frames"
    with whole_folder(path) as part:
        (part / "a.png").write_text("a")
        assert not path.exists() and part.parent == path.parent
    assert names(path) == ["a.png"] and names(path.parent) == ["frames"]


def test_what_else_lies_in_a_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    for name in ("a.png", "mine.txt"):
        (tmp_path / "frames" / name).write_text("old")
    with whole_folder(tmp_path / "frames") as part:
        (part / "a.png").write_text("new")
    assert (tmp_path / "frames" / "a.png").read_text() == "new"
    assert names(tmp_path / "frames") == ["a.png", "mine.txt"] and names(tmp_path) == ["frames"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_a_failed_block_leaves_no_folder(error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), whole_folder(tmp_path / "new" / "frames") as part:
        (part / "a.png").write_text("half")
        raise error
    assert names(tmp_path) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "frames").write_text("precious")
    said = "there is a file of that name"
    with pytest.raises(CannotWrite, match=said), whole_folder(tmp_path / "frames"):
        pytest.fail("the block has to be spared")
    assert names(tmp_path) == ["frames"]


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """By the process that it was: the parts of others that still write stay."""
    block = f"""
import sys
from motion.files import whole_file, whole_folder
with whole_file({str(tmp_path / "a.mp4")!r}) as file, whole_folder({str(tmp_path / "b")!r}) as part:
    (part / "1.png").touch()
    print(flush=True)
    sys.stdin.read()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", block], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None and child.stdin is not None
    child.stdout.readline()
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert len(names(tmp_path)) == 2
    with whole_file(tmp_path / "other.mp4") as part:
        remove_parts(tmp_path / "a.mp4", child.pid)
        assert names(tmp_path) == [part.name]
