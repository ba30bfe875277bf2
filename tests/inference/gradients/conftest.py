"""1,000 frames of the clips that ship, as DeepPhase is given them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.bvh import read_bvh
from motion.features import phase_frames
from motion.retarget import retarget

CLIPS = Path(__file__).parents[3] / "assets" / "clips"


@pytest.fixture(scope="session")
def frames() -> np.ndarray:
    """(1000, 132) float64."""
    found = []
    for name in ("walk", "salsa", "run", "ballet", "martial_arts"):
        clip = read_bvh(CLIPS / f"{name}.bvh")
        found.append(phase_frames(retarget(clip), clip.frame_time)[:250])
    rows = np.concatenate(found)[:1000].astype(np.float64)
    assert rows.shape == (1000, 132)
    return rows
