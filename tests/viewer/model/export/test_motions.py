"""A session's clip, restyled clip, latent and loop range as motion files, read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.bvh import read_bvh
from motion.clip import Clip
from motion.npz import read_npz
from motion.retarget import retarget
from tests.viewer.model.export.sessions import clip_session
from viewer.model.demo import ASSETS
from viewer.model.document import Latent, Range, Style
from viewer.model.export.motions import write_motion
from viewer.model.export.order import LOOP, Order, What
from viewer.model.export.pictures import subject_of
from viewer.model.notice import Refused
from viewer.model.session_file import read_session, write_session

STYLE = 0.5 * np.random.default_rng(3).standard_normal(64).astype(np.float32)


@pytest.fixture(scope="module")
def session(walk_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The walk with a loop range, in another style, and a latent that is not on stage."""
    path = tmp_path_factory.mktemp("session") / "s.stride"
    latent = Latent(np.random.default_rng(1).standard_normal(256).astype(np.float32), "mine")
    return styled_session(path, walk_file, 1.0, (30, 60), latent)


def styled_session(
    path: Path,
    clip: Path,
    time_s: float = 0.0,
    loop: Range | None = None,
    latent: Latent | None = None,
) -> Path:
    """``clip`` on stage in another style."""
    held, _ = read_session(clip_session(path, clip, time_s, loop), ASSETS)
    style = Style(latent=latent, worn=Latent(STYLE, "odd"))
    write_session(path, replace(held, document=replace(held.document, style=style)), ASSETS)
    return path


def written(session: Path, path: Path, what: What = "stage", **more: object) -> dict[str, object]:
    facts = write_motion(Order(str(session), str(path), what, **more))  # type: ignore[arg-type]
    assert [left.name for left in path.parent.iterdir()] == [path.name]
    return facts


def test_the_clip_is_as_its_file_has_it(session: Path, walk_file: Path, tmp_path: Path) -> None:
    facts = written(session, tmp_path / "a.bvh", "clip")
    assert (facts["frames"], facts["units"]) == (150, "cm")
    source, back = read_bvh(walk_file), read_bvh(tmp_path / "a.bvh")
    assert np.allclose(back.positions, source.positions, atol=1e-4)


@pytest.mark.parametrize("suffix", [".bvh", ".glb", ".npz"])
def test_the_loop_range_alone(session: Path, walk_file: Path, tmp_path: Path, suffix: str) -> None:
    facts = written(session, tmp_path / f"a{suffix}", "clip", span=LOOP)
    assert facts["frames"] == 31
    if suffix == ".npz":
        source, back = read_bvh(walk_file), read_npz(tmp_path / "a.npz")
        assert np.allclose(back["positions"], source.positions[30:61], atol=1e-5)


def test_what_is_on_stage_is_the_restyled_clip(session: Path, tmp_path: Path) -> None:
    """On the canonical body, at the frames that are drawn."""
    facts = written(session, tmp_path / "a.npz")
    assert facts["frames"] == 75
    figure = subject_of(Order(str(session), "x.png")).figure(0)
    back = read_npz(tmp_path / "a.npz")["positions"]
    drawn = np.stack([figure.pose(frame) for frame in range(0, 150, 2)])
    assert np.abs(back - drawn).max() < 0.06


def test_a_restyled_clip_on_its_own_rig(session: Path, walk_file: Path, tmp_path: Path) -> None:
    facts = written(session, tmp_path / "a.bvh", "restyled", rig="source", span=LOOP)
    back = read_bvh(tmp_path / "a.bvh")
    assert facts["frames"] == 31 and back.frame_time == pytest.approx(1 / 60, rel=1e-4)
    assert back.skeleton.names == read_bvh(walk_file).skeleton.names
    apart = retarget(back)[:, 1:] - retarget(read_bvh(walk_file))[30:61, 1:]
    assert np.abs(apart).max() > 0.01


def test_bones_of_another_rig_keep_their_lengths(mocap: Path, tmp_path: Path) -> None:
    """Its own frames, rate and names; and it moves as what is drawn does."""
    file, path = mocap / "cmu31" / "012" / "12_01.bvh", tmp_path / "out" / "a.bvh"
    path.parent.mkdir()
    session = styled_session(tmp_path / "s.stride", file)
    written(session, path, "restyled", rig="source")
    source, back = read_bvh(file), read_bvh(path)
    assert back.skeleton.names == source.skeleton.names
    assert bones(back) == pytest.approx(bones(source), abs=1e-3)
    assert (back.frame_count, back.fps) == (source.frame_count, pytest.approx(source.fps, rel=1e-4))
    figure = subject_of(Order(str(session), "x.png")).figure(0)
    drawn = np.stack([figure.pose(frame) for frame in range(source.frame_count)])
    assert mean_error(retarget(back), drawn) < 0.5 * mean_error(retarget(source), drawn)


def bones(clip: Clip) -> np.ndarray:
    """Mean lengths (J - 1,) of all bones, metres."""
    spans = clip.positions[:, 1:] - clip.positions[:, clip.skeleton.parents[1:]]
    lengths: np.ndarray = np.linalg.norm(spans, axis=-1).mean(axis=0)
    return lengths


def mean_error(some: np.ndarray, others: np.ndarray) -> float:
    """Metres between joints (T, 22, 3), on average."""
    return float(np.linalg.norm(some - others, axis=-1).mean())


def test_a_clip_is_not_written_over_by_itself(walk_file: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.bvh"
    own.write_bytes(walk_file.read_bytes())
    session = styled_session(tmp_path / "s.stride", own)
    for what in ("clip", "restyled"):
        with pytest.raises(Refused, match="that is the clip itself"):
            write_motion(Order(str(session), str(own), what))
    assert own.read_bytes() == walk_file.read_bytes()


def test_the_range_of_a_restyled_clip_is_by_time(session: Path, tmp_path: Path) -> None:
    assert written(session, tmp_path / "a.bvh", "restyled", span=LOOP)["frames"] == 16


def test_a_latent_is_two_seconds(session: Path, tmp_path: Path) -> None:
    facts = written(session, tmp_path / "a.glb", "latent")
    assert (facts["frames"], facts["name"]) == (60, "mine")


def test_what_is_not_there_is_refused(session: Path, walk_file: Path, tmp_path: Path) -> None:
    plain = clip_session(tmp_path / "plain.stride", walk_file)
    for file, what, span in (
        (session, "take", None),
        (plain, "restyled", None),
        (plain, "latent", None),
        (plain, "clip", LOOP),
        (walk_file, "take", None),
        (walk_file, "clip", LOOP),
        (walk_file, "clip", (1.0, 99.0)),
    ):
        with pytest.raises(Refused):
            write_motion(Order(str(file), str(tmp_path / "a.bvh"), what, span=span))  # type: ignore[arg-type]
    assert [left.name for left in tmp_path.iterdir()] == ["plain.stride"]
