"""Two gaits laid over each other share their steps; windows that do not show a style are told."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from motion.canonical import INDEX
from motion.features import CONTACTS, FPS, ROOT, WINDOW, motion_features, windows
from tests.motion.synthetic import walk
from training.data import TRAIN, TrainingClip
from training.stylevae.augment import mirrored
from training.stylevae.gaits import Gaits, PairMaker, gather_gaits, shows

STYLES = ("Rushed", "walk")
HAND = 3 * INDEX["LeftHand"] + 1


def clip(style: str, cadence: float, hand: float = 0.0) -> TrainingClip:
    positions = walk(400, 1 / FPS, cadence)
    positions[:, INDEX["LeftHand"], 1] += hand
    positions[:, INDEX["RightHand"], 1] += hand
    features = motion_features(positions)
    return TrainingClip(style, style, "", TRAIN, positions, features, np.ones(400, bool))


@pytest.fixture(scope="module")
def gaits() -> Gaits:
    return gather_gaits([clip("walk", 0.8), clip("Rushed", 1.2, hand=0.3)], STYLES)


def test_windows_are_those_of_the_features(gaits: Gaits) -> None:
    at = np.array([[30.0], [90.0]]) + np.arange(WINDOW + 1)
    found = gaits.windows(at, np.array([False, True]))
    plain = windows(clip("walk", 0.8).features)
    np.testing.assert_allclose(found[0, :, : ROOT.start], plain[30, :, : ROOT.start], atol=2e-3)
    np.testing.assert_allclose(found[0, :, ROOT], plain[30, :, ROOT], atol=0.05)
    np.testing.assert_allclose(
        found[1, :, : ROOT.start], mirrored(plain[90])[:, : ROOT.start], atol=2e-3
    )


def test_wanted_motion_has_the_source_pose_and_the_content_steps(gaits: Gaits) -> None:
    pairs = PairMaker(gaits, STYLES).draw(200, np.random.default_rng(0))
    assert len(pairs.style) > 100
    other = pairs.content_style != pairs.style
    assert 0.2 < other.mean() < 0.8
    rushed, strolled = pairs.style == STYLES.index("Rushed"), pairs.style == STYLES.index("walk")
    high, low = pairs.source[rushed][..., HAND].mean(), pairs.source[strolled][..., HAND].mean()
    assert pairs.wanted[rushed][..., HAND].mean() == pytest.approx(high, abs=0.02)
    assert pairs.wanted[strolled][..., HAND].mean() == pytest.approx(low, abs=0.02)
    for part in (other, ~other):
        agree = (pairs.wanted[part][..., CONTACTS] > 0.5) == (
            pairs.content[part][..., CONTACTS] > 0.5
        )
        assert agree.mean() > 0.9
    np.testing.assert_array_equal(
        pairs.wanted[..., ROOT.stop - 1], pairs.content[..., ROOT.stop - 1]
    )


def test_pairs_follow_from_the_seed(gaits: Gaits) -> None:
    maker = PairMaker(gaits, STYLES)
    first, again = (maker.draw(20, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.wanted, again.wanted)


def test_a_walk_forward_does_not_show_a_walk_backward() -> None:
    ahead = windows(clip("walk", 1.0).features, 20)
    assert shows(ahead, "walk").all()
    assert not shows(ahead, "walk_backward").any()
    assert not shows(ahead, "run").any() and not shows(ahead, "carry_box").any()
    back = ahead.copy()
    back[..., ROOT] *= -1
    assert shows(back, "walk_backward").all() and not shows(back, "walk").any()
