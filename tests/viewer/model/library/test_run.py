"""Runs over real files by real tasks: what is written, and what a second run does."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

pq = pytest.importorskip("pyarrow.parquet", reason="needs the extra cluster: pyarrow")
fsspec = pytest.importorskip("fsspec", reason="needs the extra cluster: fsspec")
threadpool_limits = pytest.importorskip("threadpoolctl").threadpool_limits

from tests.viewer.model.library.trees import Threads, write_damaged, write_walks  # noqa: E402
from viewer.model.analysis import analyze  # noqa: E402
from viewer.model.clip import load_motion  # noqa: E402
from viewer.model.library.clip_rows import Engine, model_hashes  # noqa: E402
from viewer.model.library.run import Outcome, Progress, analyze_library  # noqa: E402
from viewer.model.notice import Refused  # noqa: E402

NUMPY = Engine("numpy")
CLIPS, DAMAGED = 6, 6
THREADS = Threads()
"""One for all tests, which loads the networks once."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Six clips in two sub-folders, and six files that are none."""
    folder = tmp_path / "mocap"
    walks = write_walks(folder, CLIPS)
    write_damaged(folder / "bad", walks[0], DAMAGED)
    return folder


def run(tree: Path | str, library: Path, told: list[Progress] | None = None) -> Outcome:
    tell = (lambda progress: None) if told is None else told.append
    return analyze_library([str(tree)], library, THREADS, NUMPY, tell)


def rows(library: Path, table: str = "clips") -> dict[str, list]:
    found = pq.read_table(library / table).sort_by("path")
    return {name: found.column(name).to_pylist() for name in found.column_names}


def test_every_file_has_a_row_and_bad_ones_their_sentence(tree: Path, tmp_path: Path) -> None:
    done = run(tree, tmp_path / "library")
    found = rows(tmp_path / "library")
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*.bvh"))
    assert found["path"] == files and set(found["root"]) == {str(tree)}
    bad = [problem for problem in found["problem"] if problem]
    assert len(bad) == done.problems == DAMAGED and done.clips == CLIPS + DAMAGED
    for path, problem in zip(found["path"], found["problem"], strict=True):
        assert (not problem) == path.startswith("day")
        assert not problem or (path in problem and problem.endswith(".") and "\n" not in problem)


def test_a_row_is_what_analyze_says_of_the_clip(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path / "library")
    path = "day1/take003.bvh"
    with threadpool_limits(1):  # as the workers have it; with more, sums differ in the last bits
        alone = analyze(load_motion(tree / path), "numpy")
    found = rows(tmp_path / "library")
    row = {name: values[found["path"].index(path)] for name, values in found.items()}
    assert np.array_equal(np.array(row["phase"], np.float32), alone.phase)
    assert np.array_equal(np.array(row["contacts"]), alone.contacts > 0.5)
    assert [fault["kind"] for fault in row["faults"]][: row["anomalies"]] == [
        fault["kind"] for fault in row["faults"]
    ]
    windows = pq.read_table(tmp_path / "library" / "windows")
    own = [name == path for name in windows.column("path").to_pylist()]
    latents = np.array(windows.filter(own).column("latent").to_pylist(), np.float32)
    assert np.array_equal(latents, alone.latents) and len(latents) == row["windows"] == 31
    starts = windows.filter(own).column("start_s").to_numpy()
    assert np.allclose(starts, np.arange(31) / 30)
    assert row["length_s"] == pytest.approx(89 / 30) and row["frames"] == 90
    assert 0.2 < row["speed"] < 2.0 and 0 <= row["quality"] <= 1


def test_the_schema_is_fixed_and_files_say_what_made_them(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path / "library")
    (windows,) = (tmp_path / "library" / "windows").glob("*.parquet")
    schema = pq.read_schema(windows)
    assert str(schema.field("latent").type) in (
        "fixed_size_list<item: float>[256]",
        "fixed_size_list<element: float>[256]",
    )
    assert schema.metadata[b"stridescope.schema"] == b"stridescope.library"
    assert schema.metadata[b"stridescope.version"] == b"1"
    assert json.loads(schema.metadata[b"stridescope.models"]) == model_hashes()
    (clips,) = (tmp_path / "library" / "clips").glob("*.parquet")
    assert clips.name == windows.name
    assert pq.read_schema(clips).metadata[b"stridescope.table"] == b"clips"


def test_only_what_is_new_or_changed_is_done_again(tree: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    first = run(tree, library)
    again = run(tree, library)
    assert (again.analyzed, again.hash) == (0, first.hash)
    changed = tree / "day0" / "take000.bvh"
    before = changed.stat()
    text = changed.read_text().replace("Frame Time: 0.0333333", "Frame Time: 0.0333334")
    changed.write_text(text)
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))  # content decides, not its age
    assert changed.stat().st_size == before.st_size
    (tree / "day1" / "take001.bvh").unlink()
    shutil.copy(tree / "day0" / "take002.bvh", tree / "new.bvh")
    third = run(tree, library)
    plan = third.plan
    assert (plan.changed, plan.new, plan.dropped, third.analyzed) == (1, 1, 1, 2)
    assert third.hash != first.hash
    paths = rows(library)["path"]
    assert len(paths) == len(set(paths)) == CLIPS + DAMAGED
    assert set(rows(library, "windows")["path"]) == {
        path for path in paths if path.startswith(("day", "new"))
    }
    fresh = run(tree, tmp_path / "fresh")
    assert fresh.hash == third.hash


def test_the_hash_is_of_content_and_not_of_place(tree: Path, tmp_path: Path) -> None:
    first = run(tree, tmp_path / "a")
    shutil.move(tree, tmp_path / "elsewhere")
    assert run(tmp_path / "elsewhere", tmp_path / "b").hash == first.hash


def test_addresses_hold_the_same(tree: Path, tmp_path: Path) -> None:
    local = run(tree, tmp_path / "local")
    memory = fsspec.filesystem("memory")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in tree.rglob("*.bvh"):
            archive.write(path, path.relative_to(tree).as_posix())
            memory.pipe(f"/mocap/{path.relative_to(tree).as_posix()}", path.read_bytes())
    for name, place in (
        ("zip", f"zip://::{tmp_path / 'all.zip'}"),
        ("memory", "memory://mocap"),
        ("file", f"file://{tree}"),
    ):
        assert run(place, tmp_path / name).hash == local.hash, name
    memory.rm("/mocap", recursive=True)


def test_progress_ends_with_all_clips(tree: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    run(tree, tmp_path / "library", told)
    assert [*dict.fromkeys(p.stage for p in told)] == ["listing", "looking at files", "analyzing"]
    assert (told[-1].done, told[-1].all) == (CLIPS + DAMAGED, CLIPS + DAMAGED)
    assert told[-1].work == pytest.approx(1.0)


def test_damaged_shards_are_made_again(tree: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    first = run(tree, library)
    (windows,) = (library / "windows").glob("*.parquet")
    windows.write_bytes(windows.read_bytes()[:1000])
    (library / "windows" / ".0123.parquet").write_bytes(b"left by a kill")
    again = run(tree, library)
    assert again.hash == first.hash and again.analyzed == CLIPS + DAMAGED
    assert [path.name for path in (library / "windows").iterdir()] == [windows.name]


def test_what_cannot_be_is_refused(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no such file or folder"):
        run(tmp_path / "nowhere", tmp_path / "library")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="no BVH file"):
        run(tmp_path / "empty", tmp_path / "other")
    with pytest.raises(Refused, match="holds other things than a library"):
        run(tree, tree)
    assert not (tmp_path / "library").exists() and not (tmp_path / "other").exists()
