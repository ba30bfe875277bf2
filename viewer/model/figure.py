"""From a moment of a motion to the scene that shows it; no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np

from motion.canonical import FOOT_JOINTS, INDEX
from motion.features import phase_frames
from motion.measure import sample
from motion.skeleton import Skeleton
from render.color_schemes import DARK, ColorScheme, Palette, Rgb
from render.heat import heat
from render.mannequin import at_parts, at_sticks, mannequin, mannequins, stick_figure
from render.scene import (
    CapsuleBatch,
    DiscBatch,
    LineBatch,
    Scene,
    contact_marks,
    trail,
)

TRAIL_JOINTS = tuple(
    INDEX[name] for name in ("LeftHand", "RightHand", "LeftToeBase", "RightToeBase", "Head")
)
TRAIL_S = 1.0
GHOST_STEP_S = 0.4
GHOST_COUNT = 2
_TRAIL_POINTS = 60
_MEASURED = 4096
"""Poses of a longer motion, spread over it, that tell how far it reaches."""
_GHOST_ALPHA = 0.28
PREVIEW_ALPHA = 0.42
LYING_M = 0.6
"""A root that is lower says nothing of where the figure faces."""
_LEFT_HIP, _RIGHT_HIP = INDEX["LeftUpLeg"], INDEX["RightUpLeg"]
_LEFT_ARM, _RIGHT_ARM = INDEX["LeftArm"], INDEX["RightArm"]


@dataclass(frozen=True, eq=False)
class Figure:
    """A motion to be drawn.

    positions: (T, J, 3) metres, Y up; the canonical body unless ``skeleton`` is
    given. contacts: (T, 4) in 0..1 or None. known_phases: DeepPhase's inputs (T, 132) or None.
    """

    positions: np.ndarray
    frame_time: float
    skeleton: Skeleton | None = None
    contacts: np.ndarray | None = None
    known_phases: np.ndarray | None = None

    first = 0
    """The number of its first frame."""

    @property
    def phases(self) -> np.ndarray | None:
        """DeepPhase's inputs (T, 132), None where they are not known."""
        return self.known_phases

    @property
    def frame_count(self) -> int:
        return len(self.positions)

    def root(self, frame: int) -> np.ndarray:
        """Where the root joint is, (3,) metres."""
        return self.positions[frame, 0]

    def heading(self, frame: int) -> float | None:
        """Where it faces: radians about +Y, 0 along +Z and a quarter turn along +X.

        None for another body than the canonical, and where it lies or its numbers say nothing.
        """
        if self.skeleton is not None:
            return None
        pose = self.positions[frame]
        across = (pose[_LEFT_HIP] - pose[_RIGHT_HIP]) + (pose[_LEFT_ARM] - pose[_RIGHT_ARM])
        faces = bool(np.isfinite(pose).all() and pose[0, 1] > LYING_M)
        return float(np.arctan2(-across[2], across[0])) if faces else None

    def reach(self, frame: int) -> np.ndarray:
        """Eight points (8, 3) about the root at ``frame`` that hold practically every pose.

        A camera that has them in view and follows the root does not lose the figure.
        """
        radius, low, high = self._extent
        x, _, z = self.root(frame)
        ways = ((radius, 0), (-radius, 0), (0, radius), (0, -radius))
        return np.array([(x + dx, y, z + dz) for dx, dz in ways for y in (low, high)], np.float32)

    def phase_frame(self, frame: int) -> np.ndarray | None:
        """DeepPhase's input (132,) at a frame; None where it is not known."""
        return None if self.phases is None else self.phases[frame]

    def pose(self, frame: int) -> np.ndarray | None:
        """The canonical pose (22, 3) at a frame; None of another body."""
        return self.positions[frame] if self.skeleton is None else None

    @cached_property
    def _extent(self) -> tuple[float, float, float]:
        """Farthest from the root on the ground, in 98 of 100 poses; lowest and highest; metres."""
        poses = self.positions[sample(len(self.positions), _MEASURED)]
        away = poses - poses[:, :1]
        radii = np.hypot(away[..., 0], away[..., 2]).max(axis=1)
        heights = poses[..., 1]
        return float(np.percentile(radii, 98)), float(heights.min()), float(heights.max())


class DecodedFigure(Figure):
    """A decoded window of the canonical body: so short that its phases are found when asked for."""

    @cached_property
    def phases(self) -> np.ndarray:
        """DeepPhase's inputs (60, 132)."""
        return phase_frames(self.positions, self.frame_time)


@dataclass(frozen=True)
class Look:
    """What is shown besides the figure itself."""

    scheme: ColorScheme = DARK
    grid: bool = True
    shadow: bool = True
    contacts: bool = True
    trails: bool = False
    ghosts: bool = False

    @property
    def stage_scheme(self) -> ColorScheme:
        """The scheme with what is switched off made invisible."""
        return _stage_scheme(self.scheme, self.grid, self.shadow)


@lru_cache(16)
def _stage_scheme(scheme: ColorScheme, grid: bool, shadow: bool) -> ColorScheme:
    return replace(
        scheme,
        grid_strength=scheme.grid_strength if grid else 0.0,
        shadow=scheme.shadow if shadow else 0.0,
    )


class LiveFigure(Protocol):
    """What moves by itself: the stage shows it as it is now, whatever frame it is asked for."""

    @property
    def first(self) -> int:
        """The number of its oldest frame; the transport counts from it."""

    @property
    def moment(self) -> tuple[object, ...]:
        """What it shows now: the same objects while that looks the same."""

    def root(self, frame: int) -> np.ndarray: ...

    def heading(self, frame: int) -> float | None:
        """Where it faces, as ``Figure.heading`` has it."""

    def reach(self, frame: int) -> np.ndarray: ...

    def scene(
        self, look: Look, preview: np.ndarray | None, paint: np.ndarray | None = None
    ) -> Scene:
        """As it looks now, with a translucent canonical pose (22, 3) beside it; paint (22,) in
        0..1 colours the joints."""

    def phase_frame(self, frame: int) -> np.ndarray | None:
        """DeepPhase's input (132,) at a frame; None where it knows too little."""

    def pose(self, frame: int) -> np.ndarray | None:
        """The canonical pose (22, 3) at a frame; None where it is not remembered."""

    def recent(self, frame: int, frames: int) -> np.ndarray:
        """The canonical poses (N, 22, 3) of up to ``frames`` frames since the last cut, of which
        ``frame`` is the last, where that is on the stage; none where it is not remembered."""

    def remembered(self) -> list[np.ndarray]:
        """The canonical poses (N, 22, 3) of all frames it remembers, a motion between cuts each."""


def build_scene(
    figure: Figure,
    frame: int,
    look: Look,
    preview: np.ndarray | None = None,
    paint: np.ndarray | None = None,
    body: CapsuleBatch | None = None,
) -> Scene:
    """The scene of ``frame``; ``preview`` (22, 3) adds a translucent canonical pose.

    ``paint`` (J,) in 0..1 colours the joints by the scheme's heat, but where it is NaN. body: of
    the figure there, where that is made already.
    """
    scheme = look.stage_scheme
    ghosts = _ghosts(figure, frame, scheme) if look.ghosts else []
    if preview is not None:
        pose = mannequin(preview, scheme.figure)
        ghosts.append(pose.colored(scheme.ghost, PREVIEW_ALPHA))
    body = _body(figure, frame, scheme) if body is None else body
    if paint is not None and len(paint) == figure.positions.shape[1]:
        body = _painted(body, figure.skeleton, paint, scheme)
    return Scene(
        capsules=body,
        ghosts=CapsuleBatch.join(ghosts) if ghosts else CapsuleBatch.empty(),
        lines=_trails(figure, frame, scheme) if look.trails else LineBatch.empty(),
        discs=_contacts(figure, frame, scheme) if look.contacts else DiscBatch.empty(),
        scheme=scheme,
    )


def figure_body(skeleton: Skeleton | None, pose: np.ndarray, palette: Palette) -> CapsuleBatch:
    """The body of a pose (J, 3), metres; the canonical one unless ``skeleton`` is given."""
    if skeleton is None:
        return mannequin(pose, palette)
    return stick_figure(skeleton, pose, palette)


def figure_bodies(
    poses: Sequence[tuple[Skeleton | None, np.ndarray]], palette: Palette
) -> list[CapsuleBatch]:
    """``figure_body`` of each of ``poses``: skeletons and joints (J, 3); many canonical ones cost
    little more than one."""
    canonical = [pose for skeleton, pose in poses if skeleton is None]
    made: Iterator[CapsuleBatch] = iter(())
    if canonical:
        made = iter(mannequins(np.array(canonical), palette))
    return [
        next(made) if skeleton is None else stick_figure(skeleton, pose, palette)
        for skeleton, pose in poses
    ]


def _body(figure: Figure, frame: int, scheme: ColorScheme) -> CapsuleBatch:
    return figure_body(figure.skeleton, figure.positions[frame], scheme.figure)


def _painted(
    body: CapsuleBatch, skeleton: Skeleton | None, paint: np.ndarray, scheme: ColorScheme
) -> CapsuleBatch:
    shares = at_parts(paint) if skeleton is None else at_sticks(skeleton, paint)
    unknown = np.isnan(shares)[:, None]
    return body.painted(np.where(unknown, body.data[:, 12:15], heat(shares, scheme.heat)))


def _ghosts(figure: Figure, frame: int, scheme: ColorScheme) -> list[CapsuleBatch]:
    """Poses before and after ``frame``, fainter the farther they are."""
    step = max(round(GHOST_STEP_S / figure.frame_time), 1)
    found = []
    for n in (*range(-GHOST_COUNT, 0), *range(1, GHOST_COUNT + 1)):
        at = frame + n * step
        if 0 <= at < figure.frame_count:
            color: Rgb = scheme.ghost if n > 0 else scheme.accent
            found.append(_body(figure, at, scheme).colored(color, _GHOST_ALPHA / abs(n)))
    return found


def _trails(figure: Figure, frame: int, scheme: ColorScheme) -> LineBatch:
    """Paths of hands, toes and head over the last second."""
    joints = TRAIL_JOINTS if figure.skeleton is None else (0,)
    span = max(round(TRAIL_S / figure.frame_time), 1)
    stride = max(span // _TRAIL_POINTS, 1)
    frames = np.arange(frame, max(frame - span, -1), -stride)[::-1]
    colors = (scheme.figure.left, scheme.figure.right)
    return LineBatch.join(
        [
            trail(figure.positions[frames, joint], (*colors[n % 2], 0.9))
            for n, joint in enumerate(joints)
        ]
    )


def _contacts(figure: Figure, frame: int, scheme: ColorScheme) -> DiscBatch:
    if figure.contacts is None:
        return DiscBatch.empty()
    feet = figure.positions[frame, list(FOOT_JOINTS)]
    return contact_marks(feet, figure.contacts[frame], scheme)
