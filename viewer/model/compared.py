"""What the viewports of a comparison show at a moment: frames, differences, scenes; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from motion.features import FPS
from motion.skeleton import Skeleton
from render.camera import OrbitCamera
from render.color_schemes import COLOR_SCHEMES, Rgb, rgb
from render.scene import CapsuleBatch, Scene

from .comparison import NAMES, Slot
from .document import Document, OpenClip, View
from .figure import DecodedFigure, Figure, LiveFigure, figure_bodies, figure_body
from .joints import joint_names
from .language import tr
from .moments import Moments, Named
from .pose_difference import Pairs, joint_distances, joint_shares, laid_over, pairs
from .shown import shown
from .viewports import moved, standing

COLORS: dict[str, tuple[Rgb, ...]] = {
    "dark": tuple(map(rgb, ("18ade2", "e69f00", "2fc79a", "cc81b3"))),
    "light": tuple(map(rgb, ("2183be", "b67f3d", "00805c", "b55b94"))),
}
"""Of A to D where they are in one view; told apart by the colour-blind, as those of plots are."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """What a slot has to show, or in ``problem`` why it has not. loops: it has no end."""

    label: str = ""
    figure: Figure | LiveFigure | None = None
    problem: str = ""
    loops: bool = False
    markers: Named = ()


@dataclass(frozen=True, eq=False)
class Apart:
    """How far the joints are from those of A: metres (P,) of ``found``, and in ``problem`` why
    that is not known."""

    found: Pairs | None = None
    metres: np.ndarray | None = None
    problem: str = ""

    @property
    def mean_cm(self) -> float | None:
        """The mean of all joints that both have; None where it is not known."""
        return None if self.metres is None else 100 * float(self.metres.mean())

    @property
    def worst(self) -> tuple[str, float] | None:
        """The joint that is farthest, and how far in cm."""
        if self.metres is None or self.found is None:
            return None
        at = int(self.metres.argmax())
        return self.found.names[at], 100 * float(self.metres[at])

    def of(self, joint: str) -> float | None:
        """How far a joint of the other is, in cm; None where that is not known."""
        if self.metres is None or self.found is None or joint not in self.found.names:
            return None
        return 100 * float(self.metres[self.found.names.index(joint)])

    @property
    def shares(self) -> np.ndarray | None:
        """What is painted on the joints of the other."""
        if self.metres is None or self.found is None:
            return None
        return joint_shares(self.metres, self.found)


@dataclass(frozen=True, eq=False)
class Seen:
    """A slot at a moment. present: it is not before its start, nor after its end."""

    chosen: Chosen
    frame: int = 0
    present: bool = True
    apart: Apart = Apart()

    @property
    def time_s(self) -> float | None:
        """Where it is in its own time; None of what moves by itself."""
        figure = self.chosen.figure
        return self.frame * figure.frame_time if isinstance(figure, Figure) else None


NO_JOINTS = tr("A and {name} have no joint of the same name, so no difference is told.")
AWAY = tr("{name} is not there at this moment.")


def slot_words(document: Document, slot: Slot) -> str:
    """What a slot shows, in the words of a menu."""
    if slot.clip is not None:
        clip = next((held for held in document.clips if held.path == slot.clip), None)
        name = clip.name if clip is not None else slot.clip.stem
        wears = document.look_of(clip) if clip is not None else ""
        if slot.kind == "restyled":
            return f"{name}, {wears or 'restyled'}"
        return tr("{name}, as it is", name=name) if wears else name
    return {
        "stage": tr("What is on stage"),
        "latent": tr("Decoded latent"),
        "character": tr("Physics character"),
    }.get(slot.kind, tr("Nothing"))


def compared(
    first: Chosen, frame: int, others: Sequence[Chosen], moments: Sequence[Moments]
) -> tuple[Seen, ...]:
    """A at ``frame``, and what stands beside it then."""
    a = Seen(first, frame)
    beside = enumerate(zip(others, moments, strict=True), 1)
    return (a, *(_beside(a, NAMES[n], other, when) for n, (other, when) in beside))


def named_moments(clip: OpenClip) -> Named:
    """The markers of a clip."""
    return tuple((marker.name, marker.time_s) for marker in clip.markers)


def remembered_figure(motions: Sequence[np.ndarray]) -> Figure:
    """What a character lived through since the last cut, of motions (N, 22, 3) at 30 fps."""
    return DecodedFigure(motions[-1], 1 / FPS)


def pose_of(figure: Figure | LiveFigure, frame: int) -> np.ndarray | None:
    """Its joints (J, 3) at a frame, metres; None where they are not remembered."""
    return figure.positions[frame] if isinstance(figure, Figure) else figure.pose(frame)


@dataclass(frozen=True, eq=False)
class Comparing:
    """All that a comparison shows: what the document asks for, and what there is to show of it.

    first: A. others: the slots in sight beside it, and when they are what A is.
    """

    document: Document
    first: Chosen
    others: tuple[Chosen, ...]
    moments: tuple[Moments, ...]

    def seen(self, frame: int) -> tuple[Seen, ...]:
        """A at ``frame``, and what stands beside it then."""
        return compared(self.first, frame, self.others, self.moments)

    def views(
        self, seen: Sequence[Seen], scene: Scene, camera: OrbitCamera
    ) -> list[tuple[Scene, OrbitCamera]]:
        """The picture of each viewport and where it is seen from; scene, camera: those of A."""
        wanted = self.document.comparison
        if wanted.layout == "overlay":
            return [(overlay(seen, scene), camera)]
        view = replace(self.document.view, scheme=scene.scheme.name)
        others = _scenes(seen[1:], view, wanted.difference)
        return list(zip((scene, *others), seen_from(seen, self.document, camera), strict=True))


def overlay(seen: Sequence[Seen], scene: Scene) -> Scene:
    """``scene``, that of A, with the others laid over it: root over root, turned to face alike."""
    colors = COLORS[scene.scheme.name]
    a = seen[0]
    bodies = [scene.capsules.colored(colors[0])]
    for each, color in zip(seen[1:], colors[1:], strict=False):
        body = _laid(a, each, scene)
        if body is not None:
            bodies.append(body.colored(color))
    return replace(scene, capsules=CapsuleBatch.join(bodies))


def seen_from(seen: Sequence[Seen], document: Document, camera: OrbitCamera) -> list[OrbitCamera]:
    """Where each is seen from; ``camera``: A, and the others go along with their own figures."""
    view, found = document.view, [camera]
    follow = view.looks.follow
    shared = relative(seen[0], camera, follow)
    for place, each in enumerate(seen[1:], 1):
        own = None if document.comparison.linked else view.cameras[place - 1]
        found.append(moved(own or shared, stands(each, follow)))
    return found


def relative(seen: Seen, camera: OrbitCamera, follow: bool) -> OrbitCamera:
    """``camera`` as it is from the ground under a figure."""
    return moved(camera, -stands(seen, follow))


def stands(seen: Seen, follow: bool) -> np.ndarray:
    """The point (3,) on the ground that the camera of a viewport goes along with."""
    figure = seen.chosen.figure
    if figure is None or not (follow or isinstance(figure, Figure)):
        return np.zeros(3)
    return standing(figure, seen.frame, follow)


def _scenes(seen: Sequence[Seen], view: View, paint: bool) -> list[Scene]:
    """What stands beside A; the bodies are made together."""
    palette = COLOR_SCHEMES[view.scheme].figure
    clips = [each for each in seen if isinstance(each.chosen.figure, Figure)]
    made = figure_bodies([_posed(each) for each in clips], palette)
    bodies = {id(each): body for each, body in zip(clips, made, strict=True)}
    return [_scene(each, view, paint, bodies.get(id(each))) for each in seen]


def _posed(seen: Seen) -> tuple[Skeleton | None, np.ndarray]:
    figure = seen.chosen.figure
    assert isinstance(figure, Figure)
    return figure.skeleton, figure.positions[seen.frame]


def _scene(seen: Seen, view: View, paint: bool, body: CapsuleBatch | None) -> Scene:
    found = shown(view, seen.chosen.figure, seen.frame)
    return replace(found, paint=seen.apart.shares if paint else None).scene(body)


def _beside(a: Seen, name: str, other: Chosen, when: Moments) -> Seen:
    if other.figure is None:
        return Seen(other)
    frame, present = a.frame, True
    if isinstance(other.figure, Figure):
        frame, present = _frame_beside(a, other, when)
    return Seen(other, frame, present, _apart(a, other, frame, present, name))


def _frame_beside(a: Seen, other: Chosen, when: Moments) -> tuple[int, bool]:
    figure = other.figure
    assert isinstance(figure, Figure)
    own = a.chosen.figure
    step = own.frame_time if isinstance(own, Figure) else 1 / FPS
    frame = int(when.frames(np.array([a.frame]), step, figure)[0])
    if other.loops:
        return frame % figure.frame_count, True
    inside = min(max(frame, 0), figure.frame_count - 1)
    return inside, inside == frame


def _apart(a: Seen, other: Chosen, frame: int, present: bool, name: str) -> Apart:
    if a.chosen.figure is None or other.figure is None:
        return Apart()
    if not present:
        return Apart(problem=AWAY.format(name=name))
    found = pairs(joint_names(a.chosen.figure), joint_names(other.figure))
    if not found.names:
        return Apart(problem=NO_JOINTS.format(name=name))
    own, pose = pose_of(a.chosen.figure, a.frame), pose_of(other.figure, frame)
    if own is None or pose is None:
        return Apart(found, problem=AWAY.format(name=name))
    return Apart(found, joint_distances(own, pose, found))


def _laid(a: Seen, other: Seen, scene: Scene) -> CapsuleBatch | None:
    """The body of ``other`` over that of A; where it is, if no joint says how it faces."""
    own, figure = a.chosen.figure, other.chosen.figure
    pose = pose_of(figure, other.frame) if figure is not None else None
    if figure is None or pose is None or not other.present:
        return None
    stands = pose_of(own, a.frame) if own is not None else None
    found = other.apart.found
    if stands is not None and found is not None:
        pose = laid_over(stands, pose, found)
    skeleton = figure.skeleton if isinstance(figure, Figure) else None
    return figure_body(skeleton, pose, scene.scheme.figure)
