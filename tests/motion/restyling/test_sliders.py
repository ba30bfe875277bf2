"""What a slider says of its effects, and where it reads that a style stands."""

from __future__ import annotations

import numpy as np
import pytest

from motion.restyling.sliders import Effect, StyleSlider, coordinates

POSE = np.zeros((22, 3), np.float32)


@pytest.mark.parametrize(
    ("effect", "side", "text"),
    [
        (Effect(-12.4, 38.2, "%"), 1, "arm swing +38 %"),
        (Effect(-12.4, 38.2, "%"), -1, "arm swing −12 %"),
        (Effect(-3.0, 7.6, "°"), 1, "arm swing +8°"),
        (Effect(-3.0, 1.25, "cm"), -1, "arm swing −3.0 cm"),
        (Effect(-3.0, 0.314, "m/s"), 1, "arm swing +0.31 m/s"),
    ],
)
def test_effects_in_words(effect: Effect, side: int, text: str) -> None:
    assert effect.text("arm swing", side) == text


def test_coordinates_are_what_the_readings_say() -> None:
    sliders = [
        StyleSlider(
            "lean", "°", np.eye(4)[n] / 2, np.eye(4)[n] * 2, POSE, POSE,
            {"lean": Effect(-5, 5, "°")},
        )
        for n in (0, 2)
    ]  # fmt: skip
    assert sliders[0].own == Effect(-5, 5, "°")
    offsets = np.array([[1.0, 9.0, 3.0, 9.0], [0.0, 1.0, -1.0, 1.0]])
    np.testing.assert_allclose(coordinates(sliders, offsets), [[2.0, 6.0], [0.0, -2.0]])
    assert coordinates([], offsets).shape == (2, 0)
