"""A library as the viewer reads it, without opening a clip."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="needs the extra cluster: pyarrow")

from inference.models import MODELS
from tests.viewer.model.library.trees import Threads, write_damaged, write_walks
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.library.clip_rows import Engine
from viewer.model.library.nearest import EXACT, build_index, index_file, nearest
from viewer.model.library.opened import OpenedLibrary, is_library
from viewer.model.library.run import analyze_library
from viewer.model.listing import list_folder
from viewer.model.notice import Refused
from viewer.model.shipped import load_shipped

CLIPS = 6


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips") / "mocap"
    walks = write_walks(folder, CLIPS, 150)
    write_damaged(folder, walks[0], 2)
    analyze_library([str(folder)], folder.parent / "library", Threads(), Engine("numpy"))
    return folder


@pytest.fixture
def library(tree: Path, tmp_path: Path) -> OpenedLibrary:
    return OpenedLibrary(tree.parent / "library", tmp_path / "copies")


def test_a_folder_that_is_a_library_lists_its_clips(tree: Path) -> None:
    assert is_library(tree.parent / "library") and not is_library(tree)
    listing = list_folder(tree.parent / "library")
    assert listing.sentence == (
        "library holds 6 clips with 546 windows, and 2 files that are none."
    )
    assert [clip.path for clip in listing.clips] == sorted(
        path.resolve() for path in tree.rglob("take*.bvh")
    )
    first = listing.clips[0]
    assert (first.title, first.place, first.row) == ("take000", "day0", 2)
    assert first.seconds == pytest.approx(149 / 30)
    assert first.strip is not None and first.strip.points.shape == (5, 22, 2)


def test_search_looks_through_all_of_it(library: OpenedLibrary) -> None:
    assert [library.title(row) for row in library.search(["DAY1", "take"], 2)[0]] == [
        "take001",
        "take003",
    ]
    assert library.search(["day1"], 2)[1] == 3
    assert library.search(["bad"], 10)[1] == 0
    assert library.search(["(take"], 10)[1] == 0


def test_a_sample_is_of_every_clip(library: OpenedLibrary, tree: Path) -> None:
    encoder = load_shipped("stylevae_encoder", "numpy", "cpu", "fp32")
    sample = library.sample(1000, 50)
    assert [part.starts_s.tolist() for part in sample] == [[0.0, 1.0, 2.0, 3.0]] * CLIPS
    features = load_motion(library.place(sample[2].row)).features
    assert features is not None
    own = encoder.run({"motion": features[30:90].reshape(1, -1)})["mu"][0]
    np.testing.assert_allclose(sample[2].latents[1], own, atol=4e-3)
    assert sum(len(part.latents) for part in library.sample(7, 50)) == 7
    assert {len(part.latents) for part in library.sample(1000, 2)} == {2}


def test_the_nearest_are_those_of_all_windows(library: OpenedLibrary) -> None:
    latents = np.concatenate([part for _, part in library.latents()])
    assert latents.shape == (546, 256)
    asked = int(library.begins[3]) + 40
    assert np.array_equal(library.latent(asked), latents[asked])
    hits = nearest(library, latents[asked], 5)
    assert (hits[0].row, hits[0].start_s, hits[0].distance) == (3, pytest.approx(40 / 30), 0.0)
    apart = np.linalg.norm(latents - latents[asked], axis=1)
    for hit in hits:
        number = int(library.begins[hit.row]) + round(hit.start_s * 30)
        assert hit.distance == pytest.approx(apart[number], abs=1e-5)
        begins, ends = library.begins[hit.row], library.begins[hit.row + 1]
        near = [n for n in range(begins, ends) if abs(n - number) < 60]
        assert apart[number] <= apart[near].min() + 1e-6 or hit is not hits[0]
    assert [hit.distance for hit in hits] == sorted(hit.distance for hit in hits)
    others = nearest(library, latents[asked], 5, (library.place(3), 40 / 30))
    assert all(hit.row != 3 or abs(hit.start_s - 40 / 30) >= 2 for hit in others)
    assert hits[1:4] == others[:3] or len({hit.row for hit in others}) > 1


def test_beyond_100_000_windows_an_index_is_asked(
    library: OpenedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("usearch", reason="needs the extra cluster: usearch")
    assert library.windows < EXACT and not build_index(library, 1)
    asked = library.latent(200)
    exact = nearest(library, asked, 4)
    monkeypatch.setattr("viewer.model.library.nearest.EXACT", 100)
    told: list[float] = []
    assert build_index(library, 1, told.append) and told[-1] == 1.0
    assert index_file(library).is_file() and not build_index(library, 1)
    found = nearest(library, asked, 4)
    assert [(hit.row, hit.start_s) for hit in found] == [(hit.row, hit.start_s) for hit in exact]
    assert [h.distance for h in found] == pytest.approx([h.distance for h in exact], abs=0.02)
    index_file(library).unlink()


def test_of_a_very_large_library_every_third_window_is_indexed(
    library: OpenedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("usearch", reason="needs the extra cluster: usearch")
    monkeypatch.setattr("viewer.model.library.nearest.EXACT", 100)
    monkeypatch.setattr("viewer.model.library.nearest.MOST", 200)
    index_file(library).unlink(missing_ok=True)
    assert build_index(library, 1)
    hits = nearest(library, library.latent(301), 3)
    index_file(library).unlink()
    numbers = [int(library.begins[hit.row]) + round(hit.start_s * 30) for hit in hits]
    assert all(number % 3 == 0 for number in numbers) and numbers[0] in (300, 303)


def test_clips_that_moved_along_with_the_library_are_found(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree.parent, tmp_path / "moved")
    away = tree.rename(tree.with_name("away"))
    try:
        moved = OpenedLibrary(tmp_path / "moved" / "library", tmp_path / "copies")
        assert moved.place(3) == (tmp_path / "moved" / "mocap" / "day0" / "take002.bvh").resolve()
    finally:
        away.rename(tree)


def test_a_clip_of_an_address_is_fetched(tree: Path, tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="needs the extra cluster: fsspec")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tree / "day0" / "take000.bvh", "day0/take000.bvh")
    place = f"zip://::{tmp_path / 'all.zip'}"
    analyze_library([place], tmp_path / "library", Threads(), Engine("numpy"))
    library = OpenedLibrary(tmp_path / "library", tmp_path / "copies")
    assert not library.place(0).exists()
    assert library.fetch(0) == library.place(0)
    assert library.place(0).read_bytes() == (tree / "day0" / "take000.bvh").read_bytes()


def test_whose_latents_they_are_is_known(library: OpenedLibrary) -> None:
    assert library.made_by(MODELS["stylevae_encoder"].path(ASSETS))
    assert not library.made_by(MODELS["deepphase"].path(ASSETS))
    assert not library.made_by(Path("nowhere.onnx"))


def test_what_is_damaged_is_told(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree.parent / "library", tmp_path / "library")
    (clips,) = (tmp_path / "library" / "clips").glob("*.parquet")
    clips.write_bytes(b"PAR1 no more")
    with pytest.raises(Refused, match="cannot be read; run"):
        OpenedLibrary(tmp_path / "library", tmp_path)
    clips.unlink()
    with pytest.raises(Refused, match="holds no clips yet"):
        OpenedLibrary(tmp_path / "library", tmp_path)


def test_without_pyarrow_it_says_what_to_install(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(Refused, match=r"A library needs pyarrow.*pip install"):
        list_folder(tree.parent / "library")
