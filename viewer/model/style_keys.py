"""Styles over time in a file: KEYS.json, a list of keys in any order.

Each key is an object: ``time``, seconds from the clip's start; ``style``, the name of a style,
a motion file, a latent's NPZ, a place ``map:X,Y`` or the numbers of a style; ``strength``, 1
where it is missing; ``ease``, how the style goes on from here to the next key: ``smooth`` (the
default), ``linear`` or ``hold``. Where ``style`` is missing the one chosen for all stands in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from motion.restyling.course import EASES, Ease, StyleAt

from .document import Latent, StyleKey
from .notice import Refused
from .session_style import MOST_STRENGTH
from .style_names import StyleNames

MOST_KEYS, MOST_SECONDS = 10_000, 3600.0
_FIELDS = ("time", "style", "strength", "ease")
_MAX_BYTES = 50_000_000


def read_keys(path: Path, names: StyleNames, usual: Latent | None) -> tuple[StyleAt, ...]:
    """The keys in a file, in its order. usual: the style of keys that name none.

    Raises Refused with one sentence that names file, key (counted from 1) and field.
    """
    keys = _read(path)
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        raise Refused(f"{path}: expected a list of 1 to {MOST_KEYS:,} keys.")
    known: dict[str, np.ndarray] = {}
    return tuple(
        _Key(f"{path}: key {number}", key).style_at(names, usual, known)
        for number, key in enumerate(keys, 1)
    )


def keys_text(keys: Iterable[StyleKey]) -> str:
    """``keys`` as such a file has them, one to a line, their styles as numbers."""
    rows = (
        {
            "time": round(key.time_s, 6),
            "style": [round(value, 5) for value in key.style.values.tolist()],
            "strength": round(key.strength, 5),
            "ease": key.ease,
        }
        for key in keys
    )
    return "[\n" + ",\n".join(f"  {json.dumps(row)}" for row in rows) + "\n]\n"


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise Refused(f"{path}: too large for a file of keys.")
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: not JSON.") from error


class _Key:
    """One key of a file; where: what to call it."""

    def __init__(self, where: str, key: Any) -> None:
        self._where = where
        if not isinstance(key, dict):
            raise self._wrong('expected an object such as {"time": 0, "style": "run"}')
        for name in key:
            if name not in _FIELDS:
                near = get_close_matches(name, _FIELDS, 1)
                meant = f"did you mean '{near[0]}'" if near else f"it may have {', '.join(_FIELDS)}"
                raise self._wrong(f"there is no field '{name}'; {meant}")
        self._key: dict[str, Any] = key

    def style_at(
        self, names: StyleNames, usual: Latent | None, known: dict[str, np.ndarray]
    ) -> StyleAt:
        """The key; known: styles by text that were found before."""
        if "time" not in self._key:
            raise self._wrong("'time' is missing, seconds from the clip's start")
        return StyleAt(
            self._number("time", MOST_SECONDS, 0.0),
            self._style(names, usual, known),
            self._number("strength", MOST_STRENGTH, 1.0),
            self._ease(),
        )

    def _number(self, name: str, most: float, usual: float) -> float:
        value = self._key.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self._wrong(f"'{name}' is {_shown(value)}, expected a number from 0 to {most:g}")
        return float(value)

    def _ease(self) -> Ease:
        value = self._key.get("ease", EASES[0])
        if value not in EASES:
            raise self._wrong(f"'ease' is {_shown(value)}, expected one of {', '.join(EASES)}")
        ease: Ease = value
        return ease

    def _style(
        self, names: StyleNames, usual: Latent | None, known: dict[str, np.ndarray]
    ) -> np.ndarray:
        value = self._key.get("style")
        if value is None:
            if usual is None:
                raise self._wrong("'style' is missing; give one, or --style for all that have none")
            return usual.values
        if isinstance(value, str) and value:
            if value not in known:
                try:
                    known[value] = names.find(value).values
                except Refused as error:
                    raise self._wrong(f"'style': {error}") from error
            return known[value]
        try:
            return names.numbers(np.array(value if isinstance(value, list) else ()))
        except ValueError as error:
            raise self._wrong(f"'style' is neither a text nor numbers: {error}") from error

    def _wrong(self, what: str) -> Refused:
        return Refused(f"{self._where}: {what.rstrip('.')}.")


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
