"""What is compared on the stage, in a session: to JSON and back; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .comparison import (
    ALIGNMENTS,
    LAYOUTS,
    MOST_OFFSET_S,
    SLOT_KINDS,
    SLOTS,
    Comparison,
    Slot,
    SlotKind,
)
from .document import Document, OpenClip
from .session_camera import read_camera
from .session_fields import Fields

_FIRST: tuple[SlotKind, ...] = ("stage", "clip")


def comparison_members(document: Document) -> dict[str, Any]:
    """The member of a document that tells what is compared; clips by their place in its list."""
    compared, view = document.comparison, document.view
    places = {clip.path: place for place, clip in enumerate(document.clips)}
    return {
        "layout": compared.layout,
        "slots": [
            {
                "kind": slot.kind,
                "clip": places.get(slot.clip) if slot.clip is not None else None,
                "offset_s": slot.offset_s,
            }
            for slot in compared.slots
        ],
        "align": compared.align,
        "linked": compared.linked,
        "difference": compared.difference,
        "viewport": view.viewport,
        "cameras": [{"camera": camera and asdict(camera)} for camera in view.cameras],
    }


def read_comparison(found: Fields | None, clips: Sequence[OpenClip]) -> Comparison:
    """What is compared; nothing where an older session does not say."""
    if found is None:
        return Comparison()
    usual = Comparison()
    parts = found.parts("slots", SLOTS)
    first: SlotKind = parts[0].choice("kind", _FIRST, "stage") if parts else "stage"
    others = tuple(_slot(part, clips) for part in parts[1:])
    return Comparison(
        found.choice("layout", LAYOUTS, "single"),
        (Slot(first), *others, *usual.slots[1 + len(others) :]),
        found.choice("align", ALIGNMENTS, "time"),
        found.flag("linked", True),
        found.flag("difference", True),
    )


def read_cameras(found: Fields | None) -> dict[str, Any]:
    """The fields of the view that are about viewports."""
    if found is None:
        return {}
    cameras = [read_camera(part.part("camera")) for part in found.parts("cameras", SLOTS - 1)]
    return {
        "viewport": found.whole("viewport", 0, SLOTS - 1, 0),
        "cameras": (*cameras, *([None] * (SLOTS - 1 - len(cameras)))),
    }


def _slot(part: Fields, clips: Sequence[OpenClip]) -> Slot:
    kind = part.choice("kind", SLOT_KINDS, "nothing")
    place = part.whole("clip", 0, max(len(clips) - 1, 0), -1)
    clip = clips[place].path if 0 <= place < len(clips) else None
    offset_s = part.number("offset_s", -MOST_OFFSET_S, MOST_OFFSET_S, 0.0)
    if kind in ("clip", "restyled") and clip is None:
        kind = "nothing"
    return Slot(kind, clip if kind in ("clip", "restyled") else None, offset_s)
