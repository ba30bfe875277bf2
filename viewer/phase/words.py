"""A verdict and an anomaly in the words of the window; ``str`` of them is English, for files."""

from __future__ import annotations

from motion.phase.lint import UNITS, Anomaly
from motion.phase.verdict import Verdict
from viewer.model.language import tr, trn


def verdict_text(verdict: Verdict) -> str:
    """How the phase of a clip does, in a few clauses."""
    count = trn("{n} anomaly", "{n} anomalies", verdict.anomalies)
    if verdict.forward is None:
        return tr("nothing moves, {count}", count=count)
    share = f"{100 * verdict.forward:.1f} %"
    parts = [tr("{share} forward", share=share)]
    if verdict.turns_per_cycle is None:
        parts.append(tr("no gait cycle"))
    else:
        turns = round(verdict.turns_per_cycle, 2) + 0.0
        parts.append(tr("{turns:.2f} turns a cycle", turns=turns))
        parts.append(tr("strikes ± {spread:.2f}", spread=verdict.strike_spread))
    return ", ".join([*parts, count])


def size_text(anomaly: Anomaly) -> str:
    """How large it is, in the unit of its kind."""
    return f"{anomaly.size:.3g} {tr(UNITS[anomaly.kind])}"


def anomaly_text(anomaly: Anomaly) -> str:
    """What it is, where and how severe, in a line."""
    return tr(
        "{kind} at {time:.2f} s, frame {frame}: {size}, severity {severity:.1f}",
        kind=tr(anomaly.kind),
        time=anomaly.time_s,
        frame=anomaly.first,
        size=size_text(anomaly),
        severity=anomaly.severity,
    )
