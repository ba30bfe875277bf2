"""The simulated character as the stage draws it; no Qt, no MuJoCo."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from character.anatomy import JOINTED, NAMES
from character.canonical import from_canonical_axes, to_canonical_axes
from character.drive.state import Goal
from character.live.messages import CharacterFrame
from character.shapes import Shapes
from motion import quat
from motion.canonical import FOOT_JOINTS
from motion.restyling.live import LivePose
from render.character import arrows, crate, plumb, way_marks
from render.color_schemes import ColorScheme, Palette, Rgb
from render.heat import heat
from render.mannequin import at_parts, mannequin
from render.scene import (
    CapsuleBatch,
    DiscBatch,
    LineBatch,
    PointBatch,
    Scene,
    contact_marks,
    dots,
)

from .body_look import AsMannequin, AsShapes, BodyLook
from .document import Looks
from .figure import LYING_M, PREVIEW_ALPHA, Look
from .record import Record
from .way import way_to

NEWTONS_PER_METRE = 250.0
"""How much force an arrow of a metre stands for: a push."""
_CONTACT_NEWTONS_PER_METRE = 1500.0
_LONGEST_M = 2.0
_REFERENCE_ALPHA, _PHYSICS_ALPHA = 0.30, 0.50
_BESIDE_M = 1.5
_TINT = 0.45
_ON_GROUND_M, _MARK_M = 0.03, 0.03
_JOINT_POINTS = 9.0
_REACH = 0.9
_TALL = 1.75
_JOINTED = list(JOINTED)
_MANNEQUIN = AsMannequin()


@dataclass(frozen=True)
class CharacterLook:
    """What is shown of the simulation; bodies: what collides, and the joints in their torques."""

    reference: bool = True
    efforts: bool = False
    forces: bool = False
    balance: bool = False
    bodies: bool = False


def character_look(looks: Looks) -> CharacterLook:
    """What of the simulation a document wants to be shown."""
    return CharacterLook(looks.reference, looks.efforts, looks.forces, looks.balance, looks.bodies)


def to_stage(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the simulation in the axes of the stage."""
    return to_canonical_axes(vectors)


def from_stage(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the stage in the axes of the simulation."""
    return from_canonical_axes(vectors)


@dataclass
class CharacterFigure:
    """The newest frame of the character, and of one beside it; what the stage asks for.

    pull: a push being drawn, the body's number and the force (3,) in newtons and stage axes.
    styled: how it looks in the style that is worn; the simulated body is a ghost then, and what
    it imitates is not seen.
    """

    shapes: Shapes
    record: Record
    frame: CharacterFrame
    beside: CharacterFrame | None = None
    look: CharacterLook = field(default_factory=CharacterLook)
    pull: tuple[int, np.ndarray] | None = None
    styled: LivePose | None = None

    @property
    def first(self) -> int:
        return self.record.first

    @property
    def moment(self) -> tuple[object, ...]:
        """The frames, look, pull and style that are shown, to be told apart by identity."""
        return self.frame, self.beside, self.look, self.pull, self.styled

    def root(self, frame: int) -> np.ndarray:
        """Where the root is, between the two if there are two, (3,) metres."""
        place = to_stage(self.frame.step.body.joints[0])
        if self.beside is not None:
            other = to_stage(self.beside.step.body.joints[0]) + self.sideways
            place = (place + other) / 2
        return place.astype(np.float32)

    def heading(self, frame: int) -> float | None:
        """Where it faces, as ``Figure.heading`` has it; None while it lies."""
        body = self.frame.step.body
        ahead = to_stage(np.array([np.cos(body.heading), 0.0, -np.sin(body.heading)]))
        stands = float(body.joints[0, 1]) > LYING_M
        return float(np.arctan2(ahead[0], ahead[2])) if stands else None

    def reach(self, frame: int) -> np.ndarray:
        """Eight points (8, 3) that hold the character, or both, standing."""
        x, _, z = self.root(frame)
        radius = _REACH + (_BESIDE_M / 2 if self.beside is not None else 0.0)
        ways = ((radius, 0), (-radius, 0), (0, radius), (0, -radius))
        points = [(x + dx, y, z + dz) for dx, dz in ways for y in (0.0, _TALL)]
        return np.array(points, np.float32)

    def phase_frame(self, frame: int) -> np.ndarray | None:
        return self.record.phase_frame(self.record.first + frame)

    def pose(self, frame: int) -> np.ndarray | None:
        poses = self.recent(frame, 1)
        return poses[0] if len(poses) else None

    def recent(self, frame: int, frames: int) -> np.ndarray:
        poses = self.record.recent(self.record.first + frame, frames)
        if not len(poses):
            return poses
        ground = np.array([1, 0, 1], np.float32)
        stands: np.ndarray = to_stage(self.frame.step.body.joints[0]) * ground
        return poses + (stands - poses[-1, 0] * ground).astype(np.float32)

    def remembered(self) -> list[np.ndarray]:
        return self.record.motions()

    @property
    def centres(self) -> np.ndarray:
        """Centres of mass of the bodies (15, 3) in stage axes."""
        return to_stage(self.frame.step.body.centres)

    @property
    def surface(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What is seen as sticks: ends (N, 2, 3) in stage axes, radii (N,), their bodies (N,)."""
        return self._seen.surface(self.frame.step.body)

    @property
    def _seen(self) -> BodyLook:
        return AsShapes(self.shapes) if self.look.bodies else _MANNEQUIN

    @property
    def sideways(self) -> np.ndarray:
        """How far the one beside it stands to the side (3,): to the left of the stage."""
        return np.array([_BESIDE_M, 0.0, 0.0])

    def scene(
        self, look: Look, preview: np.ndarray | None, paint: np.ndarray | None = None
    ) -> Scene:
        scheme = look.stage_scheme
        parts = _Parts()
        self._add(parts, self.frame, np.zeros(3), look, paint)
        if self.beside is not None:
            self._add(parts, self.beside, self.sideways, look, None)
        if self.pull is not None:
            number, force = self.pull
            start = self.centres[number][None]
            tip = start + force / NEWTONS_PER_METRE
            parts.solids.append(arrows(start, tip, scheme.accent))
        if preview is not None:
            ghost = mannequin(preview, scheme.figure).colored(scheme.ghost, PREVIEW_ALPHA)
            parts.ghosts.append(ghost)
        return parts.scene(scheme)

    def _add(
        self,
        parts: _Parts,
        frame: CharacterFrame,
        shift: np.ndarray,
        look: Look,
        paint: np.ndarray | None,
    ) -> None:
        """What is seen of one character, ``shift`` (3,) metres from where it is."""
        scheme, styled = look.stage_scheme, self._styled(frame)
        parts.solids.append(self._objects(frame, scheme).moved(shift))
        body = self._simulated(frame, scheme, paint).moved(shift)
        if styled is not None:
            worn = mannequin(styled.pose, scheme.figure)
            if paint is not None:
                worn = worn.painted(heat(at_parts(paint), scheme.heat))
            parts.solids.append(worn)
            parts.ghosts.append(body.faded(_PHYSICS_ALPHA))
        else:
            parts.solids.append(body)
        if self.look.reference and styled is None:
            reference = self._seen.drawn(frame.step.reference, scheme.figure)
            parts.ghosts.append(reference.colored(scheme.ghost, _REFERENCE_ALPHA).moved(shift))
        if self.look.bodies:
            parts.points.append(_joint_dots(frame, shift, scheme))
        self._mark(parts, frame, shift, look)

    def _mark(self, parts: _Parts, frame: CharacterFrame, shift: np.ndarray, look: Look) -> None:
        """What is seen of its balance, its way and its contacts."""
        scheme, styled = look.stage_scheme, self._styled(frame)
        if self.look.balance:
            com = to_stage(frame.com) + shift
            line, mark = plumb(com, (*scheme.accent, 0.9))
            parts.lines.append(line)
            parts.marks.append(mark)
            parts.points.append(dots(com[None], (*scheme.accent, 1.0), 11.0))
        if frame.drive is not None and frame.drive.goal is not None:
            line, marks = _way(frame, frame.drive.goal, shift, scheme)
            parts.lines.append(line)
            parts.marks.append(marks)
        if look.contacts and styled is not None:
            feet = styled.pose[list(FOOT_JOINTS)]
            parts.marks.append(contact_marks(feet, styled.contacts, scheme))
        elif look.contacts:
            parts.marks.append(_contact_marks(frame, shift, scheme))

    def _styled(self, frame: CharacterFrame) -> LivePose | None:
        """How the body of ``frame`` looks in a style; that of the one beside it wears none."""
        return self.styled if frame is self.frame else None

    def _simulated(
        self, frame: CharacterFrame, scheme: ColorScheme, paint: np.ndarray | None
    ) -> CapsuleBatch:
        """The body that is simulated, painted with shares of its joints or with its torques."""
        palette = scheme.figure
        if frame is self.beside:
            palette = _tinted(palette, scheme.ghost)
        body = self._seen.drawn(frame.step.body, palette)
        if paint is not None:
            return body.painted(heat(self._seen.of_joints(paint), scheme.heat))
        if self.look.efforts:
            return body.painted(heat(self._seen.of_bodies(frame.effort), scheme.heat))
        return body

    def _objects(self, frame: CharacterFrame, scheme: ColorScheme) -> CapsuleBatch:
        """The box, and the forces that are to be seen."""
        parts = [CapsuleBatch.empty()]
        if frame.box is not None:
            box = frame.box
            axes = to_stage(quat.rotate(box.rotation, np.eye(3)))
            faces, rims = scheme.figure.left, scheme.figure.joint
            parts.append(crate(to_stage(box.position), axes, box.side, faces, rims))
        if frame.pushes:
            starts = to_stage(frame.step.body.centres[[NAMES.index(p.body) for p in frame.pushes]])
            forces = to_stage(np.array([p.force for p in frame.pushes]))
            parts.append(arrows(starts, starts + forces / NEWTONS_PER_METRE, scheme.accent))
        if self.look.forces and len(frame.contact_points):
            starts, forces = to_stage(frame.contact_points), to_stage(frame.contact_forces)
            lengths = np.linalg.norm(forces, axis=1, keepdims=True) / _CONTACT_NEWTONS_PER_METRE
            forces = forces / np.maximum(lengths / _LONGEST_M, 1.0)
            ends = starts + forces / _CONTACT_NEWTONS_PER_METRE
            parts.append(arrows(starts, ends, scheme.ghost, 0.6))
        return CapsuleBatch.join(parts)


@dataclass
class _Parts:
    """What a scene is made of."""

    solids: list[CapsuleBatch] = field(default_factory=list)
    ghosts: list[CapsuleBatch] = field(default_factory=list)
    lines: list[LineBatch] = field(default_factory=list)
    marks: list[DiscBatch] = field(default_factory=list)
    points: list[PointBatch] = field(default_factory=list)

    def scene(self, scheme: ColorScheme) -> Scene:
        return Scene(
            capsules=CapsuleBatch.join(self.solids),
            ghosts=CapsuleBatch.join(self.ghosts),
            lines=LineBatch.join(self.lines),
            points=PointBatch.join(self.points),
            discs=DiscBatch.join(self.marks),
            scheme=scheme,
        )


@lru_cache(8)
def _tinted(palette: Palette, color: Rgb) -> Palette:
    """Colours of the body that stands beside."""
    return palette.tinted(color, _TINT)


def _joint_dots(frame: CharacterFrame, shift: np.ndarray, scheme: ColorScheme) -> PointBatch:
    """The joints, seen through the bodies, in the colours of their torques."""
    colors = np.ones((len(_JOINTED), 4))
    colors[:, :3] = heat(frame.effort[_JOINTED], scheme.heat)
    places = to_stage(frame.step.body.joints[_JOINTED]) + shift
    return dots(places, colors, _JOINT_POINTS)


def _way(
    frame: CharacterFrame, goal: Goal, shift: np.ndarray, scheme: ColorScheme
) -> tuple[LineBatch, DiscBatch]:
    """Where it goes, and the way there."""
    body = frame.step.body
    x, y, z = body.joints[0].tolist()
    way = way_to((x, y, z), body.heading, (goal.x, goal.z))
    way = to_stage(way[:0] if goal.reached else way) + shift
    return way_marks(way, to_stage(np.array([goal.x, 0.0, goal.z])) + shift, scheme.accent)


def _contact_marks(frame: CharacterFrame, shift: np.ndarray, scheme: ColorScheme) -> DiscBatch:
    """Where the character touches the ground."""
    low = frame.contact_points[frame.contact_points[:, 1] < _ON_GROUND_M]
    data = np.zeros((len(low), 8), np.float32)
    data[:, 0:3] = (to_stage(low) + shift) * [1, 0, 1]
    data[:, 3], data[:, 4:7], data[:, 7] = _MARK_M, scheme.accent, 0.9
    return DiscBatch(data)
