"""How the phase is looked at, in a session: to JSON and back; no Qt."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from motion.phase.series import PhaseError
from motion.phase.thresholds import Thresholds

from .document import Phase
from .session_fields import Fields

_LEAST, _MOST = 1e-6, 1e6


def phase_members(phase: Phase) -> dict[str, Any]:
    """The member of a document that tells how the phase is looked at."""
    return {"thresholds": asdict(phase.thresholds)}


def read_phase_part(found: Fields | None) -> Phase:
    """How the phase is looked at; as usual where an older session does not say."""
    part = found.part("thresholds") if found is not None else None
    return Phase(_thresholds(part)) if part is not None else Phase()


def _thresholds(part: Fields) -> Thresholds:
    usual = Thresholds()
    values = {
        field.name: part.number(field.name, _LEAST, _MOST, getattr(usual, field.name))
        for field in fields(Thresholds)
    }
    try:
        return Thresholds(**values)
    except PhaseError:
        part.refuse("frequency_low", "below 'frequency_high'")
        band = {name: getattr(usual, name) for name in ("frequency_low", "frequency_high")}
        return Thresholds(**{**values, **band})
