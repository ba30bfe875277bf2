"""How the phase is looked at, in a session: to JSON and back; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

from motion.conventions import UNIT_CHOICES, UP_AXIS_CHOICES
from motion.phase.align import WAYS
from motion.phase.series import PhaseError
from motion.phase.thresholds import Thresholds

from .document import MOST_FURTHER, Beside, BesideKind, Phase
from .session_fields import Fields

_LEAST, _MOST = 1e-6, 1e6
Ref = Callable[[Path], dict[str, str] | None]
FindFile = Callable[[Fields | None], Path | None]


def phase_members(phase: Phase, ref: Ref) -> dict[str, Any]:
    """The member of a document that tells how the phase is looked at; ref: names a file."""

    def members(beside: Beside) -> dict[str, Any]:
        return {
            "kind": beside.kind,
            "file": ref(beside.path),
            "units": beside.units,
            "up_axis": beside.up_axis,
        }

    return {
        "thresholds": asdict(phase.thresholds),
        "align": phase.align,
        "beside": phase.beside and members(phase.beside),
        "further": [members(each) for each in phase.further],
    }


def read_phase_part(found: Fields | None, file: FindFile) -> Phase:
    """How the phase is looked at; as usual where an older session does not say.

    file: finds what a member names.
    """
    if found is None:
        return Phase()
    limits = found.part("thresholds")
    return Phase(
        _thresholds(limits) if limits is not None else Thresholds(),
        _beside(found.part("beside"), file),
        found.choice("align", WAYS, "time"),
        tuple(
            each
            for part in found.parts("further", MOST_FURTHER)
            if (each := _beside(part, file)) is not None and each.kind != "model"
        ),
    )


def _beside(part: Fields | None, file: FindFile) -> Beside | None:
    path = file(part.part("file")) if part is not None else None
    if part is None or path is None:
        return None
    kind = part.choice("kind", get_args(BesideKind), "series")
    units = part.choice("units", UNIT_CHOICES, "auto")
    return Beside(kind, path, units, part.choice("up_axis", UP_AXIS_CHOICES, "auto"))


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
