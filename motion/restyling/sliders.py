"""Named sliders: directions of the style block that change one thing a person has a word for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Effect:
    """What a slider at -2 σ (``low``) and at +2 σ (``high``) adds to a property, in ``unit``.

    unit: "%" of the property without it, or the property's own: "°", "cm", "m/s".
    """

    low: float
    high: float
    unit: str

    def text(self, name: str, side: int) -> str:
        """In words, as ``arm swing +38 %``; side: -1 for the low end, 1 for the high one."""
        value, unit = (self.low if side < 0 else self.high), self.unit
        digits = 0 if unit in ("%", "°") else 2 if unit == "m/s" else 1
        return f"{name} {value:+.{digits}f}{'' if unit == '°' else ' '}{unit}".replace("-", "−")


@dataclass(frozen=True, eq=False)
class StyleSlider:
    """One named direction.

    unit: of its own effect. direction: (K,) what one σ adds to a style. reading: (K,) tells the
    coordinate in σ of a style that is taken from the mean; 1 on its own direction and 0 on
    those of the other sliders. low, high: poses (22, 3), metres, of a walk at -2 and +2 σ.
    effects: by property, measured on decoded walks and runs; that of its own name is the
    slider's own.
    """

    name: str
    unit: str
    direction: np.ndarray
    reading: np.ndarray
    low: np.ndarray
    high: np.ndarray
    effects: Mapping[str, Effect]

    @property
    def own(self) -> Effect:
        """The effect on the property that the slider is named after."""
        return self.effects[self.name]


def coordinates(sliders: Sequence[StyleSlider], offset: np.ndarray) -> np.ndarray:
    """Coordinates (..., S) in σ of styles (..., K) that are taken from the mean."""
    readings = np.array([slider.reading for slider in sliders], np.float64)
    return offset @ readings.reshape(len(sliders), offset.shape[-1]).T
