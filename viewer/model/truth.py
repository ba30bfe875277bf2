"""How far an engine's answer is from the reference engine's: where, and how much; no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from motion.canonical import JOINTS
from motion.features import CONTACTS, FPS, JOINT_VALUES, ROOT

from .language import tr

LEAST_MM, MOST_MM = 1e-2, 1e2
"""Ends of the logarithmic scale of joint errors. Two fp32 engines stay below the first."""

_ROOT_VALUES = (tr("left speed"), tr("forward speed"), tr("turning speed"))


@dataclass(frozen=True, eq=False)
class JointErrors:
    """Distances between two ways of one motion, mm (T, 22) at 30 fps; inf where not a number.

    start_s: moment of the first row on the timeline of what is on stage.
    """

    mm: np.ndarray
    start_s: float = 0.0

    @property
    def worst(self) -> tuple[int, int]:
        """Row and joint of the largest error, the first of equals."""
        row, joint = np.unravel_index(int(self.mm.argmax()), self.mm.shape)
        return int(row), int(joint)

    @property
    def worst_mm(self) -> float:
        return float(self.mm.max())

    @property
    def typical_mm(self) -> float:
        """The median of all joints and frames."""
        return float(np.median(self.mm))

    @property
    def worst_joint(self) -> str:
        return JOINTS[self.worst[1]]

    @property
    def worst_time_s(self) -> float:
        """Moment of the largest error on the timeline, seconds."""
        return self.start_s + self.worst[0] / FPS

    def shares(self) -> np.ndarray:
        """Places (T, 22) in 0..1 on the logarithmic scale."""
        return share(self.mm)


def share(mm: np.ndarray | float) -> np.ndarray:
    """Place in 0..1 of errors in mm on the scale from LEAST_MM to MOST_MM, logarithmic."""
    decades = np.log10(np.maximum(mm, LEAST_MM) / LEAST_MM)
    return np.clip(decades / np.log10(MOST_MM / LEAST_MM), 0, 1)


def joint_errors(engine: np.ndarray, reference: np.ndarray, start_s: float = 0.0) -> JointErrors:
    """Distances between positions (T, 22, 3) in metres."""
    apart = np.asarray(engine, np.float64) - np.asarray(reference, np.float64)
    mm = 1e3 * np.linalg.norm(apart, axis=-1)
    return JointErrors(np.nan_to_num(mm, nan=np.inf, posinf=np.inf), start_s)


@dataclass(frozen=True)
class Discrepancy:
    """The number in which two answers differ most.

    relative: the difference over the output's scale.
    index: place in the output without its batch axis. engine, reference: the two numbers.
    reference_s: seconds the reference took.
    """

    relative: float
    output: str
    index: tuple[int, ...]
    engine: float
    reference: float
    reference_s: float = 0.0

    @property
    def place(self) -> str:
        """Where it is, in the words of the five models: ``motion, frame 3, LeftHand y``."""
        if self.output == "motion" and len(self.index) == 2:
            return tr(
                "motion, frame {index}, {feature}",
                index=self.index[0],
                feature=_feature(self.index[1]),
            )
        if self.output == "phase":
            return tr("phase {value}", value="xy"[self.index[0]])
        return f"{self.output}[{', '.join(map(str, self.index))}]"


def _feature(column: int) -> str:
    """The name of one of the 73 motion features."""
    if column < JOINT_VALUES:
        return f"{JOINTS[column // 3]} {'xyz'[column % 3]}"
    if column < ROOT.stop:
        return tr("root {root_values}", root_values=_ROOT_VALUES[column - ROOT.start])
    return tr("contact {column}", column=column - CONTACTS.start)


class Comparison:
    """One model under comparison. An output's scale is the largest magnitude of its reference
    in all that was compared, since a single small answer has no scale of its own.
    """

    def __init__(self) -> None:
        self._scales: dict[str, float] = {}

    def of(
        self,
        engine: Mapping[str, np.ndarray],
        reference: Mapping[str, np.ndarray],
        reference_s: float = 0.0,
    ) -> Discrepancy:
        """The largest relative difference between outputs of the same names and shapes.

        Equal infinities and shared NaN are no difference; a number against NaN is infinitely far.
        """
        for name, values in reference.items():
            largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
            self._scales[name] = max(self._scales.get(name, 0.0), largest)
        found = [
            _largest(name, engine[name], reference[name], self._scales[name], reference_s)
            for name in reference
        ]
        return max(found, key=lambda d: d.relative)


def _largest(
    name: str, engine: np.ndarray, reference: np.ndarray, scale: float, reference_s: float
) -> Discrepancy:
    a, b = np.asarray(engine, np.float64), np.asarray(reference, np.float64)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.nan_to_num(np.abs(a - b), nan=np.inf, posinf=np.inf))
    at = np.unravel_index(int(apart.argmax()), apart.shape)
    relative = float(apart[at] / scale) if scale > 0 else float(apart[at])
    place = tuple(int(n) for n in at[1:])
    return Discrepancy(relative, name, place, float(a[at]), float(b[at]), reference_s)


@dataclass(frozen=True)
class PhaseDifference:
    """DeepPhase of one frame: engine less reference engine; ``turn`` in degrees, -180..180."""

    x: float
    y: float
    turn: float


def phase_difference(
    engine: tuple[float, float], reference: tuple[float, float]
) -> PhaseDifference:
    """How far two DeepPhase outputs (x, y) are apart."""
    (x, y), (rx, ry) = engine, reference
    turn = np.degrees(np.arctan2(rx * y - ry * x, rx * x + ry * y))
    return PhaseDifference(x - rx, y - ry, float(turn))


@dataclass(frozen=True, eq=False)
class TruthReading:
    """All that truth mode knows at one moment. engine: the variant that was compared.

    absent: why there is nothing to compare, "" when there is. models: name -> its discrepancy.
    """

    engine: str
    errors: JointErrors | None = None
    phase: PhaseDifference | None = None
    models: dict[str, Discrepancy] = field(default_factory=dict)
    absent: str = ""

    @property
    def headline(self) -> str:
        """The largest joint error in a few words."""
        if self.errors is None:
            return self.absent or "comparing"
        if self.engine == "numpy":
            return tr("numpy is the reference engine")
        if self.errors.worst_mm <= LEAST_MM:
            return tr("all within {error}", error=millimetres(LEAST_MM))
        return f"{self.errors.worst_joint} {millimetres(self.errors.worst_mm)}"


def millimetres(mm: float) -> str:
    """Three digits of a length that may be tiny: ``0.00134 mm``, ``12.3 mm``, ``1.25 m``."""
    if not np.isfinite(mm):
        return tr("not a number")
    return f"{mm:.3g} mm" if mm < 999.5 else f"{mm / 1e3:.2f} m"


def scientific(value: float) -> str:
    """A small ratio in two digits: ``3.1e-07``; 0 for none."""
    if not np.isfinite(value):
        return tr("not a number")
    return f"{value:.1e}" if value else "0"


def signed(difference: float) -> str:
    """A small difference in one digit: ``+3e-07``; 0 for none."""
    return f"{difference:+.0e}" if difference else "0"
