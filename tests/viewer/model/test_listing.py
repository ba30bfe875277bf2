"""What is found in a folder, in which order, and what a person is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from viewer.model import listing
from viewer.model.listing import list_folder


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_clips_of_a_sub_folder_stand_together(tmp_path: Path) -> None:
    put(tmp_path, "b.bvh", "a.BVH", "notes.txt", "salsa/two/d.bvh", "salsa/c.bvh", "indian/e.bvh")
    found = list_folder(tmp_path)
    assert [(clip.place, clip.title) for clip in found.clips] == [
        ("", "a"), ("", "b"), ("indian", "e"), ("salsa", "c"), ("salsa/two", "d"),
    ]  # fmt: skip
    assert found.clips[3].path == tmp_path.resolve() / "salsa" / "c.bvh"
    assert found.folder == tmp_path.resolve() and found.complete


def test_a_link_is_listed_where_it_stands_and_opened_where_it_leads(tmp_path: Path) -> None:
    put(tmp_path, "store/4711.bvh", "clips/.keep")
    (tmp_path / "clips" / "walk.bvh").symlink_to(tmp_path / "store" / "4711.bvh")
    (clip,) = list_folder(tmp_path / "clips").clips
    assert (clip.title, clip.path) == ("walk", (tmp_path / "store" / "4711.bvh").resolve())


@pytest.mark.parametrize(("count", "sentence"), [
    (0, "There is no BVH file in the folder {folder}."),
    (1, "The library lists 1 clip of mocap."),
    (4, "The library lists 4 clips of mocap."),
    (5, "mocap is large: its first 4 clips are in the library; open one of its folders for the "
        "others."),
])  # fmt: skip
def test_how_many_there_are_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, sentence: str
) -> None:
    monkeypatch.setattr(listing, "MAX_LISTED", 4)
    folder = tmp_path / "mocap"
    folder.mkdir()
    put(folder, *(f"{n}.bvh" for n in range(count)))
    found = list_folder(folder)
    assert len(found.clips) == min(count, 4) and found.complete == (count < 5)
    assert found.sentence == sentence.format(folder=folder.resolve())


def test_a_search_through_a_whole_disk_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_LOOKED_AT", 3)
    put(tmp_path, *(f"{folder}/{n}.txt" for folder in "ab" for n in range(3)), "b/found.bvh")
    found = list_folder(tmp_path)
    assert found.clips == () and not found.complete
    assert "in the first 3 files of the folder" in found.sentence


def test_the_search_can_be_ended_at_every_folder(tmp_path: Path) -> None:
    put(tmp_path, *(f"{n}/{n}.bvh" for n in range(5)))
    visits: list[int] = []

    def stop() -> None:
        visits.append(1)
        if len(visits) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list_folder(tmp_path, stop)
    assert len(visits) == 3
