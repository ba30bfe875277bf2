"""What is measured of a motion when it is looked at closely: joints, distances, feet that slide.

The window and ``main.py inspect`` share it; no Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motion.phase.slides import FEET, Slide, slides
from motion.phase.stride import foot_skate

from .document import Marker
from .figure import Figure
from .joints import JointCurves, curves
from .language import tr, trn
from .markers import marker_columns, marker_rows
from .phase_csv import Column, save_columns

MOST_SLIDES = 50


@dataclass(frozen=True, eq=False)
class Skating:
    """Speeds (T, 2) m/s of the left and right foot in contact, NaN in the air; the worst slides."""

    speed: np.ndarray
    frame_time: float
    worst: tuple[Slide, ...]


@dataclass(frozen=True, eq=False)
class Inspection:
    """T frames, one every ``frame_time`` seconds; skating: None of a rig without feet."""

    frames: int
    frame_time: float
    joints: tuple[JointCurves, ...]
    skating: Skating | None
    markers: tuple[Marker, ...] = ()

    @property
    def apart(self) -> tuple[tuple[str, str, np.ndarray], ...]:
        """From which joint, to which, and how far (T,) they are apart, metres."""
        first, others = self.joints[:1], self.joints[1:]
        return tuple((a.name, b.name, a.apart(b)) for a in first for b in others)


def can_slide(figure: Figure) -> bool:
    """Whether it has feet of which contacts are known, and more than a frame."""
    return figure.skeleton is None and figure.contacts is not None and figure.frame_count > 1


def skating_of(figure: Figure) -> Skating | None:
    """How the feet slide; None where they cannot."""
    if figure.contacts is None or not can_slide(figure):
        return None
    speed = foot_skate(figure.positions, figure.contacts, figure.frame_time)
    return Skating(speed, figure.frame_time, slides(speed, figure.frame_time, most=MOST_SLIDES))


def inspect_figure(
    figure: Figure, names: Sequence[str], markers: Iterable[Marker] = ()
) -> Inspection:
    """All that is measured of ``figure`` and those of the joints ``names`` that it has."""
    found = (curves(figure, name) for name in names)
    joints = tuple(joint for joint in found if joint is not None)
    skating = skating_of(figure)
    return Inspection(figure.frame_count, figure.frame_time, joints, skating, tuple(markers))


def save_inspection(found: Inspection, path: Path) -> int:
    """Writes a row a frame; how many. Raises CannotWrite."""
    frames = np.arange(found.frames)
    columns: dict[str, Column] = {"frame": frames, "time_s": frames * found.frame_time}
    for joint in found.joints:
        columns |= {f"{joint.name}_{axis}_m": joint.positions[:, n] for n, axis in enumerate("xyz")}
        columns[f"{joint.name}_speed_m_per_s"] = joint.speeds
        if joint.contacts is not None:
            columns[f"{joint.name}_contact"] = joint.contacts.astype(int)
    for first, second, metres in found.apart:
        columns[f"{first}_to_{second}_m"] = metres
    if found.skating is not None:
        for side, foot in enumerate(FEET):
            columns[f"{foot}_skate_m_per_s"] = found.skating.speed[:, side]
    columns |= marker_columns(found.markers, found.frames, found.frame_time)
    return save_columns(path, columns)


def inspection_facts(found: Inspection) -> dict[str, Any]:
    """What was measured, as JSON has it; metres, seconds, m/s."""
    return {
        "frames": found.frames,
        "frame_time": found.frame_time,
        "joints": [_joint_facts(joint, found.frame_time) for joint in found.joints],
        "distances": [
            {"from": a, "to": b, **_ends(metres, found.frame_time)} for a, b, metres in found.apart
        ],
        "skate": None if found.skating is None else _skate_facts(found.skating),
        "markers": marker_rows(found.markers, found.frame_time),
    }


def inspection_told(found: Inspection) -> list[str]:
    """What was measured, a line each for a person."""
    told = []
    for joint in found.joints:
        facts = _joint_facts(joint, found.frame_time)
        height, speed = facts["height_m"], facts["speed_m_per_s"]
        line = (
            f"{joint.name}: {height['least']:.3f} to {height['most']:.3f} m high, "
            f"{speed['mean']:.2f} m/s, at most {speed['most']:.2f} at {speed['most_s']:.2f} s, "
            f"{facts['way_m']:.2f} m in all"
        )
        contact = facts["contact_share"]
        told.append(line if contact is None else f"{line}, in contact {contact:.0%} of the time")
    for first, second, metres in found.apart:
        ends = _ends(metres, found.frame_time)
        told.append(
            f"{first} to {second}: {ends['least']:.3f} m at {ends['least_s']:.2f} s, "
            f"{ends['most']:.3f} m at {ends['most_s']:.2f} s"
        )
    told += [f"{m['name']} at {m['time_s']:.2f} s" for m in marker_rows(found.markers, 1.0)]
    if found.skating is None:
        return [*told, "no feet that could slide"]
    return [*told, skating_words(found.skating)]


def skating_words(skating: Skating) -> str:
    """How the feet slide, in a sentence's worth of words."""
    count = len(skating.worst)
    if not count:
        return tr("no foot slides")
    slid = sum(slide.slid_m for slide in skating.worst)
    if count == MOST_SLIDES:
        return tr("the worst {n} slides of feet, {cm:.0f} cm in all", n=count, cm=100 * slid)
    return trn(
        "{n} slide of feet, {cm:.0f} cm in all",
        "{n} slides of feet, {cm:.0f} cm in all",
        count,
        cm=100 * slid,
    )


def _joint_facts(joint: JointCurves, frame_time: float) -> dict[str, Any]:
    steps = np.linalg.norm(np.diff(joint.positions, axis=0), axis=-1)
    touches = joint.contacts
    return {
        "name": joint.name,
        "height_m": _ends(joint.positions[:, 1], frame_time),
        "speed_m_per_s": _ends(joint.speeds, frame_time),
        "way_m": _number(steps.sum()),
        "contact_share": None if touches is None else _number(touches.mean()),
    }


def _ends(values: np.ndarray, frame_time: float) -> dict[str, float]:
    """Mean, least and most of (T,), and when, seconds."""
    least, most = int(values.argmin()), int(values.argmax())
    return {
        "mean": _number(values.mean(dtype=np.float64)),
        "least": _number(values[least]),
        "least_s": _number(least * frame_time),
        "most": _number(values[most]),
        "most_s": _number(most * frame_time),
    }


def _skate_facts(skating: Skating) -> dict[str, Any]:
    held = [side[np.isfinite(side)] for side in skating.speed.T]
    return {
        **{
            f"{foot}_p90_m_per_s": _number(np.percentile(speed, 90)) if len(speed) else None
            for foot, speed in zip(FEET, held, strict=True)
        },
        "worst": [asdict(slide) for slide in skating.worst],
    }


def _number(value: float) -> float:
    return round(float(value), 6)
