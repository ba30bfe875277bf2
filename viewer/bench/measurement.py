"""One measured number with the target it is held to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """``value`` in ``unit``; ``target`` is the most it may be, or the least if ``at_least``.

    name: what was measured, in words ("open 10,000 frames, 31 joints").
    rival: how the same work fares elsewhere, in words ("bvhio 41.2 s"), or "".
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    rival: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target
