"""What lies between two moments."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.series import PhaseSeries
from viewer.phase.crosshair import Crosshair, measure

from .measured import turning

SERIES = PhaseSeries(turning(np.arange(300) * 0.03), 1 / 30)


def test_time_and_turns_between_two_frames() -> None:
    found = measure(SERIES, 30, 180)
    assert found.seconds == pytest.approx(5.0)
    assert found.turns == pytest.approx(4.5)  # whole turns count
    assert str(found) == "Δt +5.000 s  Δφ +4.500 turn  0.900 turn/s"


def test_backwards_both_are_less() -> None:
    found = measure(SERIES, 180, 30)
    assert (found.seconds, found.turns) == pytest.approx((-5.0, -4.5))


def test_a_moment_alone_has_no_frequency() -> None:
    assert str(measure(SERIES, 30, 30)) == "Δt +0.000 s  Δφ +0.000 turn"


def test_measuring_begins_anew_and_ends() -> None:
    crosshair = Crosshair()
    crosshair.stretch_to(9)
    assert crosshair.measured is None
    crosshair.begin(3)
    crosshair.stretch_to(9)
    assert crosshair.measured == (3, 9)
    crosshair.forget()
    assert crosshair.measured is None
