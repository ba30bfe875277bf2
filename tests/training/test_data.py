"""The corpus: split by clip, spikes left out, fair augmentation."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from motion.features import FPS, WINDOW, motion_features

pytest.importorskip("torch")

from training.data import (
    HELD_OUT,
    MIN_CLIPS,
    TRAIN,
    TrainingClip,
    held_out_files,
    load_corpus,
    merged_style,
)
from training.stylevae.augment import mirrored, retimed
from training.takes import SAME_TAKE

FILES = (
    "100style/Neutral_FW.bvh",
    "accad/Male1_B3_Walk.bvh",
    "cmu31/002/02_01.bvh",
    "cmu_cc/002/02_01.bvh",
    "cmu_cc/003/03_02.bvh",
    "cmu_cc/007/07_04.bvh",
    "deepmimic_bvh/walk.bvh",
)


@pytest.fixture(scope="module")
def small_mocap(mocap: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few real clips with their rows of the manifest."""
    folder = tmp_path_factory.mktemp("mocap")
    with (mocap / "MANIFEST.csv").open(newline="") as text:
        reader = csv.DictReader(text)
        rows = [row for row in reader if row["file"] in FILES]
        with (folder / "MANIFEST.csv").open("w", newline="") as out:
            writer = csv.DictWriter(out, reader.fieldnames or [])
            writer.writeheader()
            writer.writerows(rows)
    for file in FILES:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(mocap / file, folder / file)
    return folder


def test_corpus_reads_clips_at_30_fps(small_mocap: Path, tmp_path: Path) -> None:
    corpus = load_corpus(small_mocap, tmp_path)
    assert [clip.file for clip in corpus.clips] == [f for f in FILES if "deepmimic" not in f]
    walk = corpus.clips[0]
    assert walk.style == "walk" and walk.positions.shape == (600, 22, 3)
    assert walk.features.shape == (600, 73) and walk.contacts.shape == (600, 4)
    again = load_corpus(small_mocap, tmp_path)
    assert again.key == corpus.key
    np.testing.assert_array_equal(again.clips[2].positions, corpus.clips[2].positions)
    assert len(list(tmp_path.glob("corpus-*.npz"))) == 1


def test_windows_avoid_capture_spikes(small_mocap: Path, tmp_path: Path) -> None:
    corpus = load_corpus(small_mocap, tmp_path)
    spiked = next(clip for clip in corpus.clips if clip.file.endswith("03_02.bvh"))
    assert not spiked.usable.all()
    starts = spiked.window_starts()
    kept = starts[starts >= 0]
    assert 0 < len(spiked.windows()) == len(kept) < len(starts)
    for start in kept:
        assert spiked.usable[start : start + WINDOW].all()


def test_missing_manifest_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"MANIFEST\.csv: not found"):
        load_corpus(tmp_path, tmp_path)


def test_split_is_by_take_and_reaches_every_common_style() -> None:
    lengths = {f"a/{n}.bvh": 90 for n in range(20)} | {"b/0.bvh": 90, "b/1.bvh": 90}
    lengths |= dict.fromkeys(SAME_TAKE, 90)
    styles = {file: file.split("/")[0] for file in lengths}
    chosen = held_out_files(lengths, styles)
    assert sum(file.startswith("a/") for file in chosen) == 4
    assert not any(file.startswith("b/") for file in chosen), f"fewer than {MIN_CLIPS} clips"
    takes = {SAME_TAKE[file] for file in chosen & set(SAME_TAKE)}
    wholly = {f for f in SAME_TAKE if SAME_TAKE[f] in takes and styles[f] == "cmu43"}
    assert wholly <= chosen
    assert held_out_files(lengths, styles) == chosen


def test_the_same_take_on_two_rigs_is_on_one_side(mocap: Path) -> None:
    with (mocap / "MANIFEST.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    lengths = {row["file"]: int(row["frames"]) for row in rows}
    styles = {row["file"]: merged_style(row["style"], row["action"]) for row in rows}
    chosen = held_out_files(lengths, styles)
    assert set(SAME_TAKE) <= set(lengths)
    for file, take in SAME_TAKE.items():
        assert (file in chosen) == (take in chosen)
    held = dict.fromkeys(styles.values(), 0)
    for file in chosen:
        held[styles[file]] += 1
    for style in ("walk", "run", "dance", "salsa_dance", "jump", "sidestep"):
        assert held[style] >= 1


def test_mirror_is_an_involution_and_mirrors_the_motion(small_mocap: Path, tmp_path: Path) -> None:
    clip = load_corpus(small_mocap, tmp_path).clips[1]
    np.testing.assert_array_equal(mirrored(mirrored(clip.features)), clip.features)
    from motion.canonical import MIRROR

    flipped = clip.positions[:, MIRROR] * np.array([-1, 1, 1], np.float32)
    np.testing.assert_allclose(mirrored(clip.features), motion_features(flipped), atol=2e-4)


def test_retiming_keeps_the_path_and_changes_the_pace() -> None:
    time = np.arange(61) / FPS
    path = np.stack([np.sin(3 * time), time, time**2], axis=-1)[:, None].astype(np.float32)
    same, at = retimed(path, 1.0)
    np.testing.assert_allclose(same, path, atol=1e-6)
    np.testing.assert_allclose(at, np.arange(61), atol=1e-6)
    fast, at = retimed(path, 1.1)
    assert len(fast) == int(60 / 1.1) + 1
    wanted = np.stack([np.sin(3 * at / FPS), at / FPS, (at / FPS) ** 2], axis=-1)
    np.testing.assert_allclose(fast[1:-1, 0], wanted[1:-1], atol=1e-3)


def test_a_clip_shorter_than_a_window_has_none() -> None:
    features = np.zeros((WINDOW - 1, 73), np.float32)
    clip = TrainingClip("x", "walk", "", TRAIN, np.zeros((59, 22, 3)), features, np.ones(59, bool))
    assert clip.windows().shape == (0, WINDOW, 73)
    assert clip.split != HELD_OUT
