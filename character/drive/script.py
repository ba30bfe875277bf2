"""Scripts of a drive: a JSON list of what is asked of the character and when. No MuJoCo.

``[{"at": 2.5, "go": {"heading": 90, "speed": 1}}, ...]``: seconds, and one of go, goto, steer,
skill, getup, push, box. Degrees rise to the left; metres, newtons, kilograms.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from character.deeds import GetUp, GoTo, Head, PushNow, Steer, Want, doubt
from character.push import DIRECTIONS

MOST_EVENTS, MOST_SECONDS = 10_000, 3600.0
_MAX_BYTES = 4_000_000
_WALK = 1.0
_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "go": (("heading",), ("speed",)),
    "goto": (("x", "z"), ("speed",)),
    "steer": (("turn", "speed"), ()),
    "push": (("force",), ("direction", "seconds", "body")),
    "box": ((), ("mass", "side", "direction", "speed", "distance")),
}
"""What an action of several numbers must and may have."""
_ACTIONS = ("go", "goto", "steer", "skill", "getup", "push", "box")


class ScriptError(ValueError):
    """A script that cannot be driven: one sentence with the file, the line and what there is."""


@dataclass(frozen=True)
class Throw:
    """A box is thrown: kilograms, metres, radians from the heading to the left, m/s, metres."""

    mass: float = 5.0
    side: float = 0.3
    direction: float = 0.0
    speed: float = 6.0
    distance: float = 2.0


Act = Head | GoTo | Steer | Want | GetUp | PushNow | Throw


@dataclass(frozen=True)
class Event:
    """``act`` is asked for ``at`` seconds after the start; line: of the script."""

    at: float
    act: Act
    line: int


def read_script(path: Path, skills: Collection[str]) -> tuple[Event, ...]:
    """The events in the order of their times. skills: that can be wanted.

    Raises ScriptError, and OSError when unreadable.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise ScriptError(f"{path}: more than {_MAX_BYTES // 1_000_000} MB, expected a script.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path}: not a script: {error}.") from None
    rows = _rows(path, text)
    if len(rows) > MOST_EVENTS:
        raise ScriptError(f"{path}: {len(rows):,} events, expected at most {MOST_EVENTS:,}.")
    events = [_event(f"{path}:{line}", row, line, skills) for row, line in rows]
    return tuple(sorted(events, key=lambda event: event.at))


def _rows(path: Path, text: str) -> list[tuple[Any, int]]:
    """The members of the list and the lines on which they begin."""
    decoder, rows = json.JSONDecoder(), []
    try:
        whole = json.loads(text)
        if not isinstance(whole, list) or not whole:
            example = '[{"at": 0, "skill": "walk"}]'
            raise ScriptError(f"{path}: expected a list of events, as {example}.")
        place = text.index("[") + 1
        for _ in whole:
            while text[place] in " \t\r\n,":
                place += 1
            row, end = decoder.raw_decode(text, place)
            rows.append((row, text.count("\n", 0, place) + 1))
            place = end
    except json.JSONDecodeError as error:
        raise ScriptError(f"{path}:{error.lineno}: not JSON: {error.msg}.") from None
    except RecursionError:
        raise ScriptError(f"{path}: not a script: it is nested too deeply.") from None
    return rows


def _event(where: str, row: Any, line: int, skills: Collection[str]) -> Event:
    if not isinstance(row, dict):
        raise ScriptError(f"{where}: expected an object with 'at' and one of {_list(_ACTIONS)}.")
    at = _number(where, "'at'", row.get("at"))
    if not 0 <= at <= MOST_SECONDS:
        raise ScriptError(f"{where}: 'at' is {at:g}, expected 0 to {MOST_SECONDS:g} seconds.")
    if unknown := [name for name in row if name not in ("at", *_ACTIONS)]:
        there = _list(("at", *_ACTIONS))
        raise ScriptError(f"{where}: unknown field '{unknown[0]}'; there are {there}.")
    acts = [name for name in row if name != "at"]
    if len(acts) != 1:
        found = " and ".join(f"'{name}'" for name in acts) or "none"
        raise ScriptError(f"{where}: expected one of {_list(_ACTIONS)}, found {found}.")
    act = _act(where, acts[0], row[acts[0]], skills)
    if sentence := doubt(act):
        raise ScriptError(f"{where}: {sentence}")
    return Event(at, act, line)


def _act(where: str, name: str, value: Any, skills: Collection[str]) -> Act:
    if name == "skill":
        if value not in skills:
            raise ScriptError(f"{where}: there is no skill {value!r}; there are {_list(skills)}.")
        return Want(value)
    if name == "getup":
        if not isinstance(value, bool):
            raise ScriptError(f"{where}: 'getup' is {value!r}, expected true or false.")
        return GetUp(value)
    must, may = _FIELDS[name]
    if not isinstance(value, dict):
        raise ScriptError(f"{where}: '{name}' is {value!r}, expected {_list(must + may)}.")
    for field in must:
        if field not in value:
            raise ScriptError(f"{where}: '{name}' has no '{field}'; it takes {_list(must + may)}.")
    for field in value:
        if field not in must + may:
            there = _list(must + may)
            raise ScriptError(f"{where}: '{name}' has no field '{field}'; it takes {there}.")
    told = {
        field: _number(where, f"'{field}' of '{name}'", found)
        for field, found in value.items()
        if field not in ("body", "direction")
    }
    match name:
        case "go":
            return Head(math.radians(told["heading"]), told.get("speed", _WALK))
        case "goto":
            return GoTo(told["x"], told["z"], told.get("speed"))
        case "steer":
            return Steer(math.radians(told["turn"]), told["speed"])
    angle = _direction(where, name, value.get("direction", 0.0))
    if name == "box":
        return Throw(**told | {"direction": angle})
    level = (told["force"] * math.cos(angle), 0.0, -told["force"] * math.sin(angle))
    body = value.get("body", "root")
    return PushNow(level, told.get("seconds", 0.2), body, heading=True)


def _direction(where: str, name: str, found: Any) -> float:
    """Radians to the left of the heading, from degrees or a word."""
    if isinstance(found, str) and found in DIRECTIONS:
        return math.radians(DIRECTIONS[found])
    if isinstance(found, str):
        there = f"{_list(DIRECTIONS)} or degrees to the left"
        raise ScriptError(f"{where}: 'direction' of '{name}' is '{found}', expected {there}.")
    return math.radians(_number(where, f"'direction' of '{name}'", found))


def _number(where: str, what: str, found: Any) -> float:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    if not number or not math.isfinite(found):
        raise ScriptError(f"{where}: {what} is {found!r}, expected a number.")
    return float(found)


def _list(names: Collection[str]) -> str:
    return ", ".join(names)
