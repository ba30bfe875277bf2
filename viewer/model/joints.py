"""The joints of a figure in numbers: at a moment, on their way, over the whole motion; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from motion.canonical import FOOT_JOINTS, JOINTS
from motion.contacts import contacts, velocity
from motion.features import FPS

from .figure import Figure, LiveFigure
from .language import tr

_CONTACT_FRAMES = 8
"""Poses that a live figure's contacts are read from."""


@dataclass(frozen=True, eq=False)
class JointReading:
    """A joint at a moment: metres (3,), m/s; contact: None where it is no part of a foot."""

    name: str
    position: np.ndarray
    speed: float
    contact: bool | None

    def lines(self) -> tuple[str, ...]:
        """What there is to say of it, for a person."""
        x, y, z = self.position.tolist()
        told = (f"x {x:.2f}  y {y:.2f}  z {z:.2f} m", f"{self.speed:.2f} m/s")
        if self.contact is None:
            return told
        return (*told, tr("in contact") if self.contact else tr("in the air"))


@dataclass(frozen=True, eq=False)
class JointCurves:
    """A joint over T frames: positions (T, 3) metres, speeds (T,) m/s, of a foot contacts (T,)."""

    name: str
    positions: np.ndarray
    speeds: np.ndarray
    contacts: np.ndarray | None

    def apart(self, other: JointCurves) -> np.ndarray:
        """How far (T,) the two are from each other, metres."""
        distance: np.ndarray = np.linalg.norm(self.positions - other.positions, axis=-1)
        return distance


def joint_names(figure: Figure | LiveFigure) -> tuple[str, ...]:
    """The names of the joints of its poses."""
    skeleton = figure.skeleton if isinstance(figure, Figure) else None
    return JOINTS if skeleton is None else skeleton.names


def number_of(figure: Figure | LiveFigure, name: str) -> int | None:
    """Which of its joints is called ``name``; None for none."""
    names = joint_names(figure)
    return names.index(name) if name in names else None


def recent_poses(figure: Figure | LiveFigure, frame: int, frames: int) -> np.ndarray:
    """Its poses (N, J, 3) of up to ``frames`` frames that end with ``frame``, metres."""
    if isinstance(figure, Figure):
        return figure.positions[max(frame - frames + 1, 0) : frame + 1]
    return figure.recent(frame, frames)


def frame_time_of(figure: Figure | LiveFigure) -> float:
    """Seconds from frame to frame."""
    return figure.frame_time if isinstance(figure, Figure) else 1 / FPS


def reading(figure: Figure | LiveFigure, frame: int, name: str) -> JointReading | None:
    """What the joint ``name`` does at ``frame``; None where that is not known."""
    joint = number_of(figure, name)
    if joint is None:
        return None
    if isinstance(figure, Figure):
        first = max(frame - 1, 0)
        poses = figure.positions[first : frame + 2, joint]
    else:
        poses = figure.recent(frame, 2)[:, joint]
        first = frame - len(poses) + 1
    if not len(poses) or not np.isfinite(poses[frame - first]).all():
        return None
    speed = float(np.linalg.norm(velocity(poses, frame_time_of(figure))[frame - first]))
    return JointReading(name, poses[frame - first], speed, _contact(figure, frame, joint))


def curves(figure: Figure, name: str) -> JointCurves | None:
    """The joint ``name`` over all frames; None where the figure has none of that name.

    Some 10 ms for 200,000 frames.
    """
    joint = number_of(figure, name)
    if joint is None:
        return None
    positions = figure.positions[:, joint]
    speeds = np.linalg.norm(velocity(positions, figure.frame_time), axis=-1)
    foot = _foot(figure, joint)
    touches = None if figure.contacts is None or foot is None else figure.contacts[:, foot] > 0.5
    return JointCurves(name, positions, speeds, touches)


def remembered_curves(
    motions: Sequence[np.ndarray], shift: np.ndarray, name: str
) -> JointCurves | None:
    """The joint ``name`` over canonical ``motions`` (N, 22, 3) at 30 fps, one after the other.

    No speed is told from one to the next. shift: how far they lie from where they are, (3,).
    """
    figures = [Figure(each, 1 / FPS, None, contacts(each, 1 / FPS)) for each in motions]
    found = [part for each in figures if (part := curves(each, name)) is not None]
    if not found:
        return None
    touches = [part.contacts for part in found if part.contacts is not None]
    return JointCurves(
        name,
        np.concatenate([part.positions for part in found]) + shift,
        np.concatenate([part.speeds for part in found]),
        np.concatenate(touches) if touches else None,
    )


def _foot(figure: Figure | LiveFigure, joint: int) -> int | None:
    """Which part of the feet a canonical joint is."""
    canonical = not isinstance(figure, Figure) or figure.skeleton is None
    return FOOT_JOINTS.index(joint) if canonical and joint in FOOT_JOINTS else None


def _contact(figure: Figure | LiveFigure, frame: int, joint: int) -> bool | None:
    foot = _foot(figure, joint)
    if foot is None:
        return None
    if isinstance(figure, Figure):
        known = figure.contacts
        return None if known is None else bool(known[frame, foot] > 0.5)
    return bool(contacts(figure.recent(frame, _CONTACT_FRAMES), 1 / FPS)[-1, foot] > 0.5)
