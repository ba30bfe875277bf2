"""The style in a session: what is worn, pins and keys, to JSON and back; no Qt."""

from __future__ import annotations

from typing import Any

import numpy as np

from inference.models import LATENT_SIZE
from motion.restyling.course import EASES

from .document import Latent, Style, StyleKey
from .session_fields import Fields
from .style_edits import MAX_KEYS

TITLE = 400
MOST_STRENGTH = 3.0
_FAR, _MOST_LOCKED, _LONGEST_S = 1e6, 64, 1e6


def style_members(style: Style) -> dict[str, Any]:
    """The members of a document that tell its style."""
    return {
        "latent": vector(style.latent),
        "latent_range": style.range,
        "seed": style.seed,
        "worn": vector(style.worn),
        "strength": style.strength,
        "keyed": style.keyed,
        "pins": {corner: vector(pin) for corner, pin in zip("ABCD", style.pins, strict=True)},
        "locked": [{"name": name} for name in style.locked],
    }


def key_members(key: StyleKey) -> dict[str, Any]:
    """One key of a clip."""
    return {
        "time": key.time_s,
        "style": vector(key.style),
        "strength": key.strength,
        "ease": key.ease,
    }


def vector(latent: Latent | None) -> dict[str, Any] | None:
    """A latent, or a style, with its label."""
    return {"label": latent.label, "values": latent.values.tolist()} if latent else None


def read_style(fields: Fields) -> Style:
    """The style of a document, but for the range of its latent."""
    latent = _vector(fields.part("latent"))
    pins = fields.part("pins")
    return Style(
        latent=latent if latent is not None and len(latent.values) == LATENT_SIZE else None,
        seed=fields.whole("seed", 0, 999_999, 0),
        worn=_vector(fields.part("worn")),
        strength=fields.number("strength", 0, MOST_STRENGTH, 1.0),
        keyed=fields.flag("keyed", True),
        pins=tuple(_vector(pins.part(corner)) if pins else None for corner in "ABCD"),
        locked=tuple(part.text("name", TITLE) for part in fields.parts("locked", _MOST_LOCKED)),
    )


def read_keys(fields: Fields) -> tuple[StyleKey, ...]:
    """The keys of a clip, in the order of their times; one without time or style is left out."""
    read = [_key(part) for part in fields.parts("keys", MAX_KEYS)]
    return tuple(sorted((key for key in read if key), key=lambda key: key.time_s))


def _key(fields: Fields) -> StyleKey | None:
    time_s = fields.number("time", 0, _LONGEST_S, -1.0)
    style = _vector(fields.part("style"))
    if time_s < 0 or style is None:
        return None
    strength = fields.number("strength", 0, MOST_STRENGTH, 1.0)
    return StyleKey(time_s, style, strength, fields.choice("ease", EASES, "smooth"))


def _vector(fields: Fields | None) -> Latent | None:
    values = fields.vector("values", LATENT_SIZE, _FAR) if fields is not None else None
    if fields is None or not values:
        return None
    return Latent(np.array(values, np.float32), fields.text("label", TITLE))
