"""Markers of clips and the joints that are looked at, of a session, from JSON; no Qt."""

from __future__ import annotations

from .document import COLOURS, Marker, ShownJoint
from .joint_edits import MOST_JOINTS
from .marker_edits import LONGEST_NAME, LONGEST_NOTE, MAX_MARKERS
from .session_fields import Fields

_LONGEST_S, _LONGEST_JOINT = 1e6, 400


def read_markers(fields: Fields) -> tuple[Marker, ...]:
    """The markers of a clip, in the order of their times; one without a time is left out."""
    read = [_marker(part) for part in fields.parts("markers", MAX_MARKERS)]
    return tuple(sorted((marker for marker in read if marker), key=lambda m: m.time_s))


def read_joints(fields: Fields) -> tuple[ShownJoint, ...]:
    """The joints that are looked at; of two by one name the first, and one without is left out."""
    found: dict[str, ShownJoint] = {}
    for part in fields.parts("joints", MOST_JOINTS):
        name = part.text("name", _LONGEST_JOINT)
        colour = part.choice("colour", COLOURS, COLOURS[len(found)])
        if name:
            found.setdefault(name, ShownJoint(name, colour, part.flag("pinned", False)))
    return tuple(found.values())


def _marker(fields: Fields) -> Marker | None:
    time_s = fields.number("time_s", 0, _LONGEST_S, -1.0)
    if time_s < 0:
        return None
    return Marker(
        fields.text("name", LONGEST_NAME) or "Marker",
        time_s,
        fields.choice("colour", COLOURS, "orange"),
        fields.text("note", LONGEST_NOTE),
    )
