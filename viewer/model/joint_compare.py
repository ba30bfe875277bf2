"""How far the joints of two clips are apart over time; no Qt.

NPZ schema ``stridescope.joint_difference`` version 1: a, b, align; of each of the N frames of A
that have a moment of B beside them: frame (N,), time and time_b (N,) s, mean_cm (N,); joints (P,),
the names that both have, distance (N, P) in metres, root on root and turned to face alike; alone,
the names of B that A has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motion.npz import write_npz
from motion.phase.align import By, align
from motion.phase.series import PhaseError

from .clip import OpenMotion
from .joints import joint_names
from .moments import Moments, by_phase
from .notice import Refused, sentence
from .phase_compare import Side
from .plot import Axis, Curve, HeatMap, Panel, Plot
from .pose_difference import Pairs, joint_distances, pairs

_TIME = "time_s"


@dataclass(frozen=True, eq=False)
class JointComparison:
    """B beside A: frames (N,) of both, and metres (N, P) between the joints of ``pairs``."""

    names: tuple[str, str]
    by: By
    frames: np.ndarray
    frames_b: np.ndarray
    frame_times: tuple[float, float]
    pairs: Pairs
    metres: np.ndarray

    @property
    def mean_cm(self) -> np.ndarray:
        """The mean of the joints of each frame (N,)."""
        found: np.ndarray = 100 * self.metres.mean(axis=1)
        return found

    @property
    def times_s(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the frames are in A and in B, (N,) each."""
        return self.frames * self.frame_times[0], self.frames_b * self.frame_times[1]


def moments_of(by: By, a: Side | None, b: Side | None) -> Moments:
    """When in B it is what moment of A; by time the phases need not be known. Raises Refused."""
    if by == "time" or a is None or b is None:
        return Moments()
    if by == "phase":
        return by_phase(a.series, b.series)
    try:
        aligned = align(a.series, b.series, by, (a.gait, b.gait))
    except PhaseError as error:
        raise Refused(sentence(error)) from error
    return Moments(float(aligned.times_s[0] - a.series.time_s[aligned.frames[0]]))


def compare_joints(a: OpenMotion, b: OpenMotion, by: By, moments: Moments) -> JointComparison:
    """How far ``b`` is from ``a`` over time. Raises Refused: nothing in common."""
    own, other = a.figure, b.figure
    found = pairs(joint_names(own), joint_names(other))
    if not found.names:
        raise Refused(f"{a.path.name} and {b.path.name} have no joint of the same name.")
    every = np.arange(own.frame_count)
    beside = moments.frames(every, own.frame_time, other)
    inside = (beside >= 0) & (beside < other.frame_count)
    frames, frames_b = every[inside], beside[inside]
    if not len(frames):
        raise Refused(f"{a.path.name} and {b.path.name} have no {by} in common.")
    metres = joint_distances(own.positions[frames], other.positions[frames_b], found)
    times = own.frame_time, other.frame_time
    return JointComparison((a.path.name, b.path.name), by, frames, frames_b, times, found, metres)


def joint_numbers(found: JointComparison) -> dict[str, Any]:
    """All of it as it is written in JSON."""
    mean, (time_s, time_b_s) = found.mean_cm, found.times_s
    row, joint = np.unravel_index(int(found.metres.argmax()), found.metres.shape)
    each = 100 * found.metres.mean(axis=0)
    return {
        "a": found.names[0],
        "b": found.names[1],
        "align": found.by,
        "frames": len(found.frames),
        "joints": len(found.pairs.names),
        "without_partner": list(found.pairs.alone),
        "mean_cm": float(mean.mean()),
        "p95_cm": float(np.percentile(mean, 95)),
        "worst_cm": 100 * float(found.metres[row, joint]),
        "worst_joint": found.pairs.names[int(joint)],
        "worst_frame": int(found.frames[row]),
        "worst_time_s": float(time_s[row]),
        "per_joint_cm": dict(zip(found.pairs.names, each.tolist(), strict=True)),
        "over_time": {
            "frame": found.frames.tolist(),
            "time_s": time_s.tolist(),
            "time_b_s": time_b_s.tolist(),
            "mean_cm": mean.tolist(),
        },
    }


def joints_told(found: JointComparison) -> list[str]:
    """What a person reads."""
    numbers = joint_numbers(found)
    lines = [
        f"{found.names[1]} beside {found.names[0]} by {found.by}, {numbers['frames']} frames, "
        f"{numbers['joints']} joints, root on root and turned to face alike:",
        f"  mean {numbers['mean_cm']:.1f} cm, p95 {numbers['p95_cm']:.1f} cm, worst "
        f"{numbers['worst_joint']} {numbers['worst_cm']:.1f} cm at "
        f"{numbers['worst_time_s']:.2f} s, frame {numbers['worst_frame']}",
    ]
    if found.pairs.alone:
        lines.append(f"  without a partner: {', '.join(found.pairs.alone)}")
    return lines


def save_joints(found: JointComparison, path: Path) -> None:
    """Writes all of it as NPZ. Raises CannotWrite."""
    time_s, time_b_s = found.times_s
    arrays = {
        "schema": "stridescope.joint_difference",
        "version": 1,
        "a": found.names[0],
        "b": found.names[1],
        "align": found.by,
        "frame": found.frames,
        "time": time_s,
        "time_b": time_b_s,
        "mean_cm": found.mean_cm,
        "joints": np.array(found.pairs.names),
        "distance": found.metres,
        "alone": np.array(found.pairs.alone, np.str_),
    }
    write_npz(path, arrays)


def joints_plot(found: JointComparison) -> Plot:
    """The mean over time, and every joint below."""
    time_s = found.times_s[0]
    mean = Curve("mean_cm", found.mean_cm, _TIME, time_s)
    heat = HeatMap(
        key="distance_cm",
        values=np.ascontiguousarray(100 * found.metres.T),
        row_key="joint",
        rows=np.arange(len(found.pairs.names)),
        column_key=_TIME,
        columns=time_s,
        scale=Axis("distance", "cm"),
        names=found.pairs.names,
    )
    across = Axis("time", "s")
    title = f"{found.names[1]} beside {found.names[0]}"
    panels = (
        Panel(across, Axis("mean of the joints", "cm"), (mean,)),
        Panel(across, Axis("joint"), heat=heat),
    )
    return Plot(title, panels)
