"""The members of a JSON object, read with distrust: a wrong one is noted and left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from .session_blob import decoded

_LONGEST_TEXT = 4096
_UNFIT = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
T = TypeVar("T", bound=str)


class Fields:
    """One object of a document. ``doubts`` gets a clause for every member that cannot be used.

    A member that is missing or null is not wrong: the default stands in for it.
    """

    def __init__(self, data: dict[str, Any], doubts: list[str], where: str = "") -> None:
        self._data, self._doubts, self._where = data, doubts, where

    def number(self, key: str, low: float, high: float, default: float) -> float:
        value = self._data.get(key)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        return self._wrong(key, f"a number from {low:g} to {high:g}", default)

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        value = self._data.get(key)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        return self._wrong(key, f"a whole number from {low} to {high}", default)

    def flag(self, key: str, default: bool) -> bool:
        value = self._data.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        return self._wrong(key, "true or false", default)

    def text(self, key: str, longest: int = _LONGEST_TEXT) -> str:
        """A text that can be shown and can name a file; "" by default."""
        value = self._data.get(key)
        if value is None:
            return ""
        if isinstance(value, str) and len(value) <= longest and not _UNFIT.search(value):
            return value
        return self._wrong(key, f"a plain text of at most {longest:,} characters", "")

    def choice(self, key: str, choices: Sequence[T], default: T) -> T:
        value = self._data.get(key)
        if value is None:
            return default
        found = next((choice for choice in choices if choice == value), None)
        return found or self._wrong(key, f"one of {', '.join(choices)}", default)

    def numbers(self, key: str, count: int, limit: float) -> list[float] | None:
        """Exactly ``count`` numbers of at most ``limit`` in magnitude, or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, list) and len(value) == count and _numbers(value, limit):
            return [float(v) for v in value]
        return self._wrong(key, f"{count} numbers of at most {limit:g}", None)

    def vector(self, key: str, most: int, limit: float) -> list[float] | None:
        """One to ``most`` numbers of at most ``limit`` in magnitude, or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, list) and 0 < len(value) <= most and _numbers(value, limit):
            return [float(v) for v in value]
        return self._wrong(key, f"a list of at most {most} numbers of at most {limit:g}", None)

    def blob(self, key: str) -> bytes:
        """What is there in base64; b"" by default."""
        value = self._data.get(key)
        if value is None:
            return b""
        try:
            return decoded(value.encode("ascii") if isinstance(value, str) else value)
        except (TypeError, ValueError):
            return self._wrong(key, "whole and in base64", b"")

    def part(self, key: str) -> Fields | None:
        """The object at ``key``; None where there is none."""
        value = self._data.get(key)
        if value is None or isinstance(value, dict):
            return None if value is None else Fields(value, self._doubts, f"{self._where}{key}.")
        return self._wrong(key, "an object", None)

    def parts(self, key: str, most: int) -> list[Fields]:
        """The objects of the list at ``key``, ``most`` at most."""
        value = self._data.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            return self._wrong(key, f"a list of at most {most}", [])
        items = {str(n): item for n, item in enumerate(value)}
        listed = Fields(items, self._doubts, f"{self._where}{key}.")
        return [part for n in range(len(value)) if (part := listed.part(str(n)))]

    def names(self) -> list[str]:
        return list(self._data)

    def refuse(self, key: str, expected: str) -> None:
        """Note that the member at ``key`` cannot be used, as it is not what is expected."""
        self._wrong(key, expected, None)

    def _wrong(self, key: str, expected: str, default: Any) -> Any:
        self._doubts.append(f"'{self._where}{key}' is not {expected}")
        return default


def _numbers(values: list[Any], limit: float) -> bool:
    """Whether all of them are numbers of at most ``limit`` in magnitude."""
    return all(
        isinstance(v, int | float) and not isinstance(v, bool) and -limit <= v <= limit
        for v in values
    )
