"""What is to be seen: resolved anew from document and results, and compared before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from render.color_schemes import COLOR_SCHEMES
from render.scene import CapsuleBatch, Scene

from .company import with_company
from .document import Looks, ShownJoint, View
from .figure import Figure, LiveFigure, Look, build_scene
from .joint_marks import with_marks


@dataclass(frozen=True, eq=False)
class Shown:
    """A figure at a frame, with how it looks.

    moment: what a figure that moves by itself shows now. preview: a ghost, a pose (22, 3) or a
    loop of them (60, 22, 3). paint: shares in 0..1 of the joints, (22,) or one row per frame.
    joints: that are looked at. others: figures that stand around it.
    """

    figure: Figure | LiveFigure | None = None
    frame: int = 0
    looks: Looks = Looks()  # noqa: RUF009 frozen
    scheme: str = "dark"
    moment: tuple[object, ...] = ()
    preview: np.ndarray | None = None
    paint: np.ndarray | None = None
    joints: tuple[ShownJoint, ...] = ()
    others: tuple[Figure, ...] = ()

    def same_as(self, other: Shown | None) -> bool:
        """Whether both make the same picture, told by identity."""
        return other is not None and _alike(self._parts(), other._parts())

    def _parts(self) -> tuple[object, ...]:
        plain = (
            self.figure, self.looks, self.preview, self.paint, self.frame, self.scheme, self.joints
        )  # fmt: skip
        return *plain, len(self.moment), *self.moment, len(self.others), *self.others

    @property
    def look(self) -> Look:
        """How the stage draws it."""
        looks = self.looks
        scheme = COLOR_SCHEMES[self.scheme]
        return Look(scheme, looks.grid, looks.shadow, looks.contacts, looks.trails, looks.ghosts)

    def scene(self, body: CapsuleBatch | None = None) -> Scene:
        """The scene of it; body: of its figure, where that is made already."""
        preview = _at(self.preview, 2, self.frame)
        if self.figure is None:
            return Scene(scheme=self.look.stage_scheme)
        paint = _at(self.paint, 1, self.frame)
        if isinstance(self.figure, Figure):
            scene = build_scene(self.figure, self.frame, self.look, preview, paint, body)
            scene = with_company(scene, self.figure, self.frame, self.others)
        else:
            scene = self.figure.scene(self.look, preview, paint)
        return with_marks(scene, self.figure, self.frame, self.joints)


def shown(
    view: View,
    figure: Figure | LiveFigure | None,
    frame: int,
    preview: np.ndarray | None = None,
    paint: np.ndarray | None = None,
    others: tuple[Figure, ...] = (),
) -> Shown:
    """``figure`` at ``frame`` as ``view`` looks at it; the rest as ``Shown`` has it."""
    moment = () if figure is None or isinstance(figure, Figure) else figure.moment
    looks, scheme = view.looks, view.scheme
    return Shown(figure, frame, looks, scheme, moment, preview, paint, view.joints, others)


def _alike(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    """Whether two lists hold the same objects; numbers and words by value."""
    pairs = zip(some, others, strict=False)
    return len(some) == len(others) and all(
        a is b or (isinstance(a, int | str) and a == b) for a, b in pairs
    )


def _at(values: np.ndarray | None, dimensions: int, frame: int) -> np.ndarray | None:
    """The row of ``frame`` where ``values`` has one per frame of a loop, else all of it."""
    if values is None or values.ndim == dimensions:
        return values
    return values[frame % len(values)]
