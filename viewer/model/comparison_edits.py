"""What a person can do to the comparison on stage: edits of the document, as in ``edits``."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from render.camera import OrbitCamera

from .comparison import MOST_OFFSET_S, NAMES, AlignBy, Comparison, Layout, Slot
from .document import Document, OpenClip
from .edits import MAX_OPEN, Edit
from .language import tr

LAYOUT_WORDS: dict[Layout, str] = {
    "single": tr("One viewport"),
    "two": tr("Two viewports"),
    "four": tr("Four viewports"),
    "overlay": tr("Overlay"),
}


def set_layout(layout: Layout) -> Edit:
    """One, two or four viewports, or all in one; B that shows nothing yet gets what suits it."""

    def change(document: Document) -> Document:
        held = replace(document.comparison, layout=layout)
        if held.comparing and held.slots[1].kind == "nothing":
            held = _with_slot(held, 1, suggested(document))
        viewport = min(document.view.viewport, held.viewports - 1)
        view = replace(document.view, viewport=viewport)
        return replace(document, comparison=held, view=view)

    return Edit(LAYOUT_WORDS[layout], change)


def suggested(document: Document) -> Slot:
    """What to see beside what is on stage: the clip as it is where it wears a style, another open
    clip, or the clip again."""
    clip = document.shown_clip
    if document.view.source == "clip" and clip is not None and document.course_of(clip):
        return Slot("clip", clip.path)
    others = [held for held in document.clips if held is not clip or document.view.source != "clip"]
    return Slot("clip", others[-1].path) if others else Slot("stage")


def show_in(place: int, slot: Slot, what: str, opened: OpenClip | None = None) -> Edit:
    """Slot number ``place`` shows ``slot``, called ``what``; in A it goes on stage.

    opened: the clip of the slot, where that may not be open yet.
    """

    def change(document: Document) -> Document:
        if opened is not None:
            document = _opened(document, opened)
        if place:
            return replace(document, comparison=_with_slot(document.comparison, place, slot))
        return _on_stage(document, slot)

    return Edit(tr("Show {what} in {viewport}", what=what, viewport=NAMES[place]), change)


def align_slots(align: AlignBy) -> Edit:
    """By what the moments of the slots belong together."""
    return _compared(tr("Align viewports by {align}", align=tr(align)), align=align)


def offset_slot(place: int, offset_s: float, gesture: Hashable | None = None) -> Edit:
    """How much later than A a slot is, in seconds."""
    offset_s = min(max(offset_s, -MOST_OFFSET_S), MOST_OFFSET_S)

    def change(document: Document) -> Document:
        slot = replace(document.comparison.slots[place], offset_s=offset_s)
        return replace(document, comparison=_with_slot(document.comparison, place, slot))

    return Edit(tr("Offset {viewport}", viewport=NAMES[place]), change, gesture=gesture)


def link_cameras(linked: bool, cameras: tuple[OrbitCamera | None, ...] | None = None) -> Edit:
    """All are seen from where A is, or each from its own camera; cameras: those to begin with."""

    def change(document: Document) -> Document:
        view = document.view if cameras is None else replace(document.view, cameras=cameras)
        compared = replace(document.comparison, linked=linked)
        return replace(document, comparison=compared, view=view)

    return Edit(tr("Link cameras") if linked else tr("Free cameras"), change)


def paint_difference(difference: bool) -> Edit:
    """Whether how far the joints are from those of A is painted on the others."""
    name = tr("Paint the difference") if difference else tr("Paint no difference")
    return _compared(name, difference=difference)


def move_camera(place: int, camera: OrbitCamera) -> Edit:
    """Where a viewport beside A is seen from, seen from the ground under its figure."""

    def change(document: Document) -> Document:
        cameras = list(document.view.cameras)
        cameras[place - 1] = camera
        return replace(document, view=replace(document.view, cameras=tuple(cameras)))

    return Edit(tr("Move the camera of {viewport}", viewport=NAMES[place]), change, made=False)


def choose_viewport(place: int) -> Edit:
    """The viewport that keys and the bar are about."""

    def change(document: Document) -> Document:
        return replace(document, view=replace(document.view, viewport=place))

    return Edit(tr("Choose {viewport}", viewport=NAMES[place]), change, made=False)


def _on_stage(document: Document, slot: Slot) -> Document:
    """``slot`` is A: a clip as it is only where it would wear something else."""
    view, kind = document.view, slot.kind
    first = Slot("stage")
    if kind in ("latent", "character"):
        view = replace(view, source=kind)
    elif slot.clip is not None:
        clip = next((held for held in document.clips if held.path == slot.clip), None)
        if clip is None:
            return document
        view = replace(view, source="clip", clip=clip.key)
        if kind == "clip" and document.course_of(clip):
            first = Slot("clip")
    compared = _with_slot(document.comparison, 0, first)
    return replace(document, view=view, comparison=compared)


def _opened(document: Document, clip: OpenClip) -> Document:
    """``clip`` is open, in whatever way its file is read already."""
    if any(held.path == clip.path for held in document.clips):
        return document
    needed = {*document.comparison.clips, clip.path}
    clips = (*document.clips, clip)
    spare = [c for c in clips if c.path not in needed and c.key != document.view.clip]
    closed = spare[: max(len(clips) - MAX_OPEN, 0)]
    return replace(document, clips=tuple(held for held in clips if held not in closed))


def _with_slot(compared: Comparison, place: int, slot: Slot) -> Comparison:
    slots = list(compared.slots)
    slots[place] = slot
    return replace(compared, slots=tuple(slots))


def _compared(name: str, **changes: Any) -> Edit:
    def change(document: Document) -> Document:
        return replace(document, comparison=replace(document.comparison, **changes))

    return Edit(name, change)
