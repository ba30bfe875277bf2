"""What a person can do to the joints that are looked at: edits of the view, as in ``edits``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .document import COLOURS, Colour, Document, ShownJoint
from .edits import Edit
from .language import tr

MOST_JOINTS = 6
"""Joints that are looked at at once."""

Joints = tuple[ShownJoint, ...]


def look_at(name: str) -> Edit:
    """The joint ``name`` is looked at, in place of one that is not pinned."""

    def change(held: Joints) -> Joints:
        if any(joint.name == name for joint in held):
            return held
        kept = tuple(joint for joint in held if joint.pinned)
        return _with(kept, ShownJoint(name, _free(kept)))

    return _joints(tr("Look at {name}", name=name), change)


def pin_joint(name: str, pinned: bool = True) -> Edit:
    """The joint ``name`` stays when another is looked at, or no more."""

    def change(held: Joints) -> Joints:
        if not any(joint.name == name for joint in held):
            return _with(held, ShownJoint(name, _free(held), True)) if pinned else held
        others = held if pinned else tuple(j for j in held if j.pinned or j.name == name)
        return tuple(replace(j, pinned=pinned) if j.name == name else j for j in others)

    return _joints(tr("Pin {name}", name=name) if pinned else tr("Unpin {name}", name=name), change)


def measure_from(name: str) -> Edit:
    """Distances are those from the joint ``name``, which is the first."""
    return _joints(
        tr("Measure from {name}", name=name),
        lambda held: tuple(sorted(held, key=lambda j: j.name != name)),
    )


def let_go(name: str) -> Edit:
    """The joint ``name`` is not looked at any more."""
    return _joints(
        tr("Let go of {name}", name=name), lambda held: tuple(j for j in held if j.name != name)
    )


def let_go_of_all(pinned: bool = True) -> Edit:
    """No joint is looked at; pinned: not even those that are pinned."""
    return _joints(
        tr("Let go of all joints"),
        lambda held: () if pinned else tuple(j for j in held if j.pinned),
    )


def _with(held: Joints, joint: ShownJoint) -> Joints:
    return (*held, joint) if len(held) < MOST_JOINTS else held


def _free(held: Joints) -> Colour:
    """The first colour that none has."""
    taken = {joint.colour for joint in held}
    return next(colour for colour in COLOURS if colour not in taken)


def _joints(name: str, change: Callable[[Joints], Joints]) -> Edit:
    def changed(document: Document) -> Document:
        joints = change(document.view.joints)
        return replace(document, view=replace(document.view, joints=joints))

    return Edit(name, changed, made=False)
