"""What counts as a fault of a phase, and that as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from motion.files import whole_file

from .series import FREQUENCY_WINDOW_S, PhaseError

MAX_BYTES = 100_000


@dataclass(frozen=True)
class Thresholds:
    """When something is a fault; all are above 0. Raises PhaseError naming the field.

    jump: turns per second between two frames; no gait turns this fast, sprinters reach 2.5.
    reversal: turns that the phase turns back, so that noise around a standstill is none.
    dead_share, dead_s: amplitude below this share of the strong amplitude (the 90th percentile)
    for so many seconds. frequency_low, frequency_high: turns per second while moving, those of
    gait cycles of 2.5 s and 0.25 s. frequency_window_s: seconds that it is read from. strike:
    turns by which a heel strike is off the usual phase of its foot.
    """

    jump: float = 6.0
    reversal: float = 0.02
    dead_share: float = 0.15
    dead_s: float = 0.25
    frequency_low: float = 0.4
    frequency_high: float = 4.0
    frequency_window_s: float = FREQUENCY_WINDOW_S
    strike: float = 0.15

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise PhaseError(f"'{field.name}' is a number above 0, found {value!r}.")
            if not (math.isfinite(value) and value > 0):
                raise PhaseError(f"'{field.name}' is a number above 0, found {value:g}.")
        if self.frequency_low >= self.frequency_high:
            low, high = self.frequency_low, self.frequency_high
            raise PhaseError(f"'frequency_low' is {low:g}, not below 'frequency_high', {high:g}.")


def thresholds_from_json(text: str) -> Thresholds:
    """Thresholds of a JSON object with some of the fields; the others are as usual.

    Raises PhaseError.
    """
    try:
        given: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PhaseError("This is not JSON.") from error
    if not isinstance(given, dict):
        raise PhaseError('Thresholds are a JSON object, such as {"jump": 6}.')
    known = [field.name for field in fields(Thresholds)]
    for name in given:
        if name not in known:
            raise PhaseError(f"There is no threshold '{name}': expected {', '.join(known)}.")
    return Thresholds(**given)


def thresholds_to_json(thresholds: Thresholds) -> str:
    """All fields as a JSON object, one a line."""
    return json.dumps(asdict(thresholds), indent=2) + "\n"


def read_thresholds(path: Path) -> Thresholds:
    """Thresholds of a JSON file. Raises PhaseError naming file and field, and OSError."""
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        raise PhaseError(f"{path}: {len(content):,} bytes, expected at most {MAX_BYTES:,}.")
    try:
        return thresholds_from_json(content.decode("utf-8", "replace"))
    except PhaseError as error:
        raise PhaseError(f"{path}: {error}") from error


def write_thresholds(path: Path, thresholds: Thresholds) -> None:
    """Writes them as JSON, whole or not at all. Raises CannotWrite."""
    with whole_file(path) as part:
        part.write_text(thresholds_to_json(thresholds), encoding="utf-8")
