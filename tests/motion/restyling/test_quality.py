"""The table of restyling, on walks whose styles a made-up model and judge know exactly."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import INDEX
from motion.features import FEATURES, FPS, WINDOW
from motion.restyling.atlas import StyleAtlas
from motion.restyling.judge import KERNEL, Judge
from motion.restyling.quality import TARGETS, Quality, Specimen, mean_speed, meets
from motion.restyling.subspace import StyleSubspace
from tests.motion.synthetic import walk

HAND = 3 * INDEX["LeftHand"] + 1
INPUTS, WIDTH, HIGH = 135, 64, 0.4


def encode(windows: np.ndarray) -> np.ndarray:
    """The height of the left hand is the style; the other numbers are the last windows' place."""
    latents = np.zeros((len(windows), 256))
    latents[:, 0] = windows[:, :, HAND].mean(axis=1)
    latents[:, 64] = [STORE.append(window) or len(STORE) - 1 for window in windows]
    return latents


def decode(latents: np.ndarray) -> np.ndarray:
    windows = np.stack([STORE[int(n)] for n in latents[:, 64]])
    windows[:, :, HAND] = latents[:, :1]
    return windows


STORE: list[np.ndarray] = []


def judge(above: float = 1.6) -> Judge:
    """Reads whether the left hand is higher, in metres."""
    first = np.zeros((KERNEL * INPUTS, WIDTH), np.float32)
    first[HAND, 0] = 1.0
    second = np.zeros((KERNEL * WIDTH, WIDTH), np.float32)
    second[0, 0] = 1.0
    last = np.zeros((2 * WIDTH, 2), np.float32)
    last[0] = -1.0, 1.0
    nothing = np.zeros(WIDTH, np.float32)
    weights = {
        "first": (first, nothing),
        "second": (second, nothing),
        "last": (last, np.array([above, -above], np.float32)),
    }
    mean, spread = np.zeros(INPUTS, np.float32), np.ones(INPUTS, np.float32)
    real = (np.zeros(2 * WIDTH), np.eye(2 * WIDTH))
    return Judge(("low", "high"), mean, spread, weights, np.array([1.0, 1.0]), real)


def phase(frames: np.ndarray) -> np.ndarray:
    """A turn a second."""
    turns = np.arange(len(frames)) / FPS
    return np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1)


def raised() -> np.ndarray:
    """A walk with the left hand up."""
    positions = walk(150, 1 / FPS)
    positions[:, INDEX["LeftHand"], 1] += HIGH
    return positions


def measuring(atlas: StyleAtlas | None = None) -> Quality:
    clips = [
        Specimen("a", "low", walk(150, 1 / FPS)),
        Specimen("b", "high", raised()),
        Specimen("too short", "low", walk(WINDOW, 1 / FPS)),
    ]
    return Quality(clips, judge(1.6 if atlas is None else 1.4), encode, decode, phase, atlas=atlas)


@pytest.fixture(scope="module")
def quality() -> Quality:
    return measuring()


def two_regions(left: str, right: str) -> StyleAtlas:
    """Low hands on the left of the map, high ones on the right, of two clips each.

    Bones keep their lengths: a hand at 2.4 m is one at 1.6 m after planting.
    """
    draw, count = np.random.default_rng(0), 80
    styles = np.zeros((count, 64))
    styles[:, 0] = np.repeat([1.2, 2.4], count // 2) + 0.01 * draw.normal(size=count)
    points = draw.normal(size=(count, 2)) * 0.1 + np.repeat([[-1, 0], [1, 0]], count // 2, axis=0)
    labels = np.repeat([left, right], count // 2)
    clips = np.array([f"{label} {n % 2}" for n, label in enumerate(labels)])
    starts_s = np.zeros(count, np.float32)
    return StyleAtlas(
        styles, points, labels, clips, starts_s, (left, right), count, styles.mean(axis=0)
    )


def test_the_judge_reads_the_specimens(quality: Quality) -> None:
    told = quality.real()
    assert told["judge_on_specimens"] == 1.0 and told["styles"] == 2
    assert told["judge_on_specimens_by_style"] == {"high": 1.0, "low": 1.0}


def test_strength_0_is_the_content(quality: Quality) -> None:
    assert quality.unchanged()["strength_0_error_cm"] == pytest.approx(0.0, abs=0.1)


def test_pairs_keep_the_phase_and_count_every_style_in_every_other_content(
    quality: Quality,
) -> None:
    seen: list[tuple[int, int]] = []
    told = quality.pairs(lambda done, total: seen.append((done, total)))
    assert told["pairs"] == 2 and seen == [(1, 2), (2, 2)]
    assert told["phase_apart"] == 0.0 and told["amplitude_ratio"] == 1.0
    assert set(TARGETS) <= set(told) | {
        "judge_on_specimens", "map_read_as_style", "map_speed_ratio",
        "random_bone_error_percent", "random_speed_ratio", "strength_0_error_cm",
    }  # fmt: skip


def test_the_map_is_read_where_the_dots_lie() -> None:
    told = measuring(two_regions("low", "high")).map()
    assert told["map_read_as_style"] == 1.0
    assert told["map_read_as_style_by_style"] == {"high": 1.0, "low": 1.0}
    assert measuring(two_regions("high", "low")).map()["map_read_as_style"] == 0.0


def test_styles_that_are_not_on_the_map_are_not_asked_of_it() -> None:
    told = measuring(two_regions("low", "tango")).map()
    assert told["map_read_as_style_by_style"] == {"low": 1.0}


def test_mean_speed_is_in_metres_a_second() -> None:
    window = np.zeros((WINDOW, FEATURES), np.float32)
    window[:, 67] = 1.5
    assert mean_speed(window) == pytest.approx(1.5, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "value", "met"),
    [
        ("read_as_style", 0.80, True),
        ("read_as_style", 0.79, False),
        ("phase_apart", 0.04, True),
        ("phase_apart", 0.05, False),
        ("speed_ratio", 1.2, True),
        ("speed_ratio", 0.84, False),
        ("speed_ratio", 1.3, False),
        ("frechet_distance", 3.0, None),
    ],
)
def test_a_target_is_met_or_not(name: str, value: float, met: bool | None) -> None:
    assert meets(name, value) is met


def test_the_style_may_lie_anywhere_in_the_latent() -> None:
    """The same model with its latents turned about measures the same."""
    turned = np.roll(np.arange(256), 100)
    subspace = StyleSubspace(np.eye(256, dtype=np.float32)[turned][:64])

    def turned_encode(windows: np.ndarray) -> np.ndarray:
        out = np.zeros((len(windows), 256))
        out[:, turned] = encode(windows)
        return out

    specimens = [Specimen("a", "low", walk(150, 1 / FPS)), Specimen("b", "high", raised())]
    plain = Quality(specimens, judge(), encode, decode, phase).pairs()
    other = Quality(
        specimens,
        judge(),
        turned_encode,
        lambda latents: decode(latents[:, turned]),
        phase,
        subspace=subspace,
    )
    assert other.pairs() == plain
