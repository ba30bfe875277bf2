"""Verdict and anomaly of the window read in English as those of files do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from motion.phase.lint import UNITS, Anomaly
from motion.phase.verdict import Verdict
from viewer.phase.words import anomaly_text, verdict_text

WHOLE = Verdict(0.987, 1.0, 0.25, 0.014, 1.1, 2, 8)


@pytest.mark.parametrize(
    "verdict",
    [
        WHOLE,
        replace(WHOLE, anomalies=1, turns_per_cycle=-0.001),
        replace(WHOLE, turns_per_cycle=None, strike_spread=None),
        replace(WHOLE, forward=None, anomalies=0),
    ],
)
def test_a_verdict_reads_as_in_files(verdict: Verdict) -> None:
    assert verdict_text(verdict) == str(verdict)


@pytest.mark.parametrize("kind", UNITS)
def test_an_anomaly_reads_as_in_files(kind: str) -> None:
    anomaly = Anomaly(kind, 12, 15, 0.4, -1.23456, 2.34)
    assert anomaly_text(anomaly) == str(anomaly)
