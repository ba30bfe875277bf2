"""Phase anomalies on curves whose faults are known."""

from __future__ import annotations

import numpy as np

from motion.anomalies import Anomaly, find_anomalies

FPS = 60


def turning(cycles: np.ndarray, amplitude: float | np.ndarray = 1.0) -> np.ndarray:
    """Phase outputs (T, 2) of a phase in cycles (T,)."""
    angle = 2 * np.pi * cycles
    return np.stack([np.cos(angle), np.sin(angle)], -1) * np.asarray(amplitude)[..., None]


def test_a_steady_gait_has_none() -> None:
    assert find_anomalies(turning(np.arange(300) / FPS), 1 / FPS) == []
    assert find_anomalies(turning(2.5 * np.arange(300) / FPS), 1 / FPS) == []


def test_a_jump_is_found_where_it_is() -> None:
    cycles = np.arange(300) / FPS
    cycles[120:] += 0.3
    assert find_anomalies(turning(cycles), 1 / FPS) == [Anomaly("jump", 119, 120)]


def test_a_reversal_is_found_where_it_is() -> None:
    cycles = np.cumsum(np.full(300, 1 / FPS))
    cycles[100:] -= 2 * np.clip(np.arange(200), 0, 10) / FPS
    assert find_anomalies(turning(cycles), 1 / FPS) == [Anomaly("reversal", 100, 110)]


def test_a_tremble_is_no_reversal() -> None:
    cycles = np.arange(300) / FPS
    cycles[100] -= 1.2 / FPS
    assert find_anomalies(turning(cycles), 1 / FPS) == []


def test_a_dead_amplitude_is_found_and_its_angles_are_not_judged() -> None:
    cycles, amplitude = np.arange(300) / FPS, np.ones(300)
    amplitude[50:80] = 0.05
    cycles[60:] += 0.4
    assert find_anomalies(turning(cycles, amplitude), 1 / FPS) == [
        Anomaly("dead amplitude", 50, 79)
    ]


def test_short_clips_have_none() -> None:
    assert find_anomalies(np.zeros((0, 2)), 1 / FPS) == []
    assert find_anomalies(np.ones((1, 2)), 1 / FPS) == []
