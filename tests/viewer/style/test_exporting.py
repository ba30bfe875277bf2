"""What the stage shows of the restyled clip is in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.bvh import read_bvh
from motion.clip import Clip
from motion.npz import read_npz
from motion.retarget import retarget
from tests.viewer.panel_fixtures import Bench, heard
from viewer.model.document import Latent
from viewer.model.style_edits import wear

STYLE = np.random.default_rng(3).standard_normal(64).astype(np.float32)


@pytest.fixture
def dressed(bench: Bench) -> Bench:
    control = bench.control("StyleControl")
    bench.until(lambda: control.restyling.ready)
    assert not control.export.action.isEnabled()
    bench.window.store.apply(wear("Try", Latent(STYLE, "a style")))
    bench.until(lambda: bench.window.studio.restyled is not None)
    assert control.export.action.isEnabled()
    return bench


@pytest.mark.parametrize("kind", ["bvh", "glb", "npz"])
def test_a_file_holds_the_restyled_clip(dressed: Bench, tmp_path: Path, kind: str) -> None:
    figure, told = dressed.window.studio.restyled, heard(dressed.window.studio.notice)
    path = tmp_path / f"out.{kind}"
    dressed.control("StyleControl").export.export(path)
    dressed.until(lambda: bool(told))
    assert told[-1][0].text.startswith(
        f"Wrote {figure.frame_count} frames on the canonical body to {path}, in "
    )
    if kind == "bvh":
        error = retarget(read_bvh(path)) - figure.positions
        assert np.linalg.norm(error, axis=-1).max() < 0.06
    elif kind == "npz":
        assert read_npz(path)["positions"] == pytest.approx(figure.positions, abs=0.02)
    else:
        assert path.read_bytes()[:4] == b"glTF"


@pytest.mark.parametrize("kind", ["bvh", "glb", "npz"])
def test_a_clip_of_another_rig_comes_back_on_its_own(
    bench: Bench, mocap: Path, tmp_path: Path, kind: str
) -> None:
    file, path = mocap / "cmu31" / "012" / "12_01.bvh", tmp_path / f"out.{kind}"
    window, control = bench.window, bench.control("StyleControl")
    bench.until(lambda: control.restyling.ready)
    window.open_paths([file])
    bench.until(lambda: window.studio.motion is not None and window.studio.motion.path == file)
    window.store.apply(wear("Try", Latent(0.1 * STYLE, "a style")))
    bench.until(lambda: window.studio.restyled is not None)
    figure, told = window.studio.restyled, heard(window.studio.notice)
    assert control.export.rig_action.isEnabled()
    control.export.export(path, "source")
    bench.until(lambda: bool(told))
    source = read_bvh(file)
    wrote = f"Wrote {source.frame_count} frames on its own rig to {path}, in "
    assert (told[-1][0].level, told[-1][0].text[: len(wrote)]) == ("info", wrote)
    if kind == "bvh":
        back = read_bvh(path)
        assert back.skeleton.names == source.skeleton.names
        assert bones(back.positions, back) == pytest.approx(bones(source.positions, source), 1e-3)
        assert back.fps == pytest.approx(source.fps, rel=1e-4)
        found = retarget(back)
        assert mean_error(found, figure.positions) < 0.05
        assert mean_error(found, figure.positions) < 0.5 * mean_error(found, retarget(source))
    elif kind == "npz":
        stored = read_npz(path)
        assert tuple(stored["joint_names"]) == source.skeleton.names
        assert stored["frame_time"] == pytest.approx(source.frame_time)
        assert bones(stored["positions"], source) == pytest.approx(
            bones(source.positions, source), 1e-3
        )
    else:
        assert path.read_bytes()[:4] == b"glTF"
    leftover = [left.name for left in tmp_path.iterdir() if left.suffix == path.suffix]
    assert leftover == [path.name]


def bones(positions: np.ndarray, clip: Clip) -> np.ndarray:
    """Mean lengths (J - 1,) of all bones, metres."""
    spans = positions[:, 1:] - positions[:, clip.skeleton.parents[1:]]
    lengths: np.ndarray = np.linalg.norm(spans, axis=-1).mean(axis=0)
    return lengths


def mean_error(some: np.ndarray, others: np.ndarray) -> float:
    """Metres between joints (T, 22, 3), on average."""
    count = min(len(some), len(others))
    return float(np.linalg.norm(some[:count] - others[:count], axis=-1).mean())


def test_several_files_are_written_one_after_the_other(dressed: Bench, tmp_path: Path) -> None:
    export, told = dressed.control("StyleControl").export, heard(dressed.window.studio.notice)
    export.export(tmp_path / "one.bvh")
    export.export(tmp_path / "two.bvh", "source")
    dressed.until(lambda: len(told) == 2)
    assert {path.name for path in tmp_path.glob("*.bvh")} == {"one.bvh", "two.bvh"}
    assert read_bvh(tmp_path / "two.bvh").frame_count == dressed.window.studio.motion.frame_count


def test_the_panel_offers_both_bodies(dressed: Bench) -> None:
    control = dressed.control("StyleControl")
    offered = control.panel.export_button.menu().actions()
    assert offered == [control.export.action, control.export.rig_action]
    assert control.panel.export_button.isEnabled()


def test_what_cannot_be_written_is_told(dressed: Bench, tmp_path: Path) -> None:
    export, told = dressed.control("StyleControl").export, heard(dressed.window.studio.notice)
    export.export(tmp_path / "out.txt")
    dressed.until(lambda: bool(told))
    assert "write .bvh, .glb or .npz" in told[-1][0].text
    export.export(tmp_path / "nowhere" / "out.bvh")
    dressed.until(lambda: len(told) == 2)
    assert told[-1][0].level == "error" and "nowhere" in told[-1][0].text
