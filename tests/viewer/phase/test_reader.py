"""What is on stage is measured in the background, what is stale dropped, what cannot be told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.bvh import write_bvh
from motion.features import FPS
from motion.footfalls import gait
from motion.phase.thresholds import Thresholds
from motion.pose import to_clip
from tests.motion.synthetic import walk
from tests.viewer.models import Network
from tests.viewer.panel_fixtures import Bench, heard
from viewer.model.edits import set_thresholds
from viewer.phase.control import PhaseControl
from viewer.phase.panel import PhasePanel
from viewer.phase.reader import PhaseReader

from .measured import turning


@pytest.fixture
def reader(bench: Bench) -> PhaseReader:
    control = bench.control("PhaseControl")
    assert isinstance(control, PhaseControl)
    bench.window.store.apply(set_thresholds(Thresholds()))
    bench.until(lambda: control.reader.measures is not None)
    bench.until_idle()
    return control.reader


def test_it_measures_the_motion_on_stage(bench: Bench, reader: PhaseReader) -> None:
    motion = bench.window.studio.motion
    walked = gait(motion.positions, motion.frame_time)
    np.testing.assert_array_equal(reader.measures.gait.left, walked.left)
    assert len(reader.measures.series) == motion.frame_count
    assert reader.plotted.series is reader.measures.series


def test_of_two_readings_the_newest_counts(bench: Bench, reader: PhaseReader) -> None:
    changes = heard(reader.changed)
    for _ in range(4):
        reader.read()
    bench.until(lambda: reader.measures is not None)
    bench.until_idle()
    assert len(changes) == 5  # four times nothing, once what was measured


def test_thresholds_that_change_meanwhile_are_those_of_the_result(
    bench: Bench, reader: PhaseReader
) -> None:
    reader.read()
    wanted = Thresholds(frequency_window_s=1.0)
    bench.window.store.apply(set_thresholds(wanted))
    bench.until(lambda: reader.measures is not None and reader.measures.thresholds == wanted)
    expected = reader.measures.series.frequency(1.0)
    np.testing.assert_array_equal(reader.measures.frequency, expected)


def test_a_restyled_clip_stays_in_sight_until_it_is_measured(
    bench: Bench, reader: PhaseReader
) -> None:
    studio = bench.window.studio
    figure, before = studio.motion.figure, reader.measures
    held = np.repeat(figure.phases[::2], 2, axis=0)[: figure.frame_count]
    gaps: list[bool] = []
    reader.changed.connect(lambda _: gaps.append(reader.measures is None))
    studio.wear(studio.motion.key, replace(figure, known_phases=held))
    bench.until(lambda: reader.measures is not before)
    assert gaps == [False]
    assert np.diff(reader.measures.series.xy[:, 0])[::2] == pytest.approx(0, abs=1e-5)
    studio.wear(studio.motion.key, None)
    bench.until_idle()


def test_of_a_character_the_last_that_was_told_is_measured(
    bench: Bench, reader: PhaseReader
) -> None:
    positions = walk(300, 1 / FPS)
    told = [0]

    def remembered(count: int) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
        def give() -> tuple[np.ndarray, np.ndarray]:
            told.append(count)
            return turning(np.arange(count) / FPS), positions[:count]

        return give

    reader.read_character(remembered(1))  # one frame is none
    for count in range(30, 301, 10):
        reader.read_character(remembered(count))
    bench.until(lambda: reader.measures is not None and len(reader.measures.series) == 300)
    assert told[-1] == 300 and len(told) < 28
    assert len(reader.measures.gait.cycles) > 3


def problem(open_bench: Callable[..., Bench], assets: Path, *files: Path) -> str:
    """What the phase panel of a window on ``assets`` says, instead of a phase."""
    bench = open_bench(assets, *files)
    control = bench.control("PhaseControl")
    assert isinstance(control, PhaseControl) and isinstance(control.panel, PhasePanel)
    bench.window.docks["phase"].raise_()
    panel, passing = control.panel, ("", "Loading DeepPhase.", "Open a clip to see its phase.")
    bench.until(lambda: panel.problem.text() not in passing)
    bench.window.transport.pause()
    bench.until_idle()
    assert not panel.content.isVisible() and control.measures is None
    assert not bench.window.actions_["phase.export"].isEnabled()
    return panel.problem.text()


@pytest.fixture
def assets(small_assets: Path, tmp_path: Path) -> Path:
    """A copy of the small assets, with links where they have them."""
    return Path(shutil.copytree(small_assets, tmp_path / "assets", symlinks=True))


@pytest.fixture
def step(tmp_path: Path) -> Path:
    path = tmp_path / "step.bvh"
    write_bvh(to_clip(walk(120, 1 / 30), 1 / 30, "step"), path)
    return path


def test_one_frame(open_bench: Callable[..., Bench], small_assets: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.bvh"
    write_bvh(to_clip(walk(1, 1 / 30), 1 / 30, "one"), path)
    said = problem(open_bench, small_assets, path)
    assert said == "A phase needs two frames or more, found 1."


def test_not_a_number(open_bench: Callable[..., Bench], assets: Path, step: Path) -> None:
    network = Network("frame", 132, 3)
    for _ in range(2):
        network.last = network.dense(132, 132, 1e38)
    file = assets / "models" / "deepphase.onnx"
    network.output("phase", network.dense(132, 2, 1e38), (2,)).save(file)
    said = problem(open_bench, assets, step)
    assert said == "The phase is not a number in 120 of 120 frames, first in 0."


def test_another_shape(open_bench: Callable[..., Bench], assets: Path, step: Path) -> None:
    network = Network("frame", 99, 3)
    file = assets / "models" / "deepphase.onnx"
    network.output("phase", network.dense(99, 2, 1.0), (2,)).save(file)
    said = problem(open_bench, assets, step)
    assert "frame" in said and "99" in said and "132" in said and said.count(". ") == 0


def test_not_human(open_bench: Callable[..., Bench], small_assets: Path, snake: Path) -> None:
    said = problem(open_bench, small_assets, snake)
    assert "no joint to serve as Hips, LeftUpLeg, LeftLeg" in said
