"""What a person can do to the markers of a clip: edits of the document, as in ``edits``."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from .document import COLOURS, Document, Marker, OpenClip
from .edits import Edit
from .language import tr

MAX_MARKERS = 1000
LONGEST_NAME, LONGEST_NOTE = 80, 2000
NEAR_S = 1e-3
"""Markers nearer than this are at one time."""


def plain(text: str, longest: int) -> str:
    """``text`` on one line, without what cannot be shown, cut at ``longest`` characters."""
    shown = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return shown[:longest].strip()


def next_name(markers: tuple[Marker, ...]) -> str:
    """What a new marker beside ``markers`` is called until a person names it."""
    taken = {marker.name for marker in markers}
    return next(name for n in range(1, len(taken) + 2) if (name := f"Marker {n}") not in taken)


def place_marker(clip: str, marker: Marker) -> Edit:
    """``marker`` of the open clip ``clip``, in place of one at its time.

    A clip that has ``MAX_MARKERS`` takes no more.
    """

    def change(held: tuple[Marker, ...]) -> tuple[Marker, ...]:
        others = tuple(m for m in held if not _near(m, marker.time_s))
        return (*others, marker) if len(others) < MAX_MARKERS else held

    return _markers(tr("Place {name}", name=marker.name), clip, change)


def change_marker(clip: str, marker: Marker, name: str, colour: str, note: str) -> Edit:
    """``marker`` has another name, one of ``COLOURS``, and another note."""
    named = plain(name, LONGEST_NAME) or marker.name
    known = next((each for each in COLOURS if each == colour), marker.colour)
    changed = replace(marker, name=named, colour=known, note=plain(note, LONGEST_NOTE))
    what = (
        tr("Rename {name}", name=marker.name)
        if named != marker.name
        else tr("Change {named}", named=named)
    )
    return _markers(what, clip, lambda held: tuple(changed if m == marker else m for m in held))


def move_marker(
    clip: str,
    before: tuple[Marker, ...],
    marker: Marker,
    time_s: float,
    gesture: Hashable | None = None,
) -> Edit:
    """``marker`` of those ``before`` is at ``time_s``, in place of one that was there.

    before: all of them when the drag began, so that one comes back that was only passed over.
    """
    others = tuple(m for m in before if m != marker and not _near(m, time_s))
    moved = (*others, replace(marker, time_s=time_s))
    return _markers(tr("Move {name}", name=marker.name), clip, lambda _: moved, gesture)


def delete_marker(clip: str, marker: Marker) -> Edit:
    """``marker`` is gone."""
    return _markers(
        tr("Delete {name}", name=marker.name),
        clip,
        lambda held: tuple(m for m in held if m != marker),
    )


def _near(marker: Marker, time_s: float) -> bool:
    return abs(marker.time_s - time_s) < NEAR_S


def _markers(
    name: str,
    clip: str,
    change: Callable[[tuple[Marker, ...]], tuple[Marker, ...]],
    gesture: Hashable | None = None,
) -> Edit:
    def marked(held: OpenClip) -> OpenClip:
        return replace(held, markers=tuple(sorted(change(held.markers), key=lambda m: m.time_s)))

    def changed(document: Document) -> Document:
        clips = tuple(marked(held) if held.key == clip else held for held in document.clips)
        return replace(document, clips=clips)

    return Edit(name, changed, gesture=gesture)
