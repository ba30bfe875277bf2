"""What the stage shows of the restyled clip is in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.bvh import read_bvh
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
    assert told[-1][0].text.startswith(f"Wrote {figure.frame_count} frames to {path}")
    if kind == "bvh":
        error = retarget(read_bvh(path)) - figure.positions
        assert np.linalg.norm(error, axis=-1).max() < 0.06
    elif kind == "npz":
        assert read_npz(path)["positions"] == pytest.approx(figure.positions, abs=0.02)
    else:
        assert path.read_bytes()[:4] == b"glTF"


def test_what_cannot_be_written_is_told(dressed: Bench, tmp_path: Path) -> None:
    export, told = dressed.control("StyleControl").export, heard(dressed.window.studio.notice)
    export.export(tmp_path / "out.txt")
    dressed.until(lambda: bool(told))
    assert "write .bvh, .glb or .npz" in told[-1][0].text
    export.export(tmp_path / "nowhere" / "out.bvh")
    dressed.until(lambda: len(told) == 2)
    assert told[-1][0].level == "error" and "nowhere" in told[-1][0].text
