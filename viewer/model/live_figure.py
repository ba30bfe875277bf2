"""The simulated character as the stage draws it; no Qt, no MuJoCo."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from character.anatomy import NAMES
from character.canonical import SAME, from_canonical_axes, to_canonical_axes
from character.drive.state import Goal
from character.instant import Instant
from character.live.messages import CharacterFrame
from character.shapes import Shapes
from motion import quat
from motion.canonical import FOOT_JOINTS, INDEX, JOINTS, PARENTS
from motion.restyling.live import LivePose
from render.character import arrows, crate, plumb, sticks, way_marks
from render.color_schemes import ColorScheme, Rgb
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
_BODIES = {INDEX[joint]: NAMES.index(body) for body, joint in SAME.items()}
_REACH = 0.9
_TALL = 1.75


def _body_of(joint: int) -> int:
    """The body that a canonical joint lies on: its own, or that of what carries it."""
    return _BODIES[joint] if joint in _BODIES else _body_of(int(PARENTS[joint]))


_BODY_OF = np.array([_body_of(joint) for joint in range(len(JOINTS))])


@dataclass(frozen=True)
class CharacterLook:
    """What is shown of the simulation besides the body."""

    reference: bool = True
    efforts: bool = False
    forces: bool = False
    balance: bool = False


def character_look(looks: Looks) -> CharacterLook:
    """What of the simulation a document wants to be shown."""
    return CharacterLook(looks.reference, looks.efforts, looks.forces, looks.balance)


def to_stage(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the simulation in the axes of the stage."""
    return to_canonical_axes(vectors)


def from_stage(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the stage in the axes of the simulation."""
    return from_canonical_axes(vectors)


def on_bodies(shares: np.ndarray) -> np.ndarray:
    """Of each body (15,) the largest share of the canonical joints (22,) that lie on it."""
    found = np.zeros(len(NAMES))
    np.maximum.at(found, _BODY_OF, shares)
    return found


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
        pose = self.record.pose(self.record.first + frame)
        if pose is None:
            return None
        ground = np.array([1, 0, 1], np.float32)
        stands: np.ndarray = to_stage(self.frame.step.body.joints[0]) * ground
        return pose + (stands - pose[0] * ground).astype(np.float32)

    def remembered(self) -> list[np.ndarray]:
        return self.record.motions()

    @property
    def centres(self) -> np.ndarray:
        """Centres of mass of the bodies (15, 3) in stage axes."""
        return to_stage(self.frame.step.body.centres)

    @property
    def surface(self) -> tuple[np.ndarray, np.ndarray]:
        """The sticks that it consists of: ends (15, 2, 3) in stage axes, radii (15,)."""
        body = self.frame.step.body
        ends, _ = self.shapes.placed(body.joints, body.rotations)
        return to_stage(ends), self.shapes.radii

    @property
    def sideways(self) -> np.ndarray:
        """How far the one beside it stands to the side (3,): to the left of the stage."""
        return np.array([_BESIDE_M, 0.0, 0.0])

    def scene(
        self, look: Look, preview: np.ndarray | None, paint: np.ndarray | None = None
    ) -> Scene:
        scheme = look.stage_scheme
        nothing = np.zeros(3)
        solids, ghosts, lines, marks, points = [], [], [], [], []
        both = [(self.frame, nothing)]
        if self.beside is not None:
            both.append((self.beside, self.sideways))
        for frame, shift in both:
            colors = _colors(scheme, tinted=frame is self.beside)
            own = paint if frame is self.frame else None
            solids.append(self._objects(frame, scheme).moved(shift))
            body = self._simulated(frame, colors, scheme, own).moved(shift)
            styled = self._styled(frame)
            if styled is not None:
                seen = mannequin(styled.pose, scheme.figure)
                solids.append(
                    seen if own is None else seen.painted(heat(at_parts(own), scheme.heat))
                )
                ghosts.append(body.faded(_PHYSICS_ALPHA))
            else:
                solids.append(body)
            if self.look.reference and styled is None:
                reference = self._body(frame.step.reference, colors)
                ghosts.append(reference.colored(scheme.ghost, _REFERENCE_ALPHA).moved(shift))
            if self.look.balance:
                com = to_stage(frame.com) + shift
                line, mark = plumb(com, (*scheme.accent, 0.9))
                lines.append(line)
                marks.append(mark)
                points.append(dots(com[None], (*scheme.accent, 1.0), 11.0))
            if frame.drive is not None and frame.drive.goal is not None:
                line, marks_of_way = _way(frame, frame.drive.goal, shift, scheme)
                lines.append(line)
                marks.append(marks_of_way)
            if look.contacts and styled is not None:
                feet = styled.pose[list(FOOT_JOINTS)]
                marks.append(contact_marks(feet, styled.contacts, scheme))
            elif look.contacts:
                marks.append(_contact_marks(frame, shift, scheme))
        if self.pull is not None:
            number, force = self.pull
            start = self.centres[number][None]
            tip = start + force / NEWTONS_PER_METRE
            solids.append(arrows(start, tip, scheme.accent))
        if preview is not None:
            ghosts.append(mannequin(preview, scheme.figure).colored(scheme.ghost, PREVIEW_ALPHA))
        return Scene(
            capsules=CapsuleBatch.join(solids),
            ghosts=CapsuleBatch.join(ghosts),
            lines=LineBatch.join(lines),
            points=PointBatch.join(points),
            discs=DiscBatch.join(marks),
            scheme=scheme,
        )

    def _styled(self, frame: CharacterFrame) -> LivePose | None:
        """How the body of ``frame`` looks in a style; that of the one beside it wears none."""
        return self.styled if frame is self.frame else None

    def _simulated(
        self,
        frame: CharacterFrame,
        colors: np.ndarray,
        scheme: ColorScheme,
        paint: np.ndarray | None,
    ) -> CapsuleBatch:
        """The body that is simulated, with its torques if they are to be seen."""
        body = self._body(frame.step.body, colors)
        if paint is not None:
            return body.painted(heat(on_bodies(paint), scheme.heat))
        return body.painted(heat(frame.effort, scheme.heat)) if self.look.efforts else body

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

    def _body(self, instant: Instant, colors: np.ndarray) -> CapsuleBatch:
        ends, widening = self.shapes.placed(instant.joints, instant.rotations)
        return sticks(to_stage(ends), self.shapes.radii, to_stage(widening), colors)


def _colors(scheme: ColorScheme, tinted: bool) -> np.ndarray:
    """Colours of the 15 bodies (15, 3); tinted: of the one that stands beside."""
    palette = scheme.figure
    sides: dict[str, Rgb] = {"left": palette.left, "right": palette.right}
    found = np.array([sides.get(name.partition("_")[0], palette.body) for name in NAMES])
    return found + _TINT * (np.array(scheme.ghost) - found) if tinted else found


def _way(
    frame: CharacterFrame, goal: Goal, shift: np.ndarray, scheme: ColorScheme
) -> tuple[LineBatch, DiscBatch]:
    """Where it goes, and the way there."""
    body = frame.step.body
    x, y, z = body.joints[0].tolist()
    way = to_stage(way_to((x, y, z), body.heading, (goal.x, goal.z))) + shift
    return way_marks(way, to_stage(np.array([goal.x, 0.0, goal.z])) + shift, scheme.accent)


def _contact_marks(frame: CharacterFrame, shift: np.ndarray, scheme: ColorScheme) -> DiscBatch:
    """Where the character touches the ground."""
    low = frame.contact_points[frame.contact_points[:, 1] < _ON_GROUND_M]
    data = np.zeros((len(low), 8), np.float32)
    data[:, 0:3] = (to_stage(low) + shift) * [1, 0, 1]
    data[:, 3], data[:, 4:7], data[:, 7] = _MARK_M, scheme.accent, 0.9
    return DiscBatch(data)
