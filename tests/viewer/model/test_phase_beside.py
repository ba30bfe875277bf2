"""What a file gives to compare with, and the sentence where it gives nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.phase.series import PhaseError
from motion.phase.thresholds import Thresholds
from tests.viewer.commands.conftest import linear_model
from tests.viewer.conftest import SNAKE
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.phase_beside import beside_of, measured_side, read_side
from viewer.model.phase_measures import measures
from viewer.model.phase_reading import read_phase
from viewer.model.shipped import load_shipped

WALK = ASSETS / "clips" / "walk.bvh"


def test_a_file_says_by_its_kind_what_it_is(tmp_path: Path) -> None:
    series = tmp_path / "mine.csv"
    series.write_text("time,x,y\n0,1,0\n0.1,0,1\n")
    for path, kind in (
        (WALK, "clip"), (ASSETS / "models" / "deepphase.onnx", "model"), (series, "series"),
    ):  # fmt: skip
        found = beside_of(path)
        assert (found.kind, found.path) == (kind, path.resolve())


def test_what_cannot_be_compared_with_is_one_sentence(tmp_path: Path) -> None:
    snake, wrong, model = tmp_path / "s.bvh", tmp_path / "w.csv", tmp_path / "m.onnx"
    snake.write_text(SNAKE)
    head, _, motion = WALK.read_text("utf-8").partition("MOTION\n")
    still = tmp_path / "still.bvh"
    first = motion.splitlines()[2]
    still.write_text(f"{head}MOTION\nFrames: 1\nFrame Time: 0.0333333\n{first}\n", "utf-8")
    linear_model(model, "mine", ("latent", 256), {"phase": 2})
    cases: list[tuple[Path, str, str]] = [
        (snake, "", "LeftFoot"),
        (wrong, "a,b\n1,2\n", "columns a, b found, expected x and y"),
        (wrong, "x,y\n1,2\n3,nan\n", "the phase is not a number in row 2"),
        (still, "", "two frames or more, found 1"),
        (wrong, "x,y\n1,2\n", "two rows or more, found 1"),
        (model, "", "'latent' has shape [batch, 256]"),
        (tmp_path / "w.txt", "x", "expected a clip (.bvh), a DeepPhase (.onnx) or a series"),
        (tmp_path / "no.bvh", "", "there is no such file"),
    ]
    for path, text, words in cases:
        if text:
            path.write_text(text)
        with pytest.raises(Refused) as refused:
            beside_of(path)
        assert str(path) in str(refused.value) and words in str(refused.value)


def test_sides_of_the_same_phase_are_the_same() -> None:
    motion = load_motion(WALK)
    series = read_phase(motion, load_shipped("deepphase", "numpy", "cpu", "fp32"))
    assert motion.positions is not None and motion.contacts is not None
    found = measures(series, motion.positions, motion.contacts, Thresholds())
    a = measured_side("A", found)
    b = read_side("B", series.xy, motion.positions, motion.frame_time)
    assert a.verdict == b.verdict and a.series is series
    np.testing.assert_array_equal(a.gait.left, b.gait.left)
    broken = series.xy.copy()
    broken[7] = np.nan
    with pytest.raises(Refused, match=r"B: .*not a number in 1 of 300 frames, first in 7") as said:
        read_side("B", broken, motion.positions, motion.frame_time)
    assert isinstance(said.value.__cause__, PhaseError)
