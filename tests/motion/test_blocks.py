"""Long motions in blocks: all of it, once, and to the bit what it is at once."""

from __future__ import annotations

import numpy as np
import pytest

from motion import features, resample, retarget
from motion.blocks import FRAMES, blocks
from motion.canonical import CANONICAL
from motion.clip import Clip
from motion.pose import to_clip
from motion.skeleton import forward_kinematics
from tests.motion.synthetic import walk

LONG = 2 * FRAMES + 7


@pytest.fixture(scope="module")
def clip() -> Clip:
    return to_clip(walk(LONG), 1 / 30, "walk")


@pytest.mark.parametrize("count", [0, 1, FRAMES - 1, FRAMES, FRAMES + 1, LONG])
def test_blocks_cover_every_frame_once(count: int) -> None:
    found = [frame for block in blocks(count) for frame in range(count)[block]]
    assert found == list(range(count))


def test_kinematics_of_many_frames_are_those_of_each(clip: Clip) -> None:
    positions, world = forward_kinematics(CANONICAL, clip.rotations, clip.translations)
    for frame in (0, FRAMES - 1, FRAMES, LONG - 1):
        one = slice(frame, frame + 1)
        alone = forward_kinematics(CANONICAL, clip.rotations[one], clip.translations[one])
        assert np.array_equal(positions[one], alone[0]) and np.array_equal(world[one], alone[1])


@pytest.mark.parametrize("of", [features.phase_frames, lambda p, _: features.motion_features(p)])
def test_features_have_no_seams(clip: Clip, of) -> None:
    """A motion that is cut elsewhere gives the same rows, but near its ends."""
    positions = retarget.retarget(clip)
    whole, later = of(positions, 1 / 30), of(positions[500:], 1 / 30)
    assert whole[560:-60] == pytest.approx(later[60:-60], abs=1e-6)
    assert len(whole) == LONG and np.isfinite(whole).all()


def test_resampling_has_no_seams(clip: Clip) -> None:
    for of, values in ((resample.linear, clip.positions), (resample.spherical, clip.rotations)):
        found = of(values, 1 / 30, 1 / 60)
        assert np.array_equal(found[::2], of(values, 1 / 30, 1 / 30))
        near = of(values[FRAMES // 2 - 1 : FRAMES // 2 + 2], 1 / 30, 1 / 60)
        assert found[FRAMES - 2 : FRAMES + 3] == pytest.approx(near, abs=1e-6)
