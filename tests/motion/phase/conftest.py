"""Clips that ship, with the phase that the shipped DeepPhase reads from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from motion.footfalls import Gait, gait
from motion.phase.series import PhaseSeries
from viewer.model.clip import load_motion
from viewer.model.demo import demo_clips
from viewer.model.shipped import load_shipped, run_chunked


@dataclass(frozen=True, eq=False)
class Walked:
    """A clip of T frames, its phase and its footfalls."""

    positions: np.ndarray
    contacts: np.ndarray
    series: PhaseSeries
    gait: Gait


@cache
def _walked(name: str) -> Walked:
    path = next(clip.path for clip in demo_clips() if clip.path.stem == name)
    motion = load_motion(path)
    assert motion.positions is not None
    assert motion.phase_frames is not None and motion.contacts is not None
    runner = load_shipped("deepphase", "numpy", "cpu", "fp32")
    series = PhaseSeries(run_chunked(runner, motion.phase_frames, "phase"), motion.frame_time)
    found = gait(motion.positions, motion.frame_time)
    return Walked(motion.positions, motion.contacts, series, found)


@pytest.fixture(scope="session")
def walked() -> Callable[[str], Walked]:
    """``walked("run")`` is the clip that ships under that name."""
    return _walked
