"""Sides of a comparison, and its picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.phase.given import read_series
from motion.phase.series import PhaseSeries
from motion.phase.verdict import verdict
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.phase_compare import Side, clip_side, compare, given_side
from viewer.model.shipped import load_shipped


def turning(frames: int, frame_time: float = 1 / 30) -> PhaseSeries:
    angle = 2 * np.pi * np.arange(frames) * frame_time
    return PhaseSeries(np.stack([np.cos(angle), np.sin(angle)], axis=-1), frame_time)


def test_a_series_as_long_as_the_clip_has_its_footfalls(tmp_path: Path) -> None:
    motion = load_motion(ASSETS / "clips" / "walk.bvh")
    clip = clip_side(motion, load_shipped("deepphase", "numpy", "cpu", "fp32"), "DeepPhase")
    assert clip.label == "walk.bvh by DeepPhase"
    np.savez(tmp_path / "same.npz", phase=clip.series.xy)
    side = given_side(read_series(tmp_path / "same.npz"), clip)
    assert side.note == "" and side.gait is clip.gait and side.verdict == clip.verdict
    np.savez(tmp_path / "cut.npz", phase=clip.series.xy[:200], time=np.arange(200) / 30)
    side = given_side(read_series(tmp_path / "cut.npz"), clip)
    assert side.note == "" and side.gait is None and len(side.series) == 200
    with pytest.raises(Refused, match="B has no left heel strike to align by"):
        compare(clip, side, "strike")


def test_labels_and_verdicts_of_both() -> None:
    long, short = turning(90), turning(60)
    a, b = (Side(f"{len(each)}", each, None, verdict(each, None, ())) for each in (long, short))
    found = compare(a, b, "time")
    assert (found.a.label, found.b.label) == ("90", "60")
    assert len(found.difference.aligned.frames) == 60
